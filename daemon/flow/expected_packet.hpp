// An ordinary packet as far as it is read before its turn, so that what its flow needs can be fetched meanwhile.
#pragma once

#include <cstdint>
#include <optional>

#include "decode/plain_frame.hpp"
#include "flow/five_tuple.hpp"

namespace breakwatch {

// Of a TCP or UDP packet with its header whole.
inline FiveTuple ports_of(const IpPacket& packet)
{
    const auto* const ports = packet.payload.data();
    return {{packet.source, big_endian_at<std::uint16_t>(ports)},
            {packet.destination, big_endian_at<std::uint16_t>(ports + 2)},
            packet.protocol == ip_protocol::tcp ? Protocol::tcp : Protocol::udp};
}

struct ExpectedPacket {
    std::optional<PlainFrame> frame;
    std::uint32_t hash = 0;  // of its flow, where it has ports

    bool has_ports() const { return frame && frame->ip.payload.size() >= 4; }
};

}  // namespace breakwatch
