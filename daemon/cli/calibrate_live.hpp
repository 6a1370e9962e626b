// breakwatch calibrate record --device: one volunteer's enrolled device watched live, while they mark what they
// publish. Nothing but the features of its requests on one platform is kept.
#pragma once

#include <filesystem>

#include "cli/outcome.hpp"
#include "cli/watch_setup.hpp"

namespace breakwatch {

struct CalibrateLiveOptions {
    WatchOptions watch;
    long seconds = 0;  // 0: until the end of input or a signal
    std::filesystem::path output;
    int marks_from = 0;  // descriptor: standard input
};

// Ends at the end of the marks' input, at SIGINT, SIGTERM or SIGHUP, or when its time is over.
Outcome run_calibrate_live(const CalibrateLiveOptions& options, const Tell& tell);

}  // namespace breakwatch
