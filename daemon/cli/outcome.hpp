// What a command of the operator's tool ends with. Commands print nothing themselves: main does, and
// tests read. breakwatch(1) lists the exit codes.
#pragma once

#include <string>
#include <string_view>

namespace breakwatch {

enum ToolExit : int {
    tool_success = 0,
    tool_failure = 1,    // a file cannot be read or written; stderr says which
    tool_usage = 2,      // the command line
    tool_not_found = 3,  // no such incident
    tool_changed = 4,    // verify: the evidence is not what was recorded
    tool_unwell = 5,     // status: the daemon does not run, is stale, or something is down
    tool_no_better = 6,  // calibrate fit: no better than what is in force, nothing was written
};

struct Outcome {
    int exit_code = tool_success;
    std::string out;
    std::string err;
};

inline Outcome failed(std::string_view what, int exit_code = tool_failure)
{
    return {exit_code, {}, "breakwatch: " + std::string(what) + "\n"};
}

// Several errors of a loader, as one such text.
template <typename Errors>
std::string lines_of(const Errors& errors)
{
    std::string text;
    for (const auto& error : errors) text += (text.empty() ? "" : "\nbreakwatch: ") + to_string(error);
    return text;
}

}  // namespace breakwatch
