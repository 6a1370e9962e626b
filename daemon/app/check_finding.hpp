// What `breakwatchd check` found: one line with its place, and whether the daemon starts all the same (a note: nothing
// is wrong).
#pragma once

#include <cstddef>
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

// "calls[1].port"
inline std::string key_of(const char* list, std::size_t index, const char* key)
{
    return std::string(list) + "[" + std::to_string(index) + "]." + key;
}

}  // namespace breakwatch
