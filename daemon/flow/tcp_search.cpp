#include "flow/tcp_search.hpp"

#include <algorithm>
#include <utility>

#include "decode/http_request.hpp"

namespace breakwatch {

struct TcpSearcher::Seen {
    std::uint32_t sequence = 0;  // of the first octet
    Bytes captured;
    std::uint32_t length = 0;  // on the wire
    bool pushed = false;
    Timestamp at;
    bool cut() const { return captured.size() < length; }
};

TcpSearcher::TcpSearcher(const DissectorLimits& limits, DissectorEvents& events, DecodeCounters& counters,
                         Conversations& conversations, NetworkServices& services)
    : limits_(limits), events_(events), counters_(counters), conversations_(conversations), services_(services)
{
    collect_ = [this](const NameHunt::Found& found) {
        found_.push_back({std::string(found.name), std::string(found.first_alpn), found.tls, found.encrypted_hello,
                          found.encrypted_name});
    };
}

void TcpSearcher::take(const IpPacket& packet, const FrameContext& context)
{
    const auto segment = decode_tcp(packet.payload);
    if (!segment) return counters_.count(Layer::tcp, segment.error());
    const FiveTuple tuple{{packet.source, segment->source}, {packet.destination, segment->destination}, Protocol::tcp};
    auto place = conversations_.of(tuple, context);
    if (place.flow == nullptr) return;
    const bool syn = (segment->flags & tcp_flag::syn) != 0;
    if (syn) place = take_syn(place, tuple, *segment, context);
    if (place.flow == nullptr) return;
    auto& flow = *place.flow;

    const auto length = packet.payload_length - std::min(packet.payload_length, segment->header_length);
    const auto captured = segment->payload.first(std::min<std::size_t>(segment->payload.size(), length));
    if (flow.tcp && (segment->flags & tcp_flag::ack) != 0) {
        flow.tcp->sides[1 - side_of(place.direction)].order.acknowledged(segment->acknowledgement);
    }
    // Data on a SYN (RFC 7413) stands one after its number.
    const Seen seen{segment->sequence + (syn ? 1U : 0U), captured, length,
                    (segment->flags & tcp_flag::psh) != 0, context.time};
    if (!flow.settled && !captured.empty()) search(flow, place.direction, seen);

    constexpr auto kMarks = tcp_flag::syn | tcp_flag::fin | tcp_flag::rst;
    if (length > 0 || (segment->flags & kMarks) != 0) {
        events_.on_segment(flow, {context.time, direction_of(flow, tuple), segment->sequence, segment->flags, captured,
                                  length});
    }
}

// A SYN with another sequence number on a flow we know is a new connection on a reused port.
Conversations::Place TcpSearcher::take_syn(Conversations::Place place, const FiveTuple& tuple,
                                           const TcpSegment& segment, const FrameContext& context)
{
    auto* flow = place.flow;
    const bool answer = (segment.flags & tcp_flag::ack) != 0;
    const bool fresh = !answer && (flow->opened ? flow->syn_sequence[side_of(place.direction)] != segment.sequence
                                                : flow->first_seen != context.time || flow->tcp != nullptr);
    if (fresh) {
        place = conversations_.restart(*flow, tuple, context);
        if (place.flow == nullptr) return place;
        flow = place.flow;
    }
    if (answer && !flow->opened && place.direction == Direction::from_originator) {
        conversations_.turn(*flow);
        place.direction = direction_of(*flow, tuple);
    }
    flow->syn_sequence[side_of(place.direction)] = segment.sequence;
    if (!answer) {
        flow->opened = true;
        flow->syn_at = context.time;
    } else if (flow->opened && flow->server_round_trip == Duration{0}) {
        flow->server_round_trip = std::max(context.time - flow->syn_at, Duration{0});  // a clock was set back
    }
    if (auto* search = search_of(*flow)) search->sides[side_of(place.direction)].order.begin(segment.sequence);
    return place;
}

TcpSearch* TcpSearcher::search_of(FlowEntry& flow)
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

void TcpSearcher::settle(FlowEntry& flow)
{
    flow.settled = true;
    if (!flow.tcp) return;
    --searching_;
    held_ -= flow.tcp->held;
    flow.tcp.reset();
}

// Octets held for the flow are counted; a flow for which there is no more room is given up.
void TcpSearcher::account(FlowEntry& flow)
{
    if (!flow.tcp) return;
    auto& search = *flow.tcp;
    held_ -= search.held;
    search.held = 0;
    for (const auto& side : search.sides) search.held += side.order.held() + side.hunt.held() + side.dns.size();
    held_ += search.held;
    if (held_ <= limits_.hello_memory) return;
    counters_.count(Loss::hello_memory_full);
    settle(flow);
}

// The common case: a whole hello in one segment, wherever it stands.
bool TcpSearcher::search_whole_hello(FlowEntry& flow, Direction direction, const Seen& seen)
{
    if (!may_be_client_hello(seen.captured)) return false;
    const auto scan = scan_client_hello(seen.captured, joined_);
    if (scan.match != StreamMatch::yes) return false;
    if (direction == Direction::from_responder) conversations_.turn(flow);
    if (!conversations_.tell_hello(flow, scan.hello, NameOrigin::tls, seen.at)) {
        counters_.count(Layer::tls, DecodeError::bad_value);
    }
    settle(flow);
    return true;
}

void TcpSearcher::search(FlowEntry& flow, Direction direction, const Seen& seen)
{
    if (search_whole_hello(flow, direction, seen)) return;
    auto* search = search_of(flow);
    if (search == nullptr) return;
    auto* side = &search->sides[side_of(direction)];
    // A request that overlaps octets of which nothing was made: those were filler (bare ACKs padded to
    // the smallest frame, keep-alives), or the capture began between this segment and its followers.
    if (side->hunt.idle() && side->order.overlaps(seen.sequence, seen.captured.size()) &&
        (scan_http_request(seen.captured).match == StreamMatch::yes || may_be_client_hello(seen.captured))) {
        side->order.restart(seen.sequence);
    }
    if (side->order.hole_is_lost(seen.sequence, seen.at)) direction = give_up_hole(flow, direction, seen.at);
    if (!flow.tcp) return;
    side = &flow.tcp->sides[side_of(direction)];
    side->pushed = seen.pushed;
    const auto bytes = side->order.push(seen.sequence, seen.captured, seen.at);
    if (side->order.too_much_waits()) {
        direction = give_up_hole(flow, direction, seen.at);
    } else if (!bytes.empty()) {
        direction = search_bytes(flow, direction, bytes, seen.at);
    }
    if (seen.cut()) take_cut(flow, direction, seen);
    account(flow);
}

// The snap length cut the segment: what is missing never comes.
void TcpSearcher::take_cut(FlowEntry& flow, Direction direction, const Seen& seen)
{
    if (!flow.tcp) return;
    auto& side = flow.tcp->sides[side_of(direction)];
    const auto captured = static_cast<std::uint32_t>(seen.captured.size());
    side.order.skip_cut(seen.sequence + captured, seen.length - captured);
    side.hunt.cut(collect_);
    tell_found(flow, direction, seen.at);
}

Direction TcpSearcher::give_up_hole(FlowEntry& flow, Direction direction, Timestamp at)
{
    counters_.count(Loss::stream_gap);
    auto* side = &flow.tcp->sides[side_of(direction)];
    side->dns.clear();
    side->hunt.gap(collect_);
    direction = tell_found(flow, direction, at);
    if (!flow.tcp) return direction;
    side = &flow.tcp->sides[side_of(direction)];
    const auto bytes = side->order.skip_hole();
    return bytes.empty() ? direction : search_bytes(flow, direction, bytes, at);
}

Direction TcpSearcher::search_bytes(FlowEntry& flow, Direction direction, Bytes bytes, Timestamp at)
{
    if (flow.tuple.responder.port == kDnsPort || flow.tuple.originator.port == kDnsPort) {
        take_dns_stream(flow, direction, bytes, at);
        return direction;
    }
    flow.tcp->sides[side_of(direction)].hunt.take(bytes, limits_.hello_bytes, counters_, collect_);
    direction = tell_found(flow, direction, at);
    if (!flow.tcp) return direction;
    const auto& sides = flow.tcp->sides;
    if (sides[0].hunt.found_nothing_yet() || sides[1].hunt.found_nothing_yet()) conversations_.tell_dns_name(flow, at);
    if (sides[0].hunt.over() && sides[1].hunt.over()) settle(flow);
    return direction;
}

// Who sends a hello or a request is the client. The direction to go on with: the flow may have turned.
Direction TcpSearcher::tell_found(FlowEntry& flow, Direction direction, Timestamp at)
{
    if (found_.empty()) return direction;
    const auto sender = direction == Direction::from_originator ? flow.tuple.originator : flow.tuple.responder;
    if (direction == Direction::from_responder) conversations_.turn(flow);
    direction = flow.tuple.originator == sender ? Direction::from_originator : Direction::from_responder;
    for (const auto& found : std::exchange(found_, {})) {
        if (found.tls) {
            const ClientHello hello{found.name, found.first_alpn, found.encrypted_hello, found.encrypted_name};
            if (!conversations_.tell_hello(flow, hello, NameOrigin::tls, at)) {
                counters_.count(Layer::tls, DecodeError::bad_value);
            }
            settle(flow);
            break;
        }
        if (!found.name.empty() && !conversations_.tell_name(flow, found.name, NameOrigin::http, at)) {
            counters_.count(Layer::http, DecodeError::bad_value);
        }
    }
    return direction;
}

void TcpSearcher::end(FlowEntry& flow)
{
    for (auto direction : {Direction::from_originator, Direction::from_responder}) {
        while (flow.tcp && flow.tcp->sides[side_of(direction)].order.waiting()) {
            direction = give_up_hole(flow, direction, flow.last_seen);
        }
        if (!flow.tcp) break;
        auto& side = flow.tcp->sides[side_of(direction)];
        side.pushed ? side.hunt.cut(collect_) : side.hunt.gap(collect_);
        tell_found(flow, direction, flow.last_seen);
    }
    settle(flow);
}

// RFC 1035 section 4.2.2: each message after its length.
void TcpSearcher::take_dns_stream(FlowEntry& flow, Direction direction, Bytes bytes, Timestamp at)
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
        services_.take_dns(tuple, message, at);
        in = ahead;
    }
    begun.erase(begun.begin(), begun.end() - static_cast<std::ptrdiff_t>(in.size()));
}

}  // namespace breakwatch
