// What of a frame travels down with what is inside it.
#pragma once

#include <cstdint>

#include "policy/types.hpp"

namespace breakwatch {

struct FrameContext {
    Timestamp time;
    std::uint64_t packet = 0;  // its number
    // Of the innermost Ethernet frame: a tunnel's outer frame says nothing of the device.
    MacAddress source;
    MacAddress destination;
    std::uint16_t vlan = 0;
    unsigned depth = 0;          // wraps opened so far
    std::uint8_t hop_limit = 0;  // of the innermost IP header: TTL or Hop Limit
};

}  // namespace breakwatch
