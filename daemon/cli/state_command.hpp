// breakwatch state: says where an incident has got to, with a reason, which the audit trail keeps.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct StateOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string id;
    std::string to;       // "triaged", "principal_notified", "answered", "closed"; "detected" reopens
    std::string verdict;  // "true", "false", "unknown"; "": says nothing of it
    std::string untold;   // why it is closed without the principal having been told
    std::string reason;
};

Outcome run_state(const StateOptions& options);

}  // namespace breakwatch
