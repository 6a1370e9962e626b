// breakwatchd intake: the feeds alone, and what is understood of them, as JSON lines. The tool with which
// an operator sets a feed up. Prints staff ids: for the one who sets it up, never for a log.
#pragma once

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace breakwatch {

struct IntakeOptions {
    std::filesystem::path config;
    bool until_eof = false;
    std::string log_level = "warning";
};

CLI::App* add_intake(CLI::App& app, IntakeOptions& options);
int run_intake(const IntakeOptions& options);

}  // namespace breakwatch
