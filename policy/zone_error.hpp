// A clock that is off by whole or half hours is right, and read in the wrong time zone.
#pragma once

#include <optional>

#include "policy/types.hpp"

namespace breakwatch {

// Of a measured offset: the whole error, to a quarter of an hour; none: it is another kind of error.
inline std::optional<Duration> zone_error(Duration offset)
{
    using namespace std::chrono;
    constexpr Duration kSlack = seconds{90};  // what the clock may be off besides, and delays
    constexpr Duration kWidest = hours{15};
    const auto size = abs(offset);
    // Zones differ by halves of an hour; far ones by quarters, too.
    const Duration step = size < hours{1} - kSlack ? Duration(minutes{30}) : Duration(minutes{15});
    const auto whole = (size + step / 2) / step * step;
    if (whole < minutes{30} || size > kWidest || abs(size - whole) > kSlack) return std::nullopt;
    return offset.count() < 0 ? -whole : whole;
}

}  // namespace breakwatch
