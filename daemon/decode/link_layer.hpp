// The frame around a packet: every link type we read, down to an EtherType and what follows it.
#pragma once

#include <cstdint>
#include <expected>

#include "decode/byte_reader.hpp"
#include "decode/decode_error.hpp"
#include "policy/types.hpp"

namespace breakwatch {

namespace ether_type {
inline constexpr std::uint16_t ipv4 = 0x0800;
inline constexpr std::uint16_t arp = 0x0806;
inline constexpr std::uint16_t ethernet = 0x6558;  // transparent Ethernet bridging, RFC 1701
inline constexpr std::uint16_t ipv6 = 0x86dd;
inline constexpr std::uint16_t nsh = 0x894f;  // RFC 8300
}  // namespace ether_type

struct LinkFrame {
    MacAddress source;  // zero where the link has none
    MacAddress destination;
    std::uint16_t vlan = 0;        // innermost 802.1Q tag's VLAN, 0 for none
    std::uint16_t ether_type = 0;  // after tags, labels, PPPoE and LLC/SNAP
    Bytes payload;
    bool framed_inside = false;  // the addresses are those of a frame inside another
    std::uint8_t headers = 0;    // tags, labels and inner frames read so far; more than a few are refused
};

// `link_type`: libpcap's DLT or LINKTYPE number.
std::expected<LinkFrame, DecodeError> decode_link(int link_type, Bytes frame);
// IEEE 802.3, also inside tunnels.
std::expected<LinkFrame, DecodeError> decode_ethernet(Bytes frame);
// From an EtherType on: tags (802.1Q, 802.1ad), MPLS labels, PPPoE sessions, until something else comes.
std::expected<LinkFrame, DecodeError> decode_tags(LinkFrame frame);

}  // namespace breakwatch
