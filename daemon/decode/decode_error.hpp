// The reasons for which bytes were not understood. Expected values, never exceptions or log lines:
// each is counted once where it happens (DecodeCounters).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace breakwatch {

enum class DecodeError : std::uint8_t {
    truncated,          // fewer bytes than the format needs
    bad_length,         // a length field contradicts its surroundings
    unsupported,        // well formed as far as read, but not ours
    count
};

// The operator's name of a reason: "ip.truncated"-like, stable across releases.
std::string_view name(DecodeError error);

}  // namespace breakwatch
