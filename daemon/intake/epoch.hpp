// Seconds since 1970 as call systems write them: up to the year that the house takes times of.
#pragma once

#include <chrono>
#include <cstdint>

#include "policy/types.hpp"

namespace breakwatch {

inline constexpr std::int64_t kLatestEpoch =
    std::chrono::sys_seconds{std::chrono::sys_days{std::chrono::year{kLatestYear} / 1 / 1}}.time_since_epoch().count();

}  // namespace breakwatch
