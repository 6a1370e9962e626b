#include "flow/dissector.hpp"

#include <algorithm>
#include <array>

#include "decode/address_resolution.hpp"
#include "decode/ip.hpp"
#include "decode/link_layer.hpp"
#include "decode/transport.hpp"
#include "decode/tunnel.hpp"
#include "decode/wlan_frame.hpp"
#include "flow/expected_packet.hpp"
#include "flow/flow_tracker.hpp"
#include "flow/foreign_dns.hpp"
#include "flow/fragment_assembler.hpp"
#include "flow/heap_octets.hpp"
#include "flow/network_services.hpp"
#include "flow/packet.hpp"
#include "flow/tcp_name_scanner.hpp"
#include "flow/udp_name_scanner.hpp"
#include "flow/wire_meter.hpp"

namespace breakwatch {

// From the frame inwards: links, addresses, fragments and wraps, down to a TCP segment or UDP datagram.
class Dissector::Impl {
  public:
    // As many fetches as a processor has on their way at once, and few enough that none is displaced again.
    static constexpr std::size_t kAhead = 16;
    static constexpr std::size_t kCacheLine = 64;

    Impl(const DissectorLimits& limits, DissectorEvents& events, Shard shard)
        : limits_(limits),
          events_(events),
          shard_(shard),
          elsewhere_(shard.first() ? nullptr : std::make_unique<Tally>()),
          shared_(shard.first() ? own_ : *elsewhere_),
          tracker_(limits_, events, own_.counters, [this](FlowEntry& flow) { let_go(flow); }),
          services_(events, shared_.counters, tracker_.name_cache(), shard),
          budget_(limits.hello_flows, limits.hello_memory),
          tcp_(limits_, events, own_.counters, tracker_, services_, budget_),
          udp_(limits_, events, own_.counters, tracker_, budget_),
          foreign_(shard.alone() ? nullptr : std::make_unique<ForeignDns>(limits_, events, services_)),
          fragments_(limits.fragment_bytes)
    {
        budget_.on_let_go([this](FlowEntry& flow) { let_go(flow); });
        budget_.on_loss([this](Loss loss, Timestamp at) { lose(loss, at); });
    }

    void process(std::span<const Packet> packets, const std::function<void(const Packet&)>& after)
    {
        while (!packets.empty()) {
            const auto some = packets.first(std::min(packets.size(), kAhead));
            expect(some);
            for (std::size_t i = 0; i < some.size(); ++i) {
                process(some[i], expected_[i]);
                if (after) after(some[i]);
            }
            packets = packets.subspan(some.size());
        }
    }

    void process(const Packet& packet)
    {
        read(packet, expected_[0]);
        process(packet, expected_[0]);
    }

    void process(const Packet& packet, const ExpectedPacket& expected)
    {
        const auto& plain = expected.frame;
        advance(packet.time);
        auto* tally = &own_;
        if (!shard_.alone()) {
            const auto lane = packet.lane != kUnknownLane ? packet.lane : lane_of_frame(packet.link_type, packet.bytes);
            if (lane == kEverybodys) {
                tally = &shared_;
            } else if (!shard_.owns_lane(lane)) {
                return;
            }
        }
        ++tally->counters.packets;
        tally->counters.bytes += packet.wire_length;
        tally->wire.packet(packet);
        FrameContext context;
        context.time = packet.time;
        context.packet = packet.number != 0 ? packet.number : ++processed_ * shard_.count + shard_.index;
        if (plain) return take_plain(expected, context, *tally);
        const auto frame = decode_link(packet.link_type, packet.bytes);
        if (!frame) return unread(frame.error());
        tally->wire.frame(*frame);
        take_frame(*frame, context);
    }

    void advance(Timestamp now)
    {
        if (now < next_expiry_) return;
        next_expiry_ = now + std::chrono::seconds{1};
        tracker_.expire(now);
        if (foreign_) foreign_->expire(now);
    }

    void finish() { tracker_.end_all(); }
    void shed(Shedding shedding) { tracker_.shed(shedding); }
    const DecodeCounters& counters() const { return own_.counters; }
    std::size_t flow_count() const { return tracker_.size(); }
    Rows rows() const
    {
        return {.flows = tracker_.size(),
                .searches = budget_.searching(),
                .hello_octets = budget_.held(),
                .fragment_octets = fragments_.octets(),
                .name_octets = tracker_.name_octets()};
    }

  private:
    struct Tally {
        DecodeCounters counters;
        WireMeter wire{counters.wire};
    };

    // Of a flow.
    void lose(Loss loss, Timestamp at)
    {
        own_.counters.count(loss);
        events_.on_loss(loss, at);
    }
    // Of what every worker reads.
    void lose_shared(Loss loss, Timestamp at)
    {
        shared_.counters.count(loss);
        if (shard_.first()) events_.on_loss(loss, at);
    }

    void let_go(FlowEntry& flow)
    {
        if (flow.tcp) tcp_.let_go(flow);
        udp_.let_go(flow);
    }

    // In two steps, so that what the first fetches is there for the second.
    void expect(std::span<const Packet> packets)
    {
        // Who read them into memory may have done so on another processor.
        for (const auto& packet : packets) {
            __builtin_prefetch(packet.bytes.data());
            __builtin_prefetch(packet.bytes.data() + kCacheLine);
        }
        for (std::size_t i = 0; i < packets.size(); ++i) read(packets[i], expected_[i]);
        for (std::size_t i = 0; i < packets.size(); ++i) tracker_.expect_flow(expected_[i].hash);
    }

    void read(const Packet& packet, ExpectedPacket& expected) const
    {
        expected.frame = decode_plain_frame(packet.link_type, packet.bytes);
        if (expected.has_ports()) expected.hash = tracker_.expect(ports_of(expected.frame->ip));
    }

    void take_plain(const ExpectedPacket& expected, FrameContext context, Tally& tally)
    {
        const auto& plain = *expected.frame;
        tally.wire.frame(plain.link);
        context.source = plain.link.source;
        context.destination = plain.link.destination;
        context.vlan = plain.link.vlan;
        if (tracker_.sheds() && tracker_.is_shed(expected, context)) return;
        take_ip_payload(plain.ip, context);
    }

    void unread(DecodeError error)
    {
        shared_.wire.unread_frame(0);
        shared_.counters.count(Layer::link, error);
    }

    void take_frame(const LinkFrame& frame, FrameContext context)
    {
        if (frame.framed_inside && !limits_.mirrors.opens(Encapsulation::frame_in_frame, {}, {}, {})) {
            return lose_shared(Loss::tunnel_untrusted, context.time);
        }
        if (!frame.source.is_zero() || !frame.destination.is_zero()) {
            context.source = frame.source;
            context.destination = frame.destination;
        }
        if (frame.vlan != 0) context.vlan = frame.vlan;
        switch (frame.ether_type) {
            case ether_type::ipv4:
            case ether_type::ipv6: return take_ip(frame.payload, context);
            case ether_type::arp: return take_arp(frame.payload, context);
            case ether_type::nsh: take_tunnel(open_nsh(frame.payload), {}, context); return;
            default:
                shared_.wire.unread_frame(frame.ether_type);
                shared_.counters.count(Layer::link, DecodeError::unsupported);
        }
    }

    void take_arp(Bytes bytes, const FrameContext& context)
    {
        const auto binding = decode_arp(bytes);
        if (!binding) return shared_.counters.count(Layer::arp, binding.error());
        if (*binding) tell_address(**binding, context);
    }

    void tell_address(const AddressBinding& binding, const FrameContext& context)
    {
        ++shared_.counters.wire.address_facts;
        events_.on_address(binding.mac, binding.ip, context);
    }

    void take_ip(Bytes bytes, const FrameContext& context)
    {
        auto packet = decode_ip(bytes);
        if (!packet) return shared_.counters.count(Layer::ip, packet.error());
        if (!packet->fragment) return take_ip_payload(*packet, context);
        if (packet->payload.size() < packet->payload_length) {
            // Cut by the snap length: never to be completed, but the first one says what it is.
            shared_.counters.count(Layer::fragment, DecodeError::truncated);
            if (packet->fragment_offset == 0) take_ip_payload(*packet, context);
            return;
        }
        auto& counters = shared_.counters;
        const auto given_up = counters.of(Loss::fragment_share_full);
        const auto whole = fragments_.put(*packet, context.time, counters);
        if (shard_.first() && counters.of(Loss::fragment_share_full) != given_up)
            events_.on_loss(Loss::fragment_share_full, context.time);
        if (!whole) return;
        packet = decode_reassembled(*whole);
        if (!packet) return shared_.counters.count(Layer::ip, packet.error());
        take_ip_payload(*packet, context);
    }

    void take_ip_payload(const IpPacket& packet, FrameContext context)
    {
        context.hop_limit = packet.hop_limit;
        switch (packet.protocol) {
            case ip_protocol::tcp: return take_tcp(packet, context);
            case ip_protocol::udp: return take_udp(packet, context);
            case ip_protocol::icmpv6: return take_icmpv6(packet, context);
            default: break;
        }
        if (!take_tunnel(open_ip_tunnel(packet.protocol, packet.payload), packet, context))
            shared_.wire.not_opened(packet.protocol);
    }

    void take_tcp(const IpPacket& packet, const FrameContext& context)
    {
        if (shard_.owns(packet.source, packet.destination)) {
            own_.wire.transport(packet, context.time);
            return tcp_.take(packet, context);
        }
        if (packet.payload.size() < 4) return;
        const auto tuple = ports_of(packet);
        if (tuple.originator.port == kSharedTcpPort || tuple.responder.port == kSharedTcpPort)
            foreign_->take(packet, context);
    }

    void take_icmpv6(const IpPacket& packet, const FrameContext& context)
    {
        const auto binding = decode_neighbor_discovery(packet.payload, packet.source);
        if (!binding) return shared_.counters.count(Layer::nd, binding.error());
        if (*binding) tell_address(**binding, context);
    }

    // True: something was inside and has been looked at.
    bool take_tunnel(const std::optional<TunnelPayload>& inner, const IpPacket& around, FrameContext context)
    {
        if (!inner) return false;
        if (!limits_.mirrors.opens(inner->encapsulation, around.source, around.destination, context.source)) {
            lose_shared(Loss::tunnel_untrusted, context.time);
            ++shared_.counters.wire.untrusted;
            return false;
        }
        shared_.wire.tunnel();
        if (++context.depth > limits_.tunnel_depth) {
            shared_.counters.count(Loss::tunnel_too_deep);
            return true;
        }
        context.source = {};
        context.destination = {};
        if (inner->ether_type == 0 && !inner->wlan) {
            take_ip(inner->bytes, context);
            return true;
        }
        std::expected<LinkFrame, DecodeError> frame = std::unexpected(DecodeError::unsupported);
        if (inner->wlan || inner->ether_type == ether_type::ethernet) context.vlan = 0;  // as the MACs
        if (inner->wlan) {
            frame = decode_tunnelled_wlan(inner->bytes);
        } else if (inner->ether_type == ether_type::ethernet) {
            frame = decode_ethernet(inner->bytes);
        } else {
            frame = decode_tags({{}, {}, context.vlan, inner->ether_type, inner->bytes});
        }
        if (frame) {
            take_frame(*frame, context);
        } else {
            shared_.counters.count(Layer::tunnel, frame.error());
        }
        return frame.has_value();
    }

    void take_udp(const IpPacket& packet, const FrameContext& context)
    {
        const bool own = shard_.owns(packet.source, packet.destination);
        if (own) own_.wire.transport(packet, context.time);
        const auto datagram = decode_udp(packet.payload);
        if (!datagram) {
            if (own) own_.counters.count(Layer::udp, datagram.error());
            return;
        }
        const auto inner = open_udp_tunnel(datagram->source, datagram->destination, datagram->payload);
        if (inner && take_tunnel(inner, packet, context)) return;
        if (!inner) shared_.wire.not_opened(datagram->source, datagram->destination);
        const FiveTuple tuple{
            {packet.source, datagram->source}, {packet.destination, datagram->destination}, Protocol::udp};
        if (services_.take(tuple, datagram->payload, context)) return;
        if (own) udp_.take(tuple, *datagram, context);
    }

    const DissectorLimits limits_;
    DissectorEvents& events_;
    const Shard shard_;
    Tally own_;
    // What the first worker counts for all: here it goes nowhere.
    const std::unique_ptr<Tally> elsewhere_;
    Tally& shared_;
    FlowTracker tracker_;
    NetworkServices services_;
    SearchBudget budget_;
    TcpNameScanner tcp_;
    UdpNameScanner udp_;
    const std::unique_ptr<ForeignDns> foreign_;
    FragmentAssembler fragments_;
    Timestamp next_expiry_;
    std::uint64_t processed_ = 0;
    std::array<ExpectedPacket, kAhead> expected_;  // the packets that come next
};

void Dissector::Rows::add(const Rows& other)
{
    flows += other.flows;
    searches += other.searches;
    hello_octets += other.hello_octets;
    fragment_octets += other.fragment_octets;
    name_octets += other.name_octets;
}

Dissector::Dissector(const DissectorLimits& limits, DissectorEvents& events, Shard shard)
    : impl_(std::make_unique<Impl>(limits, events, shard))
{}

Dissector::~Dissector() = default;
void Dissector::process(const Packet& packet)
{
    impl_->process(packet);
}
void Dissector::process(std::span<const Packet> packets, const std::function<void(const Packet&)>& after)
{
    impl_->process(packets, after);
}
void Dissector::advance(Timestamp now)
{
    impl_->advance(now);
}
void Dissector::shed(Shedding shedding)
{
    impl_->shed(shedding);
}
void Dissector::finish()
{
    impl_->finish();
}
const DecodeCounters& Dissector::counters() const
{
    return impl_->counters();
}
std::size_t Dissector::flow_count() const
{
    return impl_->flow_count();
}
Dissector::Rows Dissector::rows() const
{
    return impl_->rows();
}
// A place among the free ones, and at worst four in the index.
std::size_t Dissector::octets_per_flow()
{
    return sizeof(FlowEntry) + 2 * sizeof(std::uint32_t) + 4 * sizeof(std::uint64_t);
}
std::size_t Dissector::octets_per_search()
{
    return heap_octets(std::max(sizeof(TcpSearch), sizeof(QuicSearch)));
}

}  // namespace breakwatch
