// An incident in words: what made it, and what could not be seen.
#pragma once

#include <string>
#include <vector>

#include "policy/activity/volume_history.hpp"
#include "policy/health.hpp"
#include "policy/incident/incident.hpp"

namespace breakwatch {

// "more post-like than 97 of 100 ..."
std::string rank_in_words(unsigned rank);
// For an incident whose other fields are filled in.
std::vector<std::string> reasons_of(const Incident& incident);
std::vector<std::string> gaps_of(const Incident& incident, const Health& health);

}  // namespace breakwatch
