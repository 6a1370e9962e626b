// The ordinary frame in one pass: Ethernet with at most one 802.1Q tag, IPv4 without options or IPv6 without extension
// headers, in one piece, TCP or UDP. Whatever else it is, is for link_layer.hpp and ip.hpp, which would read this one
// alike.
#pragma once

#include <optional>

#include "decode/ip.hpp"
#include "decode/link_layer.hpp"

namespace breakwatch {

struct PlainFrame {
    LinkFrame link;
    IpPacket ip;
};

// Nothing: it is not ordinary, or not whole as far as its headers go.
std::optional<PlainFrame> decode_plain_frame(int link_type, Bytes frame);

}  // namespace breakwatch
