// One captured frame, as a view into the source's buffer: valid until the source is asked again.
#pragma once

#include <cstdint>

#include "decode/byte_reader.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// Values are libpcap's DLT_/LINKTYPE_ numbers.
using LinkType = int;

struct Packet {
    Timestamp time;
    LinkType link_type = 1;
    Bytes bytes;                    // as captured, possibly cut by the snap length
    std::uint32_t wire_length = 0;  // octets on the wire
    std::uint64_t number = 0;       // 1.. in its input, where several read it; 0: its reader counts
};

}  // namespace breakwatch
