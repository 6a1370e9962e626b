// breakwatch calibrate record --device: one volunteer's enrolled device watched live, while they mark what they
// publish. Nothing but the features of its requests on one platform is kept.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct CalibrateLiveOptions {
    std::filesystem::path config = "/etc/breakwatch/breakwatch.yaml";
    std::string interface;            // empty: the configured one
    std::string device;               // its MAC
    std::filesystem::path platforms;  // empty: the configured table
    std::string platform;
    std::string label;  // text_post, media_post or story
    long seconds = 0;   // 0: until the end of input or a signal
    std::filesystem::path output;
    int marks_from = 0;  // descriptor: standard input
};

// What is said at once, a line each: for standard error.
using Tell = std::function<void(const std::string&)>;

// Ends at the end of the marks' input, at SIGINT or SIGTERM, or when its time is over.
Outcome run_calibrate_live(const CalibrateLiveOptions& options, const Tell& tell);

}  // namespace breakwatch
