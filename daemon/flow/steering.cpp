#include "flow/steering.hpp"

#include <array>
#include <bitset>

#include "decode/ip.hpp"
#include "decode/link_layer.hpp"

namespace breakwatch {

namespace {

constexpr LinkType kEthernetLink = 1;
constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kTag = 4;
constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;
constexpr std::size_t kPorts = 4;

// As network_services.cpp, tunnel.cpp and wire_meter.cpp look for them.
constexpr std::array<std::uint16_t, 25> kSharedUdpPorts{53,   5353, 5355, 67,   68,    546,  547,  1813, 1646,
                                                        4789, 8472, 4790, 6081, 2152,  3544, 5072, 1701, 5247,
                                                        6635, 4754, 4341, 4500, 51820, 1194, 37008};

std::bitset<65536> set_of_shared_udp_ports()
{
    std::bitset<65536> ports;
    for (const auto port : kSharedUdpPorts) ports.set(port);
    return ports;
}

bool is_transport(std::uint8_t protocol)
{
    return protocol == ip_protocol::tcp || protocol == ip_protocol::udp;
}

std::uint8_t lane_of_ipv4(Bytes bytes)
{
    constexpr std::uint8_t kVersionAndLength = 0x45;
    if (bytes.size() < kIpv4Header + kPorts || bytes[0] != kVersionAndLength || !is_transport(bytes[9]))
        return kEverybodys;
    const bool fragment = (big_endian_at<std::uint16_t>(&bytes[6]) & 0x3fffU) != 0;
    if (fragment || big_endian_at<std::uint16_t>(&bytes[2]) < kIpv4Header + kPorts) return kEverybodys;
    if (is_for_everybody(bytes[9], &bytes[kIpv4Header])) return kEverybodys;
    return lane_of_words(big_endian_at<std::uint32_t>(&bytes[12]) ^ big_endian_at<std::uint32_t>(&bytes[16]));
}

std::uint8_t lane_of_ipv6(Bytes bytes)
{
    if (bytes.size() < kIpv6Header + kPorts || bytes[0] >> 4U != 6 || !is_transport(bytes[6])) return kEverybodys;
    if (big_endian_at<std::uint16_t>(&bytes[4]) < kPorts) return kEverybodys;
    if (is_for_everybody(bytes[6], &bytes[kIpv6Header])) return kEverybodys;
    std::uint64_t mixed = 0;
    for (std::size_t at = 8; at < kIpv6Header; at += sizeof mixed) mixed ^= big_endian_at<std::uint64_t>(&bytes[at]);
    return lane_of_words(static_cast<std::uint32_t>(mixed ^ mixed >> 32U));
}

}  // namespace

std::span<const std::uint16_t> shared_udp_ports()
{
    return kSharedUdpPorts;
}

bool is_shared_udp_port(std::uint16_t port)
{
    static const auto kShared = set_of_shared_udp_ports();
    return kShared[port];
}

bool is_for_everybody(std::uint8_t protocol, const std::uint8_t* ports)
{
    const auto source = big_endian_at<std::uint16_t>(ports);
    const auto destination = big_endian_at<std::uint16_t>(ports + 2);
    if (protocol == ip_protocol::tcp) return source == kSharedTcpPort || destination == kSharedTcpPort;
    return is_shared_udp_port(source) || is_shared_udp_port(destination);
}

std::uint8_t lane_of_frame(LinkType link_type, Bytes frame)
{
    constexpr std::uint16_t kVlan = 0x8100;
    if (link_type != kEthernetLink || frame.size() < kEthernetHeader + kTag) return kEverybodys;
    auto type = big_endian_at<std::uint16_t>(&frame[12]);
    std::size_t header = kEthernetHeader;
    if (type == kVlan) {
        type = big_endian_at<std::uint16_t>(&frame[16]);
        header += kTag;
    }
    const auto packet = frame.subspan(header);
    if (type == ether_type::ipv4) return lane_of_ipv4(packet);
    if (type == ether_type::ipv6) return lane_of_ipv6(packet);
    return kEverybodys;
}

}  // namespace breakwatch
