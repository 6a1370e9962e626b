// How many alerts a day the chosen mode gives, by what the site measured.
#pragma once

#include <cstddef>

#include "app/check_finding.hpp"
#include "app/site.hpp"
#include "policy/incident/expected_alerts.hpp"

namespace breakwatch {

// `phones`: of those who are enrolled today.
CheckFindings check_alerts(const Config& config, const Tables& tables, std::size_t phones, const BreakHabits& habits);

}  // namespace breakwatch
