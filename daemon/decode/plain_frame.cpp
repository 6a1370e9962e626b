#include "decode/plain_frame.hpp"

#include <algorithm>
#include <cstring>

namespace breakwatch {

namespace {

constexpr int kEthernetLink = 1;
constexpr std::size_t kEthernetHeader = 14;
constexpr std::size_t kTag = 4;
constexpr std::size_t kIpv4Header = 20;
constexpr std::size_t kIpv6Header = 40;

bool is_transport(std::uint8_t protocol)
{
    return protocol == ip_protocol::tcp || protocol == ip_protocol::udp;
}

bool take_ipv4(Bytes bytes, IpPacket& packet)
{
    constexpr std::uint8_t kVersionAndLength = 0x45;
    if (bytes.size() < kIpv4Header || bytes[0] != kVersionAndLength || !is_transport(bytes[9])) return false;
    const auto total = big_endian_at<std::uint16_t>(&bytes[2]);
    const bool fragment = (big_endian_at<std::uint16_t>(&bytes[6]) & 0x3fffU) != 0;
    if (total < kIpv4Header || fragment) return false;
    packet.identification = big_endian_at<std::uint16_t>(&bytes[4]);
    packet.hop_limit = bytes[8];
    packet.protocol = bytes[9];
    std::memcpy(packet.source.octets.data(), &bytes[12], 4);
    std::memcpy(packet.destination.octets.data(), &bytes[16], 4);
    packet.source.family = packet.destination.family = IpAddress::Family::v4;
    packet.payload_length = static_cast<std::uint32_t>(total - kIpv4Header);
    packet.payload =
        bytes.subspan(kIpv4Header, std::min<std::size_t>(packet.payload_length, bytes.size() - kIpv4Header));
    return true;
}

bool take_ipv6(Bytes bytes, IpPacket& packet)
{
    if (bytes.size() < kIpv6Header || bytes[0] >> 4U != 6 || !is_transport(bytes[6])) return false;
    const auto length = big_endian_at<std::uint16_t>(&bytes[4]);
    if (length == 0) return false;
    packet.protocol = bytes[6];
    packet.hop_limit = bytes[7];
    std::memcpy(packet.source.octets.data(), &bytes[8], 16);
    std::memcpy(packet.destination.octets.data(), &bytes[24], 16);
    packet.source.family = packet.destination.family = IpAddress::Family::v6;
    packet.payload_length = length;
    packet.payload = bytes.subspan(kIpv6Header, std::min<std::size_t>(length, bytes.size() - kIpv6Header));
    return true;
}

}  // namespace

std::optional<PlainFrame> decode_plain_frame(int link_type, Bytes frame)
{
    constexpr std::uint16_t kVlan = 0x8100;
    std::optional<PlainFrame> plain;
    if (link_type != kEthernetLink || frame.size() < kEthernetHeader + kTag) return plain;
    auto& link = plain.emplace().link;
    std::memcpy(link.destination.octets.data(), frame.data(), 6);
    std::memcpy(link.source.octets.data(), frame.data() + 6, 6);
    link.ether_type = big_endian_at<std::uint16_t>(&frame[12]);
    std::size_t header = kEthernetHeader;
    if (link.ether_type == kVlan) {
        link.vlan = static_cast<std::uint16_t>(big_endian_at<std::uint16_t>(&frame[14]) & 0x0fffU);
        link.ether_type = big_endian_at<std::uint16_t>(&frame[16]);
        header += kTag;
    }
    link.payload = frame.subspan(header);
    const bool read = link.ether_type == ether_type::ipv4   ? take_ipv4(link.payload, plain->ip)
                      : link.ether_type == ether_type::ipv6 ? take_ipv6(link.payload, plain->ip)
                                                            : false;
    if (!read) plain.reset();
    return plain;
}

}  // namespace breakwatch
