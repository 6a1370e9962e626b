// The reasons for which bytes were not understood. Expected values, never exceptions or log lines:
// each is counted once, with the layer where it happened (DecodeCounters).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace breakwatch {

enum class DecodeError : std::uint8_t {
    truncated,    // fewer bytes than the format needs
    bad_length,   // a length field contradicts its surroundings
    bad_value,    // a field has a value the format does not allow
    unsupported,  // well formed as far as read, but not ours
    count
};

std::string_view name(DecodeError error);

}  // namespace breakwatch
