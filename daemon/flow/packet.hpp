// One captured frame, as a view into the source's buffer: valid until the source is asked again.
#pragma once

#include <cstdint>

#include "decode/byte_reader.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// Values are libpcap's DLT_/LINKTYPE_ numbers.
using LinkType = int;

inline constexpr std::uint8_t kUnknownLane = 0xff;

struct Packet {
    Timestamp time;
    LinkType link_type = 1;
    Bytes bytes;                    // as captured, possibly cut by the snap length
    std::uint32_t wire_length = 0;  // octets on the wire
    // Where several read one input (flow/steering.hpp): what lane_of_frame() found, and 1.. in the input. 0: who reads
    // it counts.
    std::uint8_t lane = kUnknownLane;
    std::uint64_t number = 0;
};

}  // namespace breakwatch
