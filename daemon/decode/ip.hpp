// IPv4 (RFC 791) and IPv6 (RFC 8200) headers, extension headers skipped, down to the upper layer.
#pragma once

#include <cstdint>
#include <expected>

#include "decode/byte_reader.hpp"
#include "decode/decode_error.hpp"
#include "policy/types.hpp"

namespace breakwatch {

namespace ip_protocol {
inline constexpr std::uint8_t icmp = 1, ipv4 = 4, tcp = 6, udp = 17, ipv6 = 41, gre = 47, icmpv6 = 58, etherip = 97,
                              l2tp = 115;
}  // namespace ip_protocol

struct IpPacket {
    IpAddress source;
    IpAddress destination;
    std::uint8_t protocol = 0;         // of the payload
    std::uint8_t hop_limit = 0;        // IPv4: time to live
    Bytes payload;                     // captured part; of a fragment, all after the fragment header
    std::uint32_t payload_length = 0;  // as the header says
    // Fragment of a larger datagram; offset in octets.
    bool fragment = false;
    bool more_fragments = false;
    std::uint32_t fragment_offset = 0;
    std::uint32_t identification = 0;
};

// By the version in the first four bits.
std::expected<IpPacket, DecodeError> decode_ip(Bytes bytes);
// A datagram put together from fragments: its remaining IPv6 extension headers.
std::expected<IpPacket, DecodeError> decode_reassembled(IpPacket whole);

}  // namespace breakwatch
