// breakwatch status: what the daemon says of itself, on one screen.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "cli/outcome.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct StatusOptions {
    std::filesystem::path runtime = "/run/breakwatch";
    bool json = false;
};

Outcome run_status(const StatusOptions& options);

// Whether the daemon's process of that number is there.
using ProcessAlive = std::function<bool(std::uint64_t)>;

// Pure. `content`: of status.json; `now`: to tell how old it is; `alive` is asked when it is old. Fields that are not
// there are left out, so that another version's file can be read too.
Outcome tell_status(const std::string& content, Timestamp now, const ProcessAlive& alive = {});

}  // namespace breakwatch
