// What `breakwatchd check` found: one line with its place, and whether the daemon starts all the same.
#pragma once

#include <string>
#include <vector>

#include "config/config_error.hpp"

namespace breakwatch {

struct CheckFinding {
    enum class Weight : std::uint8_t { error, warning };
    Weight weight = Weight::error;
    ConfigError at;
};
using CheckFindings = std::vector<CheckFinding>;

}  // namespace breakwatch
