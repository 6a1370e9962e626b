#include "flow/dissector.hpp"

#include <algorithm>

#include "decode/address_resolution.hpp"
#include "decode/ip.hpp"
#include "decode/link_layer.hpp"
#include "decode/transport.hpp"
#include "decode/tunnel.hpp"
#include "decode/wlan_frame.hpp"
#include "flow/flow_table.hpp"
#include "flow/fragment_assembler.hpp"
#include "flow/name_cache.hpp"
#include "flow/packet.hpp"

namespace breakwatch {

namespace {

namespace port {
constexpr std::uint16_t dns = 53, dhcp_server = 67, dhcp_client = 68, dhcpv6_client = 546, dhcpv6_server = 547,
                        dns_over_tls = 853, radius_accounting = 1813, radius_accounting_old = 1646;
}

// A frame's facts that travel down with what is inside it.
struct Context {
    Timestamp time;
    MacAddress source;
    MacAddress destination;
    std::uint16_t vlan = 0;
    unsigned depth = 0;      // wraps opened so far
    bool mac_known = false;  // of the innermost Ethernet; a tunnel's outer frame says nothing of the device
};

// Server names as the rest of the house knows them: lower case, no trailing dot, printable ASCII.
std::string normal_name(std::string_view name)
{
    std::string normal;
    normal.reserve(name.size());
    for (const char c : name.substr(0, 255)) {
        const bool printable = c > 0x20 && c < 0x7f;
        normal += !printable ? '?' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    while (!normal.empty() && normal.back() == '.') normal.pop_back();
    return normal;
}

std::size_t side_of(Direction direction) { return direction == Direction::from_originator ? 0 : 1; }

}  // namespace

class Dissector::Impl {
  public:
    Impl(const DissectorLimits& limits, DissectorEvents& events)
        : limits_(limits),
          events_(events),
          flows_(limits.flows, limits.tcp_idle, limits.udp_idle, [this](FlowEntry& flow) { end(flow); }),
          fragments_(limits.fragment_bytes),
          cache_(limits.name_cache_entries)
    {
    }

    void process(const Packet& packet)
    {
        ++counters_.packets;
        counters_.bytes += packet.wire_length;
        advance(packet.time);
        const auto frame = decode_link(packet.link_type, packet.bytes);
        if (!frame) return counters_.count(Layer::link, frame.error());
        Context context;
        context.time = packet.time;
        take_frame(*frame, context);
    }

    void advance(Timestamp now)
    {
        if (now < next_expiry_) return;
        next_expiry_ = now + std::chrono::seconds{1};
        flows_.expire(now);
    }

    void finish() { flows_.clear(); }
    const DecodeCounters& counters() const { return counters_; }
    std::size_t flow_count() const { return flows_.size(); }

  private:
    // --- from the frame inwards ---

    void take_frame(const LinkFrame& frame, Context context)
    {
        if (!frame.source.is_zero() || !frame.destination.is_zero()) {
            context.source = frame.source;
            context.destination = frame.destination;
            context.mac_known = true;
        }
        if (frame.vlan != 0) context.vlan = frame.vlan;
        switch (frame.ether_type) {
            case ether_type::ipv4:
            case ether_type::ipv6: return take_ip(frame.payload, context);
            case ether_type::arp: return take_arp(frame.payload, context);
            case 0x894f: take_tunnel(open_nsh(frame.payload), context); return;
            default: counters_.count(Layer::link, DecodeError::unsupported);
        }
    }

    void take_arp(Bytes bytes, const Context& context)
    {
        const auto binding = decode_arp(bytes);
        if (!binding) return counters_.count(Layer::arp, binding.error());
        if (*binding) events_.on_address((*binding)->mac, (*binding)->ip, context.time);
    }

    void take_ip(Bytes bytes, const Context& context)
    {
        auto packet = decode_ip(bytes);
        if (!packet) return counters_.count(Layer::ip, packet.error());
        if (!packet->fragment) return take_ip_payload(*packet, context);
        if (packet->payload.size() < packet->payload_length) {
            // Cut by the snap length: never to be completed, but the first one says what it is.
            counters_.count(Layer::fragment, DecodeError::truncated);
            if (packet->fragment_offset == 0) take_ip_payload(*packet, context);
            return;
        }
        const auto whole = fragments_.put(*packet, context.time, counters_);
        if (!whole) return;
        packet = decode_reassembled(*whole);
        if (!packet) return counters_.count(Layer::ip, packet.error());
        take_ip_payload(*packet, context);
    }

    void take_ip_payload(const IpPacket& packet, const Context& context)
    {
        switch (packet.protocol) {
            case ip_protocol::tcp: return take_tcp(packet, context);
            case ip_protocol::udp: return take_udp(packet, context);
            case ip_protocol::icmpv6: return take_icmpv6(packet, context);
            default: break;
        }
        take_tunnel(open_ip_tunnel(packet.protocol, packet.payload), context);
    }

    void take_icmpv6(const IpPacket& packet, const Context& context)
    {
        const auto binding = decode_neighbor_discovery(packet.payload, packet.source);
        if (!binding) return counters_.count(Layer::nd, binding.error());
        if (*binding) events_.on_address((*binding)->mac, (*binding)->ip, context.time);
    }

    // True: something was inside and has been looked at.
    bool take_tunnel(const std::optional<TunnelPayload>& inner, Context context)
    {
        if (!inner) return false;
        if (++context.depth > limits_.tunnel_depth) {
            counters_.count(Loss::tunnel_too_deep);
            return true;
        }
        context.source = {};
        context.destination = {};
        context.mac_known = false;
        if (inner->ether_type == 0 && !inner->wlan) {
            take_ip(inner->bytes, context);
            return true;
        }
        std::expected<LinkFrame, DecodeError> frame = std::unexpected(DecodeError::unsupported);
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
            counters_.count(Layer::tunnel, frame.error());
        }
        return frame.has_value();
    }

    // --- flows ---

    FlowEntry* flow_of(const FiveTuple& tuple, const Context& context, Direction& direction)
    {
        const auto key = FlowKey::of(tuple);
        auto* flow = flows_.find(key);
        if (flow == nullptr) {
            if (!events_.wants_flow(tuple, context.source, context.destination)) return nullptr;
            flow = &open_flow(key, tuple, context);
        }
        flows_.touch(*flow, context.time);
        direction = flow->tuple.originator == tuple.originator ? Direction::from_originator : Direction::from_responder;
        return flow;
    }

    FlowEntry& open_flow(const FlowKey& key, const FiveTuple& tuple, const Context& context)
    {
        bool evicted = false;
        auto& flow = flows_.insert(key, context.time, evicted);
        if (evicted) counters_.count(Loss::flow_table_full);
        ++counters_.flows;
        flow.id = counters_.flows;
        flow.tuple = tuple;
        flow.originator_mac = context.source;
        flow.responder_mac = context.destination;
        flow.vlan = context.vlan;
        if (tuple.protocol == Protocol::tcp && tuple.responder.port == port::dns_over_tls) counters_.count(Loss::dns_over_tls);
        if (tuple.protocol == Protocol::udp && tuple.responder.port == port::dns_over_tls) counters_.count(Loss::dns_over_quic);
        return flow;
    }

    void end(FlowEntry& flow)
    {
        if (flow.tcp) --searching_;
        events_.on_flow_end(flow);
    }

    // The side that spoke first in the capture was the server: turn round, unless an observer has
    // already taken the flow as it was.
    void turn(FlowEntry& flow)
    {
        if (flow.opened || flow.attachment != 0) return;
        std::swap(flow.tuple.originator, flow.tuple.responder);
        std::swap(flow.originator_mac, flow.responder_mac);
        std::swap(flow.syn_sequence[0], flow.syn_sequence[1]);
        if (flow.tcp) std::swap(flow.tcp->sides[0], flow.tcp->sides[1]);
    }

    void tell_name(FlowEntry& flow, ServerName name, Timestamp at)
    {
        std::string told = std::to_string(static_cast<int>(name.origin)) + (name.encrypted ? "!" : ":") + name.name;
        if (told == flow.last_name) return;
        flow.last_name = std::move(told);
        ++counters_.names;
        if (name.encrypted) counters_.count(Loss::encrypted_hello);
        events_.on_server_name(flow, name, at);
    }

    void tell_dns_name(FlowEntry& flow, Timestamp at)
    {
        if (flow.named_by_dns || !flow.last_name.empty()) return;
        flow.named_by_dns = true;
        const auto known = cache_.find(flow.tuple.originator.ip, flow.tuple.responder.ip, at);
        if (known) tell_name(flow, {std::string(known->name), NameOrigin::dns, false, known->ambiguous}, at);
    }

    // --- TCP ---

    void take_tcp(const IpPacket& packet, const Context& context)
    {
        const auto segment = decode_tcp(packet.payload);
        if (!segment) return counters_.count(Layer::tcp, segment.error());
        const FiveTuple tuple{{packet.source, segment->source}, {packet.destination, segment->destination}, Protocol::tcp};
        auto direction = Direction::from_originator;
        auto* flow = flow_of(tuple, context, direction);
        if (flow == nullptr) return;
        if ((segment->flags & tcp_flag::syn) != 0) {
            flow = take_syn(*flow, tuple, *segment, context, direction);
            if (flow == nullptr) return;
        }
        const auto length = packet.payload_length - std::min(packet.payload_length, segment->header_length);
        const auto captured = segment->payload.first(std::min<std::size_t>(segment->payload.size(), length));
        if (!flow->settled) search_tcp(*flow, direction, *segment, captured, context.time);
        direction = flow->tuple.originator == tuple.originator ? Direction::from_originator : Direction::from_responder;

        constexpr auto kMarks = tcp_flag::syn | tcp_flag::fin | tcp_flag::rst;
        if (length > 0 || (segment->flags & kMarks) != 0) {
            events_.on_segment(*flow, {context.time, direction, segment->sequence, segment->flags, captured, length});
        }
    }

    // A SYN with another sequence number on a flow we know is a new connection on a reused port.
    FlowEntry* take_syn(FlowEntry& known, const FiveTuple& tuple, const TcpSegment& segment, const Context& context,
                        Direction& direction)
    {
        auto* flow = &known;
        const bool answer = (segment.flags & tcp_flag::ack) != 0;
        const bool fresh = !answer && (flow->opened ? flow->syn_sequence[side_of(direction)] != segment.sequence
                                                    : flow->first_seen != context.time || flow->tcp != nullptr);
        if (fresh) {
            flows_.erase(*flow);
            if (!events_.wants_flow(tuple, context.source, context.destination)) return nullptr;
            flow = &open_flow(FlowKey::of(tuple), tuple, context);
            direction = Direction::from_originator;
        }
        if (answer && !flow->opened && direction == Direction::from_originator) {
            turn(*flow);
            direction = flow->tuple.originator == tuple.originator ? Direction::from_originator
                                                                   : Direction::from_responder;
        }
        flow->syn_sequence[side_of(direction)] = segment.sequence;
        if (!answer) {
            flow->opened = true;
            flow->syn_at = context.time;
        } else if (flow->opened && flow->server_round_trip == Duration{0}) {
            flow->server_round_trip = context.time - flow->syn_at;
        }
        if (auto* search = search_of(*flow)) search->sides[side_of(direction)].order.begin(segment.sequence);
        return flow;
    }

    TcpSearch* search_of(FlowEntry& flow)
    {
        if (flow.tcp || flow.settled) return flow.tcp.get();
        if (searching_ >= limits_.hello_flows) {
            counters_.count(Loss::hello_flows_full);
            return nullptr;
        }
        ++searching_;
        flow.tcp = std::make_unique<TcpSearch>();
        return flow.tcp.get();
    }

    void settle(FlowEntry& flow)
    {
        flow.settled = true;
        if (flow.tcp) --searching_;
        flow.tcp.reset();
        flow.quic.reset();
    }

    void search_tcp(FlowEntry& flow, Direction direction, const TcpSegment& segment, Bytes payload, Timestamp at)
    {
        if (payload.empty()) return;
        // The common case: a whole hello in one segment, wherever it stands.
        if (may_be_client_hello(payload)) {
            const auto scan = scan_client_hello(payload, joined_);
            if (scan.match == StreamMatch::yes) {
                return tell_hello(flow, direction, scan.hello, NameOrigin::tls, at);
            }
        }
        auto* search = search_of(flow);
        if (search == nullptr) return;
        auto& side = search->sides[side_of(direction)];
        // Data on a SYN (RFC 7413) stands one after its number.
        const auto sequence = segment.sequence + ((segment.flags & tcp_flag::syn) != 0 ? 1U : 0U);
        auto bytes = side.order.push(sequence, payload);
        if (side.order.too_much_waits()) {
            counters_.count(Loss::stream_gap);
            side.hunt.gap();
            side.dns.clear();
            bytes = side.order.skip_hole();
        }
        if (!bytes.empty()) search_bytes(flow, direction, bytes, at);
    }

    void search_bytes(FlowEntry& flow, Direction direction, Bytes bytes, Timestamp at)
    {
        auto& side = flow.tcp->sides[side_of(direction)];
        if (flow.tuple.responder.port == port::dns || flow.tuple.originator.port == port::dns) {
            return take_dns_stream(flow, direction, bytes, at);
        }
        found_.clear();
        side.hunt.take(bytes, limits_.hello_bytes, counters_, [this](const NameHunt::Found& found) {
            found_.push_back({std::string(found.name), found.tls, found.encrypted_hello, found.encrypted_name});
        });
        for (const auto& found : found_) {
            if (found.tls) {
                const ClientHello hello{found.name, {}, found.encrypted_hello, found.encrypted_name};
                return tell_hello(flow, direction, hello, NameOrigin::tls, at);
            }
            if (direction == Direction::from_responder) turn(flow);
            if (!found.name.empty()) tell_name(flow, {normal_name(found.name), NameOrigin::http}, at);
        }
        auto& sides = flow.tcp->sides;
        if (sides[0].hunt.found_nothing_yet() || sides[1].hunt.found_nothing_yet()) tell_dns_name(flow, at);
        if (sides[0].hunt.over() && sides[1].hunt.over()) settle(flow);
    }

    void tell_hello(FlowEntry& flow, Direction direction, const ClientHello& hello, NameOrigin origin, Timestamp at)
    {
        if (direction == Direction::from_responder) turn(flow);
        // Whether ECH is real or GREASE shows only by the outer name: who knows the list decides.
        if (!hello.server_name.empty()) {
            tell_name(flow, {normal_name(hello.server_name), origin, hello.encrypted_name}, at);
        } else if (hello.encrypted_name) {
            tell_name(flow, {"", origin, true}, at);
        } else {
            tell_dns_name(flow, at);
        }
        if (origin == NameOrigin::tls) settle(flow);
    }

    // --- UDP ---

    void take_udp(const IpPacket& packet, const Context& context)
    {
        const auto datagram = decode_udp(packet.payload);
        if (!datagram) return counters_.count(Layer::udp, datagram.error());
        if (const auto inner = open_udp_tunnel(datagram->source, datagram->destination, datagram->payload)) {
            if (take_tunnel(inner, context)) return;
        }
        const FiveTuple tuple{{packet.source, datagram->source}, {packet.destination, datagram->destination}, Protocol::udp};
        if (take_service(tuple, datagram->payload, context.time)) return;
        auto direction = Direction::from_originator;
        auto* flow = flow_of(tuple, context, direction);
        if (flow == nullptr) return;
        if (!flow->settled) search_udp(*flow, direction, datagram->payload, context.time);
        direction = flow->tuple.originator == tuple.originator ? Direction::from_originator : Direction::from_responder;
        if (flow->server_round_trip == Duration{0} && direction == Direction::from_responder) {
            flow->server_round_trip = context.time - flow->first_seen;
        }
        if (datagram->payload_length > 0) {
            events_.on_segment(*flow, {context.time, direction, 0, 0, datagram->payload, datagram->payload_length});
        }
    }

    // Messages of network services, told as such; they are no flows of a device's traffic.
    bool take_service(const FiveTuple& tuple, Bytes payload, Timestamp at)
    {
        const auto either = [&tuple](std::uint16_t number) {
            return tuple.originator.port == number || tuple.responder.port == number;
        };
        if (either(port::dns)) {
            take_dns(tuple, payload, at);
            return true;
        }
        if (either(port::dhcp_server) || either(port::dhcp_client)) {
            tell(decode_dhcp(payload), Layer::dhcp, [&](const DhcpMessage& m) { events_.on_dhcp(m, tuple, at); });
            return true;
        }
        if (either(port::dhcpv6_client) || either(port::dhcpv6_server)) {
            tell(decode_dhcpv6(payload), Layer::dhcpv6, [&](const Dhcpv6Message& m) { events_.on_dhcpv6(m, tuple, at); });
            return true;
        }
        if (either(port::radius_accounting) || either(port::radius_accounting_old)) {
            tell(decode_radius(payload), Layer::radius, [&](const RadiusMessage& m) {
                if (m.code == radius_code::accounting_request) events_.on_radius_accounting(m, tuple, at);
            });
            return true;
        }
        return false;
    }

    template <typename Message, typename Tell>
    void tell(const std::expected<Message, DecodeError>& message, Layer layer, const Tell& told)
    {
        if (message) {
            told(*message);
        } else {
            counters_.count(layer, message.error());
        }
    }

    void search_udp(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at)
    {
        if (!is_quic_long_header(payload)) {
            tell_dns_name(flow, at);
            return;
        }
        if (!flow.quic) flow.quic = std::make_unique<QuicHunt>(limits_.hello_bytes);
        const auto scan = flow.quic->take(payload, opener_, counters_);
        if (scan.match == StreamMatch::yes) tell_hello(flow, direction, scan.hello, NameOrigin::quic, at);
        if (!flow.quic->over()) return;
        tell_dns_name(flow, at);
        settle(flow);
    }

    // --- DNS ---

    void take_dns(const FiveTuple& tuple, Bytes payload, Timestamp at)
    {
        const auto message = decode_dns(payload);
        if (!message) return counters_.count(Layer::dns, message.error());
        // A response goes to the client that asked.
        if (message->response) cache_.learn(tuple.responder.ip, *message, at);
        events_.on_dns(*message, tuple, at);
    }

    void take_dns_stream(FlowEntry& flow, Direction direction, Bytes bytes, Timestamp at)
    {
        auto& begun = flow.tcp->sides[side_of(direction)].dns;
        begun.insert(begun.end(), bytes.begin(), bytes.end());
        auto tuple = flow.tuple;
        if (direction == Direction::from_responder) std::swap(tuple.originator, tuple.responder);
        ByteReader in(begun);
        while (in.size() >= 2) {
            ByteReader ahead = in;
            const auto message = ahead.take(ahead.u16());
            if (ahead.failed()) break;
            take_dns(tuple, message, at);
            in = ahead;
        }
        begun.erase(begun.begin(), begun.end() - static_cast<std::ptrdiff_t>(in.size()));
    }

    struct FoundName {
        std::string name;
        bool tls = false;
        bool encrypted_hello = false;
        bool encrypted_name = false;
    };

    DissectorLimits limits_;
    DissectorEvents& events_;
    DecodeCounters counters_;
    FlowTable flows_;
    FragmentAssembler fragments_;
    NameCache cache_;
    QuicInitialOpener opener_;
    std::size_t searching_ = 0;  // flows with a TcpSearch
    Timestamp next_expiry_;
    std::vector<std::uint8_t> joined_;
    std::vector<FoundName> found_;
};

Dissector::Dissector(const DissectorLimits& limits, DissectorEvents& events)
    : impl_(std::make_unique<Impl>(limits, events))
{
}

Dissector::~Dissector() = default;
void Dissector::process(const Packet& packet) { impl_->process(packet); }
void Dissector::advance(Timestamp now) { impl_->advance(now); }
void Dissector::finish() { impl_->finish(); }
const DecodeCounters& Dissector::counters() const { return impl_->counters(); }
std::size_t Dissector::flow_count() const { return impl_->flow_count(); }

}  // namespace breakwatch
