// Durations as an operator writes them, in the configuration and in what it names.
#pragma once

#include <optional>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

// "15min", "2h", "180 days"; none: no such duration.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace breakwatch
