// The command line of breakwatchd, as plain values. One struct per command.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/detect_command.hpp"
#include "app/intake_command.hpp"
#include "app/names_command.hpp"
#include "policy/incident/expected_alerts.hpp"

namespace breakwatch {

inline constexpr const char* kDefaultConfig = "/etc/breakwatch/breakwatch.yaml";

struct RunOptions {
    std::filesystem::path config = kDefaultConfig;
    std::string user = "breakwatch";  // whom to become when started by root
    std::string log_level = "info";
};

struct ReplayOptions {
    std::filesystem::path config = kDefaultConfig;
    std::vector<std::string> captures;  // "-": standard input
    std::filesystem::path state;        // empty: a throw-away store
    bool json = false;
    unsigned workers = 1;
    std::string log_level = "warning";
};

struct CheckOptions {
    std::filesystem::path config = kDefaultConfig;
    bool json = false;
    std::string user = "breakwatch";  // whom the service becomes
    BreakHabits habits;               // by which alerts a day are reckoned
    bool live = false;                // look at the wire
    int seconds = 60;
    std::string interface;              // empty: the configuration's
    std::vector<std::string> captures;  // instead of an interface

    bool looks_at_the_wire() const { return live || !captures.empty(); }
};

using Options = std::variant<RunOptions, ReplayOptions, CheckOptions, NamesOptions, DetectOptions, IntakeOptions>;

// The chosen command's options, or the exit code after help, version or a usage error was printed.
std::variant<Options, int> parse_options(int argc, char** argv);

}  // namespace breakwatch
