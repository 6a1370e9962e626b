// TCP (RFC 9293 section 3.1) and UDP (RFC 768) headers.
#pragma once

#include <cstdint>
#include <expected>

#include "decode/byte_reader.hpp"
#include "decode/decode_error.hpp"

namespace breakwatch {

namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10;
}  // namespace tcp_flag

struct TcpSegment {
    std::uint16_t source = 0;
    std::uint16_t destination = 0;
    std::uint32_t sequence = 0;
    std::uint32_t acknowledgement = 0;
    std::uint8_t flags = 0;
    std::uint32_t header_length = 0;  // octets, options included
    Bytes payload;
};

inline constexpr std::uint16_t kHttpsPort = 443;

struct UdpDatagram {
    std::uint16_t source = 0;
    std::uint16_t destination = 0;
    std::uint32_t payload_length = 0;  // as the header says
    Bytes payload;
};

// A checksum is not looked at: it is the receiver's business, and often not yet filled in.
std::expected<TcpSegment, DecodeError> decode_tcp(Bytes segment);
// A length above what was captured is a short snapshot; the payload is then what there is of it.
std::expected<UdpDatagram, DecodeError> decode_udp(Bytes datagram);

}  // namespace breakwatch
