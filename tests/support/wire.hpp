// A dissector with all it tells kept, and conversations to feed it. Times are seconds from 09:00.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "flow/dissector.hpp"
#include "flow/packet.hpp"
#include "support/dns.hpp"
#include "support/frames.hpp"

namespace breakwatch::test {

inline Timestamp second(double seconds)
{
    return at("09:00") + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
}

class Wire final : public DissectorEvents {
  public:
    struct Name {
        std::string text;
        NameOrigin origin;
        bool encrypted;
        bool ambiguous;
        FiveTuple tuple;
        Timestamp at;
        std::uint64_t connection;
    };
    struct Sent {
        std::uint64_t flow;
        Direction direction;
        std::uint32_t length;
    };

    explicit Wire(const DissectorLimits& limits = opening_all_tunnels()) : dissector(limits, *this) {}

    // An Ethernet frame from the phone to the gateway.
    void frame(std::uint16_t type, const Octets& payload, double at = 0)
    {
        process(ethernet(mac("02:1a:10:00:00:fe"), mac("02:1a:10:00:10:01"), type, payload), at);
    }
    void ask_and_answer(const std::string& client, const std::string& name, const std::string& address)
    {
        packet(client, "10.77.20.1", 17, udp(40'000, 53, dns_question(name)), 0);
        packet("10.77.20.1", client, 17, udp(53, 40'000, dns_answer(name, address)), 0);
    }
    void process(const Octets& bytes, double at = 0, std::size_t captured = 65'535)
    {
        Packet packet;
        packet.time = second(at);
        packet.bytes = Bytes(bytes).first(std::min(captured, bytes.size()));
        packet.wire_length = static_cast<std::uint32_t>(bytes.size());
        dissector.process(packet);
    }
    // A datagram of either version.
    void packet(const std::string& from, const std::string& to, std::uint8_t protocol, const Octets& payload,
                double at = 0)
    {
        const auto source = ip(from);
        frame(source.family == IpAddress::Family::v6 ? 0x86dd : 0x0800, ip_packet(source, ip(to), protocol, payload),
              at);
    }

    std::uint64_t lost(Loss loss) const { return dissector.counters().of(loss); }
    std::vector<std::string> texts() const
    {
        std::vector<std::string> all;
        for (const auto& name : names) all.push_back(name.text);
        return all;
    }

    bool wants_flow(const FiveTuple& tuple, const FrameContext&) override
    {
        return tuple.originator.ip != unwanted && tuple.responder.ip != unwanted;
    }
    bool is_outer_name(std::string_view name) override { return name == "outer.example"; }
    void on_server_name(Flow& flow, const ServerName& name, Timestamp when) override
    {
        names.push_back({name.name, name.origin, name.encrypted, name.ambiguous, flow.tuple, when, flow.connection});
        if (attach) flow.attachment = 1;
    }
    void on_segment(Flow& flow, const Segment& segment) override
    {
        sent.push_back({flow.id, segment.direction, segment.payload_length});
        round_trip = flow.server_round_trip;
    }
    void on_flow_end(Flow& flow) override { ended.push_back(flow.id); }
    void on_name_conflict(Flow&, Timestamp) override { ++conflicts; }
    void on_dns(const DnsMessage& message, const FiveTuple& tuple, Timestamp) override
    {
        dns.push_back(message);
        dns_tuples.push_back(tuple);
    }
    void on_link_dns(const DnsMessage& message, LinkDns protocol, const FiveTuple&, Timestamp) override
    {
        link_dns.emplace_back(protocol, message);
    }
    void on_dhcp(const DhcpMessage&, const FiveTuple&, const FrameContext&) override { ++dhcp; }
    void on_dhcpv6(const Dhcpv6Message&, const FiveTuple&, const FrameContext&) override { ++dhcpv6; }
    void on_radius_accounting(const RadiusMessage&, const FiveTuple&, Timestamp) override { ++radius; }
    void on_address(const MacAddress& mac, const IpAddress& ip, const FrameContext&) override
    {
        addresses.emplace_back(mac, ip);
    }

    std::vector<Name> names;
    std::vector<Sent> sent;
    std::vector<std::uint64_t> ended;
    unsigned conflicts = 0;
    std::vector<DnsMessage> dns;
    std::vector<FiveTuple> dns_tuples;
    std::vector<std::pair<LinkDns, DnsMessage>> link_dns;
    std::vector<std::pair<MacAddress, IpAddress>> addresses;
    int dhcp = 0;
    int dhcpv6 = 0;
    int radius = 0;
    Duration round_trip{0};
    IpAddress unwanted;
    bool attach = false;  // takes each flow at its first name
    Dissector dissector;
};

// A TCP conversation between a phone and a server. Offsets count payload octets of each side from 0.
struct Talk {
    Wire& wire;
    std::uint16_t port = 50'000;
    std::uint16_t server_port = 443;
    std::uint32_t client_start = 1'000;
    std::uint32_t server_start = 900'000;
    std::string client = "10.77.20.5";
    std::string server = "198.51.100.7";

    void syn(double at = 0, const Octets& payload = {}) { send_up(client_start, 0x02, payload, 0, at); }
    void syn_ack(double at = 0.02) { send_down(server_start, 0x12, {}, client_start + 1, at); }
    void up(std::uint32_t offset, const Octets& payload, double at = 1, std::uint32_t acked = 0)
    {
        send_up(client_start + 1 + offset, 0x18, payload, server_start + 1 + acked, at);
    }
    void down(std::uint32_t offset, const Octets& payload, double at = 1, std::uint32_t acked = 0)
    {
        send_down(server_start + 1 + offset, 0x18, payload, client_start + 1 + acked, at);
    }
    void send_up(std::uint32_t sequence, std::uint8_t flags, const Octets& payload, std::uint32_t ack, double at)
    {
        wire.packet(client, server, 6,
                    tcp({.source = port,
                         .destination = server_port,
                         .sequence = sequence,
                         .flags = flags,
                         .payload = payload,
                         .acknowledgement = ack}),
                    at);
    }
    void send_down(std::uint32_t sequence, std::uint8_t flags, const Octets& payload, std::uint32_t ack, double at)
    {
        wire.packet(server, client, 6,
                    tcp({.source = server_port,
                         .destination = port,
                         .sequence = sequence,
                         .flags = flags,
                         .payload = payload,
                         .acknowledgement = ack}),
                    at);
    }
};

inline Octets part(const Octets& whole, std::size_t from, std::size_t to = SIZE_MAX)
{
    to = std::min(to, whole.size());
    return {whole.begin() + static_cast<std::ptrdiff_t>(from), whole.begin() + static_cast<std::ptrdiff_t>(to)};
}

}  // namespace breakwatch::test
