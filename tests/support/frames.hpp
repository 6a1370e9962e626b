// Frames for tests, from the inside out. Checksums stay zero: nobody here looks at them.
#pragma once

#include <cstdint>

#include "support/hex.hpp"
#include "support/moments.hpp"

namespace breakwatch::test {

inline Octets octets_of(const MacAddress& mac)
{
    return {mac.octets.begin(), mac.octets.end()};
}
inline Octets octets_of(const IpAddress& ip)
{
    const auto bytes = ip.bytes();
    return {bytes.begin(), bytes.end()};
}

struct TcpPart {
    std::uint16_t source = 50'000;
    std::uint16_t destination = 443;
    std::uint32_t sequence = 1;
    std::uint8_t flags = 0x18;  // PSH, ACK
    Octets payload;
    std::uint32_t acknowledgement = 0;
};

inline Octets tcp(const TcpPart& part)
{
    return big_endian(part.source, 2) + big_endian(part.destination, 2) + big_endian(part.sequence, 4) +
           big_endian(part.acknowledgement, 4) + Octets{0x50, part.flags} + hex("ffff 0000 0000") + part.payload;
}

inline Octets udp(std::uint16_t source, std::uint16_t destination, const Octets& payload)
{
    return big_endian(source, 2) + big_endian(destination, 2) + big_endian(payload.size() + 8, 2) + hex("0000") +
           payload;
}

// Of either version, by the addresses.
inline Octets ip_packet(const IpAddress& source, const IpAddress& destination, std::uint8_t protocol,
                        const Octets& payload)
{
    const auto addresses = octets_of(source) + octets_of(destination);
    if (source.family == IpAddress::Family::v6) {
        return hex("60000000") + big_endian(payload.size(), 2) + Octets{protocol, 64} + addresses + payload;
    }
    return hex("4500") + big_endian(payload.size() + 20, 2) + hex("0000 4000 40") + Octets{protocol} + hex("0000") +
           addresses + payload;
}

inline Octets ethernet(const MacAddress& destination, const MacAddress& source, std::uint16_t type,
                       const Octets& payload)
{
    return octets_of(destination) + octets_of(source) + big_endian(type, 2) + payload;
}

}  // namespace breakwatch::test
