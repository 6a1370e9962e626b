// breakwatchd detect: what the post detector finds in captures, for every device in them. A tool for tuning
// with traffic of volunteers: it prints device addresses, and keeps nothing.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace breakwatch {

struct DetectOptions {
    std::vector<std::string> captures;  // several are merged by time; "-": standard input
    std::filesystem::path platforms;    // empty: the shipped table
    std::filesystem::path model;        // empty: the shipped numbers
    std::string device;                 // MAC or IP address; empty: all
    double least_confidence = 0;
    std::filesystem::path svg;  // where to draw the exchanges; empty: nowhere
    bool explain = false;       // every judged exchange with its features and score
};

CLI::App* add_detect(CLI::App& app, DetectOptions& options);
int run_detect(const DetectOptions& options);

}  // namespace breakwatch
