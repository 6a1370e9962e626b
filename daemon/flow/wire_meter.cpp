#include "flow/wire_meter.hpp"

#include <algorithm>

#include "decode/transport.hpp"

namespace breakwatch {
namespace {

// Of what makes a packet itself: ports, numbers and checksum of TCP; of UDP, ports, checksum and the first octets.
constexpr std::size_t kFingerprint = 20;
constexpr std::uint32_t kJustNow = 100;  // milliseconds; a retransmission takes 200 or more, or has another IP id
constexpr std::array<std::uint8_t, 4> kTunnels{ip_protocol::gre, 50, 51, ip_protocol::l2tp};  // 50, 51: IPsec
// VXLAN (and its older port, and GPE), Geneve, CAPWAP data, TZSP; IPsec, WireGuard and OpenVPN over UDP.
constexpr std::array<std::uint16_t, 9> kTunnelPorts{4789, 8472, 4790, 6081, 5247, 37008, 4500, 51820, 1194};

std::uint64_t mixed(std::uint64_t seed, std::uint64_t value)
{
    seed = (seed ^ value) * 0x9e3779b97f4a7c15ULL;
    return seed ^ (seed >> 29U);
}

// On its way: neither a beginning nor its repetition, which stay without an answer when the server is dead.
bool on_its_way(const IpPacket& packet)
{
    if (packet.protocol == ip_protocol::udp) return packet.payload.size() > 8 && (packet.payload[8] & 0xc0U) == 0x40U;
    const auto flags = packet.payload.size() > 13 ? packet.payload[13] : std::uint8_t{0};
    return (flags & tcp_flag::ack) != 0 && (flags & (tcp_flag::syn | tcp_flag::rst)) == 0;
}

// Majority vote (Boyer and Moore): after it, the candidate is what more than half were, if anything was.
template <typename Kind>
bool vote(Kind& candidate, std::uint64_t& lead, Kind kind)
{
    if (candidate == kind) return ++lead, true;
    if (lead > 0) return --lead, false;
    candidate = kind;
    lead = 1;
    return true;
}

}  // namespace

void WireMeter::packet(const Packet& packet)
{
    ++wire_.packets;
    wire_.bytes += packet.wire_length;
    wire_.longest = std::max(wire_.longest, packet.wire_length);
    const auto kept = static_cast<std::uint32_t>(packet.bytes.size());
    if (kept >= packet.wire_length) return;
    ++wire_.cut;
    wire_.shortest_cut = wire_.shortest_cut == 0 ? kept : std::min(wire_.shortest_cut, kept);
}

void WireMeter::frame(const LinkFrame& frame)
{
    if (!frame.source.is_zero()) {
        ++wire_.from_macs;
        if (frame.source.locally_administered()) ++wire_.from_private_macs;
    }
    if (frame.ether_type == ether_type::ipv4 || frame.ether_type == ether_type::ipv6) ++wire_.ip;
    if (frame.vlan == 0) return;
    ++wire_.tagged;
    wire_.vlans.set(frame.vlan & 0x0fffU);
}

void WireMeter::unread_frame(std::uint16_t ether_type)
{
    ++wire_.unread_frames;
    vote(wire_.unread_ether_type, unread_lead_, ether_type);
}

void WireMeter::transport(const IpPacket& packet, Timestamp at)
{
    if (packet.payload.size() < 8) return;
    const auto from = big_endian_at<std::uint16_t>(packet.payload.data());
    const auto to = big_endian_at<std::uint16_t>(packet.payload.data() + 2);
    if ((from == kHttpsPort) != (to == kHttpsPort) && on_its_way(packet))
        ++(to == kHttpsPort ? wire_.to_servers : wire_.from_servers);
    compare(packet, at);
}

void WireMeter::compare(const IpPacket& packet, Timestamp at)
{
    if (packet.payload.size() < kFingerprint) return;
    const auto source = packet.source.bytes();
    auto hash = mixed(packet.identification, packet.payload_length);
    hash = mixed(hash, big_endian_at<std::uint32_t>(source.data() + source.size() - 4));
    hash = mixed(hash, big_endian_at<std::uint64_t>(packet.payload.data()));
    hash = mixed(hash, big_endian_at<std::uint64_t>(packet.payload.data() + 8));
    hash = mixed(hash, big_endian_at<std::uint32_t>(packet.payload.data() + 16));
    auto& recent = recent_[lane_of(packet.source, packet.destination)][hash % kRecentOfLane];
    const auto fingerprint = static_cast<std::uint32_t>(hash >> 32U) | 1U;
    const auto now =
        static_cast<std::uint32_t>(std::chrono::floor<std::chrono::milliseconds>(at.time_since_epoch()).count());
    ++wire_.compared;
    if (recent.fingerprint == fingerprint && now - recent.milliseconds < kJustNow) {
        ++wire_.repeated;
        recent.fingerprint = 0;  // a third copy is another pair's first
        return;
    }
    recent = {fingerprint, now};
}

void WireMeter::not_opened(std::uint8_t protocol)
{
    if (std::ranges::find(kTunnels, protocol) != kTunnels.end()) sealed(protocol, 0);
}

void WireMeter::not_opened(std::uint16_t source, std::uint16_t destination)
{
    for (const auto port : {destination, source}) {
        if (std::ranges::find(kTunnelPorts, port) != kTunnelPorts.end()) return sealed(ip_protocol::udp, port);
    }
}

void WireMeter::sealed(std::uint8_t protocol, std::uint16_t port)
{
    ++wire_.sealed;
    if (vote(wire_.sealed_protocol, sealed_lead_, protocol)) wire_.sealed_port = port;
}

}  // namespace breakwatch
