#include "flow/tcp_name_scanner.hpp"

#include <algorithm>
#include <utility>

#include "decode/http_request.hpp"

namespace breakwatch {

struct TcpNameScanner::Seen {
    std::uint32_t sequence = 0;  // of the first octet
    Bytes captured;
    std::uint32_t length = 0;  // on the wire
    bool pushed = false;
    Timestamp at;
    bool cut() const { return captured.size() < length; }
};

namespace {

// Where a hello that was put together can stand: in what a client sends before it hears of its server (RFC 6928).
constexpr std::uint32_t kFirstFlight = 16'384;

// Over it the server's side tells names, too.
bool carries_dns(const FlowEntry& flow)
{
    return flow.tuple.responder.port == kDnsPort || flow.tuple.originator.port == kDnsPort;
}

// Where a name may come yet, after all.
bool may_begin(Bytes captured)
{
    return may_be_client_hello(captured) || may_be_http_request(captured);
}

}  // namespace

TcpNameScanner::TcpNameScanner(const DissectorLimits& limits, DissectorEvents& events, DecodeCounters& counters,
                               FlowTracker& tracker, NetworkServices& services, SearchBudget& budget)
    : limits_(limits), events_(events), counters_(counters), tracker_(tracker), services_(services), budget_(budget)
{
    collect_ = [this](const ServerNameScanner::Found& found) {
        found_.push_back({std::string(found.name), std::string(found.first_alpn), found.tls, found.encrypted_hello,
                          found.encrypted_name});
    };
}

void TcpNameScanner::take(const IpPacket& packet, const FrameContext& context)
{
    const auto segment = decode_tcp(packet.payload);
    if (!segment) return counters_.count(Layer::tcp, segment.error());
    const FiveTuple tuple{{packet.source, segment->source}, {packet.destination, segment->destination}, Protocol::tcp};
    auto place = tracker_.of(tuple, context);
    if (place.flow == nullptr) return;
    const bool syn = (segment->flags & tcp_flag::syn) != 0;
    if (syn) place = take_syn(place, tuple, *segment, context);
    if (place.flow == nullptr) return;
    auto& flow = *place.flow;
    if (syn) {
        take_client_marks(flow, place.direction, packet, *segment);
    } else if (is_decoy(flow, place.direction, packet, *segment)) {
        counters_.count(Loss::decoy_segment);
        if (!segment->payload.empty()) tracker_.conflict(flow, context.time);
        return;
    }
    constexpr auto kEnds = tcp_flag::syn | tcp_flag::rst;
    if ((segment->flags & tcp_flag::ack) != 0 && (segment->flags & kEnds) == 0)
        tracker_.spoke(flow, direction_of(flow, tuple));

    const auto length = packet.payload_length - std::min(packet.payload_length, segment->header_length);
    const auto captured = segment->payload.first(std::min<std::size_t>(segment->payload.size(), length));
    if (flow.tcp && (segment->flags & tcp_flag::ack) != 0) {
        flow.tcp->sides[1 - side_of(place.direction)].order.acknowledged(segment->acknowledgement);
    }
    // Data on a SYN (RFC 7413) stands one after its number.
    const Seen seen{segment->sequence + (syn ? 1U : 0U), captured, length, (segment->flags & tcp_flag::psh) != 0,
                    context.time};
    if (!captured.empty()) {
        flow.settled ? look_again(flow, seen) : search(flow, place.direction, seen);
    }

    constexpr auto kMarks = tcp_flag::syn | tcp_flag::fin | tcp_flag::rst;
    if (length > 0 || (segment->flags & kMarks) != 0) {
        events_.on_segment(flow, {context.time, direction_of(flow, tuple), segment->sequence, segment->flags, captured,
                                  length, context.hop_limit, context.packet});
    }
    // After its end a connection holds nothing; a reset that was forged leaves it to begin a search anew.
    if ((segment->flags & (tcp_flag::fin | tcp_flag::rst)) == 0) return;
    take_end(flow, place.direction, segment->flags);
    if (!client_is_done(flow, place.direction, seen.sequence + length)) return;
    flow.ruled_out = true;
    let_go(flow);
}

// What the client's first packet shows of its way to the sensor holds for all of its packets.
void TcpNameScanner::take_client_marks(FlowEntry& flow, Direction direction, const IpPacket& packet,
                                       const TcpSegment& segment)
{
    if ((segment.flags & tcp_flag::ack) != 0 || direction != Direction::from_originator) return;
    flow.client_hops = packet.hop_limit;
}

// A client's segment that its server does not get, sent for a sensor to read. Checksums tell nothing: a capture made
// at one end shows segments whose checksum the network card fills in later, beside a SYN's that is right.
bool TcpNameScanner::is_decoy(const FlowEntry& flow, Direction direction, const IpPacket& packet,
                              const TcpSegment& segment)
{
    if (!flow.opened || direction != Direction::from_originator) return false;
    const bool reset = (segment.flags & tcp_flag::rst) != 0;
    if (segment.payload.empty() && !reset) return false;
    return packet.hop_limit < flow.client_hops;
}

// So far from where the client's stream begins, of which nothing was taken yet, that no server waits for it there.
bool TcpNameScanner::out_of_reach(const FlowEntry& flow, Direction direction, std::uint32_t sequence)
{
    constexpr std::uint32_t kReach = 1U << 20U;  // more than any first flight and window that opens with it
    const auto side = side_of(direction);
    if (direction != Direction::from_originator || !flow.syn_seen[side]) return false;
    const auto begin = flow.syn_sequence[side] + 1;
    const bool taken = flow.tcp && !flow.tcp->sides[side].order.is_next(begin);
    return !taken && sequence - begin > kReach && begin - sequence > kReach;
}

// A hello behind a hole waits: it may be meant to be read instead of the one that fills it.
bool TcpNameScanner::may_stand_there(const FlowEntry& flow, Direction direction, std::uint32_t sequence)
{
    const auto side = side_of(direction);
    if (!flow.syn_seen[side] || sequence == flow.syn_sequence[side] + 1) return true;
    return flow.tcp && flow.tcp->sides[side].order.is_next(sequence);
}

void TcpNameScanner::take_end(FlowEntry& flow, Direction direction, std::uint8_t flags)
{
    flow.finished[side_of(direction)] = true;
    const bool over = (flags & tcp_flag::rst) != 0 || (flow.finished[0] && flow.finished[1]);
    if (over && flow.tcp) let_go(flow);
}

// A client that was seen to begin and has said all, in its order, names nothing more.
bool TcpNameScanner::client_is_done(const FlowEntry& flow, Direction direction, std::uint32_t end)
{
    if (!flow.opened || direction != Direction::from_originator || !flow.tcp || carries_dns(flow)) return false;
    const auto& sides = flow.tcp->sides;
    return sides[0].order.is_next(end) && !sides[0].order.waiting() && !sides[1].order.waiting();
}

// A server that begins with its own hello has had its client's.
bool TcpNameScanner::rules_out_hello(const FlowEntry& flow, Direction direction, const Seen& seen)
{
    constexpr std::uint8_t kHandshake = 22, kMajor = 3, kServerHello = 2;
    if (!flow.opened || direction != Direction::from_responder || !flow.syn_seen[1]) return false;
    return seen.sequence == flow.syn_sequence[1] + 1 && seen.captured.size() > 5 && seen.captured[0] == kHandshake &&
           seen.captured[1] == kMajor && seen.captured[5] == kServerHello;
}

// What waits or was begun may still be a hello's: sensors see packets late, too.
void TcpNameScanner::rule_out(FlowEntry& flow)
{
    flow.ruled_out = true;
    if (!flow.tcp) return;
    const auto& client = flow.tcp->sides[0];
    if (client.scanner.idle() && !client.order.waiting() && client.dns.empty()) close(flow);
}

// On a flow whose hello was read: whether another stands at its place.
void TcpNameScanner::look_again(FlowEntry& flow, const Seen& seen)
{
    if (flow.hello_length == 0 || seen.sequence - flow.hello_sequence >= flow.hello_length) return;
    if (!may_be_client_hello(seen.captured)) return;
    const auto scan = scan_client_hello(seen.captured, joined_);
    if (scan.match == StreamMatch::yes) {
        tracker_.publish_hello(flow, scan.hello, NameOrigin::tls, seen.at);
    } else if (const auto name = name_in_cut_hello(seen.captured, joined_); !name.empty()) {
        tracker_.publish_hello(flow, {.server_name = name, .first_alpn = {}}, NameOrigin::tls, seen.at);
    }
}

// A SYN with another sequence number on a flow we know is a new connection on a reused port.
FlowTracker::Place TcpNameScanner::take_syn(FlowTracker::Place place, const FiveTuple& tuple, const TcpSegment& segment,
                                            const FrameContext& context)
{
    auto* flow = place.flow;
    const bool answer = (segment.flags & tcp_flag::ack) != 0;
    const bool fresh = !answer && (flow->opened ? flow->syn_sequence[side_of(place.direction)] != segment.sequence
                                                : flow->first_seen != context.time || flow->tcp != nullptr);
    if (fresh) {
        place = tracker_.restart(*flow, tuple, context);
        if (place.flow == nullptr) return place;
        flow = place.flow;
    }
    if (answer && !flow->opened && place.direction == Direction::from_originator) {
        tracker_.flip_roles(*flow);
        place.direction = direction_of(*flow, tuple);
    }
    flow->syn_sequence[side_of(place.direction)] = segment.sequence;
    flow->syn_seen[side_of(place.direction)] = true;
    if (!answer) {
        flow->opened = flow->begun = true;
        flow->syn_at = context.time;
    } else if (flow->opened && flow->server_round_trip == Duration{0}) {
        flow->server_round_trip = std::max(context.time - flow->syn_at, Duration{0});  // a clock was set back
    }
    if (flow->tcp) flow->tcp->sides[side_of(place.direction)].order.begin(segment.sequence);
    return place;
}

TcpSearch* TcpNameScanner::search_of(FlowEntry& flow)
{
    if (flow.tcp || flow.settled) return flow.tcp.get();
    budget_.make_room(flow.share, flow.last_seen);
    flow.tcp = std::make_unique<TcpSearch>();
    budget_.open(*flow.tcp, flow, flow.share);
    for (std::size_t side = 0; side < flow.syn_seen.size(); ++side) {
        if (flow.syn_seen[side]) flow.tcp->sides[side].order.begin(flow.syn_sequence[side]);
    }
    return flow.tcp.get();
}

void TcpNameScanner::close(FlowEntry& flow)
{
    if (!flow.tcp) return;
    budget_.close(*flow.tcp);
    flow.tcp.reset();
}

void TcpNameScanner::settle(FlowEntry& flow)
{
    flow.settled = true;
    close(flow);
}

void TcpNameScanner::account(FlowEntry& flow)
{
    if (!flow.tcp) return;
    auto& search = *flow.tcp;
    std::size_t held = 0;
    for (const auto& side : search.sides)
        held += side.order.held() + side.scanner.held() + heap_octets(side.dns.capacity());
    if (!budget_.hold(search, held, flow.last_seen)) settle(flow);
}

// The common case: a whole hello in one segment, at its place as far as that is known.
bool TcpNameScanner::search_whole_hello(FlowEntry& flow, Direction direction, const Seen& seen)
{
    if (!may_be_client_hello(seen.captured) || !may_stand_there(flow, direction, seen.sequence)) return false;
    // What waits may be meant to stand over it.
    if (flow.tcp && flow.tcp->sides[side_of(direction)].order.waiting()) return false;
    const auto scan = scan_client_hello(seen.captured, joined_);
    if (scan.match != StreamMatch::yes) return false;
    if (direction == Direction::from_responder) tracker_.flip_roles(flow);
    if (!tracker_.publish_hello(flow, scan.hello, NameOrigin::tls, seen.at)) {
        counters_.count(Layer::tls, DecodeError::bad_value);
    }
    flow.hello_sequence = seen.sequence;
    flow.hello_length = seen.length;
    settle(flow);
    return true;
}

void TcpNameScanner::search(FlowEntry& flow, Direction direction, const Seen& seen)
{
    if (out_of_reach(flow, direction, seen.sequence)) {
        counters_.count(Loss::decoy_segment);
        if (may_be_client_hello(seen.captured)) tracker_.conflict(flow, seen.at);
        return;
    }
    if (flow.opened && !flow.tcp && direction == Direction::from_originator && !carries_dns(flow) &&
        tracker_.gives_up_hello(flow, seen.at))
        return settle(flow);
    if (search_whole_hello(flow, direction, seen)) return;
    if (flow.ruled_out && !flow.tcp && !may_begin(seen.captured)) return;
    auto* search = search_of(flow);
    if (search == nullptr) return;
    auto* side = &search->sides[side_of(direction)];
    // A request that overlaps octets of which nothing was made: those were filler (bare ACKs padded to
    // the smallest frame, keep-alives), or the capture began between this segment and its followers.
    if (side->scanner.idle() && side->order.overlaps(seen.sequence, seen.captured.size()) &&
        (scan_http_request(seen.captured).match == StreamMatch::yes || may_be_client_hello(seen.captured))) {
        side->order.restart(seen.sequence);
    }
    if (side->order.hole_is_lost(seen.sequence, seen.at)) direction = give_up_hole(flow, direction, seen.at);
    if (!flow.tcp) return;
    side = &flow.tcp->sides[side_of(direction)];
    side->pushed = seen.pushed;
    const auto bytes = side->order.push(seen.sequence, seen.captured, seen.at);
    if (side->order.differs()) tracker_.conflict(flow, seen.at);
    if (side->order.too_much_waits()) {
        direction = give_up_hole(flow, direction, seen.at);
    } else if (!bytes.empty()) {
        direction = search_bytes(flow, direction, bytes, seen.at);
    }
    if (seen.cut()) take_cut(flow, direction, seen);
    if (rules_out_hello(flow, direction, seen)) rule_out(flow);
    account(flow);
}

// The snap length cut the segment: what is missing never comes.
void TcpNameScanner::take_cut(FlowEntry& flow, Direction direction, const Seen& seen)
{
    if (!flow.tcp) return;
    auto& side = flow.tcp->sides[side_of(direction)];
    const auto captured = static_cast<std::uint32_t>(seen.captured.size());
    side.order.skip_cut(seen.sequence + captured, seen.length - captured);
    side.scanner.cut(collect_);
    publish_found(flow, direction, seen.at);
}

Direction TcpNameScanner::give_up_hole(FlowEntry& flow, Direction direction, Timestamp at)
{
    counters_.count(Loss::stream_gap);
    auto* side = &flow.tcp->sides[side_of(direction)];
    side->dns.clear();
    side->scanner.gap(collect_);
    direction = publish_found(flow, direction, at);
    if (!flow.tcp) return direction;
    side = &flow.tcp->sides[side_of(direction)];
    const auto bytes = side->order.skip_hole();
    return bytes.empty() ? direction : search_bytes(flow, direction, bytes, at);
}

Direction TcpNameScanner::search_bytes(FlowEntry& flow, Direction direction, Bytes bytes, Timestamp at)
{
    if (carries_dns(flow)) {
        take_dns_stream(flow, direction, bytes, at);
        return direction;
    }
    flow.tcp->sides[side_of(direction)].scanner.take(bytes, limits_.hello_bytes, counters_, collect_);
    direction = publish_found(flow, direction, at);
    if (!flow.tcp) return direction;
    const auto& sides = flow.tcp->sides;
    if (sides[0].scanner.found_nothing_yet() || sides[1].scanner.found_nothing_yet())
        tracker_.publish_dns_name(flow, at);
    if (sides[0].scanner.over() && sides[1].scanner.over()) settle(flow);
    return direction;
}

// Who sends a hello or a request is the client. The direction to go on with: the flow's roles may be swapped.
Direction TcpNameScanner::publish_found(FlowEntry& flow, Direction direction, Timestamp at)
{
    if (found_.empty()) return direction;
    const auto sender = direction == Direction::from_originator ? flow.tuple.originator : flow.tuple.responder;
    if (direction == Direction::from_responder) tracker_.flip_roles(flow);
    direction = flow.tuple.originator == sender ? Direction::from_originator : Direction::from_responder;
    for (const auto& found : std::exchange(found_, {})) {
        if (found.tls) {
            const ClientHello hello{found.name, found.first_alpn, found.encrypted_hello, found.encrypted_name};
            if (!tracker_.publish_hello(flow, hello, NameOrigin::tls, at)) {
                counters_.count(Layer::tls, DecodeError::bad_value);
            }
            flow.hello_sequence = flow.syn_sequence[0] + 1;
            flow.hello_length = flow.syn_seen[0] ? kFirstFlight : 0;
            settle(flow);
            break;
        }
        if (!found.name.empty() && !tracker_.publish_name(flow, found.name, NameOrigin::http, at)) {
            counters_.count(Layer::http, DecodeError::bad_value);
        }
    }
    return direction;
}

void TcpNameScanner::let_go(FlowEntry& flow)
{
    for (auto direction : {Direction::from_originator, Direction::from_responder}) {
        while (flow.tcp && flow.tcp->sides[side_of(direction)].order.waiting()) {
            direction = give_up_hole(flow, direction, flow.last_seen);
        }
        if (!flow.tcp) break;
        auto& side = flow.tcp->sides[side_of(direction)];
        side.pushed ? side.scanner.cut(collect_) : side.scanner.gap(collect_);
        publish_found(flow, direction, flow.last_seen);
    }
    close(flow);
}

// RFC 1035 section 4.2.2: each message after its length.
void TcpNameScanner::take_dns_stream(FlowEntry& flow, Direction direction, Bytes bytes, Timestamp at)
{
    auto& begun = flow.tcp->sides[side_of(direction)].dns;
    begun.insert(begun.end(), bytes.begin(), bytes.end());
    auto tuple = flow.tuple;
    FrameContext context{
        .time = at, .source = flow.originator_mac, .destination = flow.responder_mac, .vlan = flow.vlan};
    if (direction == Direction::from_responder) {
        std::swap(tuple.originator, tuple.responder);
        std::swap(context.source, context.destination);
    }
    ByteReader in(begun);
    while (in.size() >= 2) {
        ByteReader ahead = in;
        const auto message = ahead.take(ahead.u16());
        if (ahead.failed()) break;
        services_.take_dns(tuple, message, context);
        in = ahead;
    }
    begun.erase(begun.begin(), begun.end() - static_cast<std::ptrdiff_t>(in.size()));
}

}  // namespace breakwatch
