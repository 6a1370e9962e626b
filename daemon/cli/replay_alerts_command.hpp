// `breakwatch replay-alerts`: a destination gets alerts once more.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct ReplayAlertsOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string to;
    std::string since;
    std::string reason;
};

Outcome run_replay_alerts(const ReplayAlertsOptions& options);

}  // namespace breakwatch
