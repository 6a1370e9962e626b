// What `breakwatchd check` found: one line with its place, and whether the daemon starts all the same (a note: nothing
// is wrong).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config_error.hpp"

namespace breakwatch {

struct CheckFinding {
    enum class Weight : std::uint8_t { error, warning, note };
    Weight weight = Weight::error;
    ConfigError at;
};
using CheckFindings = std::vector<CheckFinding>;

}  // namespace breakwatch
