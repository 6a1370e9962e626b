// breakwatch calibrate kit: leads a volunteer through all that a site needs before a platform counts as measured there,
// in sessions, each a recording in one folder. What is there already is not asked for again.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "cli/outcome.hpp"
#include "cli/watch_setup.hpp"

namespace breakwatch {

struct CalibrateKitOptions {
    WatchOptions watch;  // its label: that of the posts
    std::filesystem::path folder;
    std::string app;         // empty: none is told apart
    std::size_t posts = 40;  // asked for in all
    long minutes = 60;       // of browsing alone
    std::string listen;      // of the page for the volunteer's phone; empty: none
    int marks_from = 0;      // descriptor: standard input
};

// Ends when all is there, at the end of input, or at SIGINT, SIGTERM or SIGHUP: then the session under way is kept.
Outcome run_calibrate_kit(const CalibrateKitOptions& options, const Tell& tell);

}  // namespace breakwatch
