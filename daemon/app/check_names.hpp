// Names that ought to meet: zones and rules, people and rosters, and whether anybody is enrolled at all.
#pragma once

#include "app/check_finding.hpp"
#include "config/config.hpp"
#include "feeds/people/person_files.hpp"
#include "policy/incident/rules.hpp"

namespace breakwatch {

CheckFindings check_zones(const Config& config, const Rules& rules);
// Rules that can never hold, since nothing tells what they ask.
CheckFindings check_what_rules_ask(const Config& config, const Rules& rules);
// `people` is loaded.
CheckFindings check_people_named(const Config& config, const PersonFiles& people, Timestamp now);

}  // namespace breakwatch
