// breakwatch status: what the daemon says of itself, on one screen.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct StatusOptions {
    std::filesystem::path runtime = "/run/breakwatch";
    bool json = false;
};

Outcome run_status(const StatusOptions& options);

// Pure. `content`: of status.json; `now`: to tell how old it is. Fields that are not there are left out,
// so that another version's file can be read too.
Outcome tell_status(const std::string& content, Timestamp now);

}  // namespace breakwatch
