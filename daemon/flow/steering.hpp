// Which of several workers a packet belongs to. All packets of two addresses, either way, are one worker's, so that a
// flow and its fragments are; what may concern everybody (ARP, DHCP, DNS, tunnels, whatever is not ordinary) is every
// worker's to read. Pure functions.
#pragma once

#include <cstdint>
#include <span>

#include "decode/byte_reader.hpp"
#include "flow/packet.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// Pairs of addresses are divided into lanes, and lanes among the workers, whatever the number of those: what is kept
// by lane is the same with each.
inline constexpr unsigned kLaneBits = 5;
inline constexpr unsigned kLanes = 1U << kLaneBits;
// Fibonacci hashing (Knuth, "The Art of Computer Programming", volume 3, section 6.4). Without a secret, since a filter
// in the kernel has to reckon it, too: who chooses his addresses loads one worker, as he could by talking more.
inline constexpr std::uint32_t kLaneFactor = 0x9e3779b1U;

inline std::uint8_t lane_of_words(std::uint32_t mixed)
{
    return static_cast<std::uint8_t>(mixed * kLaneFactor >> (32U - kLaneBits));
}
inline std::uint8_t lane_of(const IpAddress& one, const IpAddress& other)
{
    const auto mixed = one.high() ^ other.high() ^ one.low() ^ other.low();
    return lane_of_words(static_cast<std::uint32_t>(mixed ^ mixed >> 32U));
}

// One worker of several.
struct Shard {
    unsigned index = 0;
    unsigned count = 1;

    bool alone() const { return count == 1; }
    // Who counts and tells what all of them read.
    bool first() const { return index == 0; }
    bool owns_lane(unsigned lane) const { return lane % count == index; }
    bool owns(const IpAddress& one, const IpAddress& other) const { return alone() || owns_lane(lane_of(one, other)); }
};

// UDP ports of network services and of tunnels: on either side they make a datagram everybody's.
std::span<const std::uint16_t> shared_udp_ports();
bool is_shared_udp_port(std::uint16_t port);
// TCP, too: answers of DNS over it.
inline constexpr std::uint16_t kSharedTcpPort = 53;

// The same of both, where an ordinary packet's payload begins with its ports.
bool is_for_everybody(std::uint8_t protocol, const std::uint8_t* ports);

// Of an ordinary frame, by a few loads. kEverybodys: every worker has to read it.
inline constexpr std::uint8_t kEverybodys = kLanes;
std::uint8_t lane_of_frame(LinkType link_type, Bytes frame);

}  // namespace breakwatch
