// Moments and durations as call systems write them, by the formats that a mapping names. Pure and total.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/call_mapping.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// By the first format that fits. Local times are of `zone` (IANA); of a time that comes twice the earlier.
std::optional<Timestamp> read_moment(std::string_view text, const std::vector<std::string>& formats,
                                     const std::string& zone);
// None: no duration, or one over a week.
std::optional<Duration> read_duration(std::string_view text, CallMapping::Unit unit);
// A moment as a request of a poll writes it.
std::string write_moment(Timestamp at, const std::string& format, const std::string& zone);

}  // namespace breakwatch
