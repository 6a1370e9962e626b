#include "flow/udp_name_scanner.hpp"

#include <algorithm>

#include "decode/gquic.hpp"

namespace breakwatch {

namespace {

constexpr unsigned kMostNameless = 200;

}  // namespace

UdpNameScanner::UdpNameScanner(const DissectorLimits& limits, DissectorEvents& events, DecodeCounters& counters,
                               FlowTracker& tracker, SearchBudget& budget)
    : limits_(limits), events_(events), counters_(counters), tracker_(tracker), budget_(budget)
{}

void UdpNameScanner::take(const FiveTuple& tuple, const UdpDatagram& datagram, const FrameContext& context)
{
    const auto place = tracker_.of(tuple, context);
    if (place.flow == nullptr) return;
    auto& flow = *place.flow;
    if (!flow.settled) search(flow, place.direction, datagram.payload, context.time);
    const auto direction = direction_of(flow, tuple);
    if (flow.server_round_trip == Duration{0} && direction == Direction::from_responder) {
        flow.server_round_trip = std::max(context.time - flow.first_seen, Duration{0});  // a clock was set back
    }
    if (datagram.payload_length == 0) return;
    if (!is_quic_long_header(datagram.payload)) tracker_.spoke(flow, direction);
    events_.on_segment(flow, {context.time, direction, 0, 0, datagram.payload, datagram.payload_length,
                              context.hop_limit, context.packet});
}

void UdpNameScanner::search(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at)
{
    if (search_google(flow, direction, payload, at) || search_dtls(flow, direction, payload, at)) return;
    if (!is_quic_long_header(payload)) {
        // A client that speaks under its connection's own keys is done with Initials. Another connection's come on the
        // same ports, perhaps, and are looked at anew.
        if (flow.quic && flow.quic->scanner.told(direction)) {
            flow.quic_named = true;
            return let_go(flow);
        }
        // A call or a game: looked at for a while, in case a hello follows some STUN.
        if (!flow.quic && !flow.quic_named && ++flow.nameless_datagrams >= kMostNameless) flow.settled = true;
        return tracker_.publish_dns_name(flow, at);
    }
    search_quic(flow, direction, payload, at);
}

void UdpNameScanner::search_quic(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at)
{
    if (!flow.quic) {
        if (direction == Direction::from_originator && tracker_.gives_up_hello(flow, at)) {
            flow.settled = true;
            return;
        }
        budget_.make_room(flow.share, at);
        flow.quic = std::make_unique<QuicSearch>(limits_.hello_bytes);
        budget_.open(*flow.quic, flow, flow.share);
        flow.begun = true;
    }
    auto& scanner = flow.quic->scanner;
    const auto scan = scanner.take(payload, direction, opener_, counters_);
    if (scan.match == StreamMatch::yes) {
        flow.connection = scanner.connection();
        publish_hello(flow, direction, scan.hello, NameOrigin::quic, at);
        scanner.forget_hello();
    }
    if (scanner.over()) {
        tracker_.publish_dns_name(flow, at);
        flow.settled = true;
        let_go(flow);
    } else if (!budget_.hold(*flow.quic, scanner.held(), at)) {
        flow.settled = true;
    }
}

// Half a hello in QUIC names nobody: nothing is read of it.
void UdpNameScanner::let_go(FlowEntry& flow)
{
    if (!flow.quic) return;
    budget_.close(*flow.quic);
    flow.quic.reset();
}

bool UdpNameScanner::search_google(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at)
{
    const auto name = gquic_server_name(payload);
    if (!name) return false;
    publish_hello(flow, direction, ClientHello{.server_name = *name, .first_alpn = {}}, NameOrigin::quic, at);
    return true;
}

bool UdpNameScanner::search_dtls(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at)
{
    const auto scan = scan_dtls_hello(payload);
    if (scan.match == StreamMatch::need_more) counters_.count(Layer::tls, DecodeError::unsupported);
    if (scan.match != StreamMatch::yes) return false;
    publish_hello(flow, direction, scan.hello, NameOrigin::dtls, at);
    return true;
}

void UdpNameScanner::publish_hello(FlowEntry& flow, Direction direction, const ClientHello& hello, NameOrigin origin,
                                   Timestamp at)
{
    if (direction == Direction::from_responder) {
        tracker_.flip_roles(flow);
        if (flow.quic) flow.quic->scanner.roles_flipped();
    }
    if (tracker_.publish_hello(flow, hello, origin, at)) return;
    counters_.count(origin == NameOrigin::quic ? Layer::quic : Layer::tls, DecodeError::bad_value);
}

}  // namespace breakwatch
