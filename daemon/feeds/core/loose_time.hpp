// Times as call systems write them: RFC 3339 and its near relatives, and seconds, milliseconds or
// microseconds since 1970. An offset is needed in texts: a guess of the zone would be a guess of hours. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

// "2026-11-23T16:56:02.675Z", "2026-11-23 16:56:02,675 +0900", "20261123T165602Z", "1795451887.472".
std::optional<Timestamp> parse_loose_time(std::string_view text);
// The unit is told by the size: what would be after 5138 as seconds is milliseconds, and so on.
std::optional<Timestamp> time_of_epoch(double count);
std::optional<Timestamp> time_of_epoch(std::int64_t count);

}  // namespace breakwatch
