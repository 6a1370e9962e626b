// The same figures as a picture: precision over recall, and what confidence is worth.
#pragma once

#include <string>

#include "report.hpp"

namespace breakwatch {

std::string plot(const JudgedSessions& plain, const JudgedSessions& overlaid, const Thresholds& thresholds);

}  // namespace breakwatch
