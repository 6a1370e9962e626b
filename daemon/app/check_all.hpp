// Everything besides the rows of its files that a run would open or need, looked at before there is a run.
#pragma once

#include <cstdint>

#include "app/check_finding.hpp"
#include "app/site.hpp"
#include "policy/incident/expected_alerts.hpp"

namespace breakwatch {

// files: what the configuration names. machine: that of this machine, too (ports, resolver, links), which takes seconds
// where a resolver is away.
enum class CheckReach : std::uint8_t { files, machine };

// `tables` and `people` where they could be read. `user`: whom the service becomes.
// `habits`: by which the alerts a day are reckoned.
CheckFindings check_all(const Config& config, const Tables* tables, const PersonFiles* people, CheckReach reach,
                        const std::string& user, const BreakHabits& habits);

}  // namespace breakwatch
