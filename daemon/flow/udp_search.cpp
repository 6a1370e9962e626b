#include "flow/udp_search.hpp"

#include <algorithm>

#include "decode/gquic.hpp"

namespace breakwatch {

namespace {

constexpr unsigned kMostNameless = 200;

}  // namespace

UdpSearcher::UdpSearcher(const DissectorLimits& limits, DissectorEvents& events, DecodeCounters& counters,
                         Conversations& conversations)
    : limits_(limits), events_(events), counters_(counters), conversations_(conversations)
{
}

void UdpSearcher::take(const FiveTuple& tuple, const UdpDatagram& datagram, const FrameContext& context)
{
    const auto place = conversations_.of(tuple, context);
    if (place.flow == nullptr) return;
    auto& flow = *place.flow;
    if (!flow.settled) search(flow, place.direction, datagram.payload, context.time);
    const auto direction = direction_of(flow, tuple);
    if (flow.server_round_trip == Duration{0} && direction == Direction::from_responder) {
        flow.server_round_trip = std::max(context.time - flow.first_seen, Duration{0});  // a clock was set back
    }
    if (datagram.payload_length == 0) return;
    events_.on_segment(flow, {context.time, direction, 0, 0, datagram.payload, datagram.payload_length});
}

void UdpSearcher::search(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at)
{
    if (search_google(flow, direction, payload, at) || search_dtls(flow, direction, payload, at)) return;
    if (!is_quic_long_header(payload)) {
        // A call or a game: looked at for a while, in case a hello follows some STUN.
        if (!flow.quic && ++flow.nameless_datagrams >= kMostNameless) flow.settled = true;
        return conversations_.tell_dns_name(flow, at);
    }
    if (!flow.quic) flow.quic = std::make_unique<QuicHunt>(limits_.hello_bytes);
    const auto scan = flow.quic->take(payload, direction, opener_, counters_);
    if (scan.match == StreamMatch::yes) {
        flow.connection = flow.quic->connection();
        tell_hello(flow, direction, scan.hello, NameOrigin::quic, at);
    }
    if (!flow.quic->over()) return;
    conversations_.tell_dns_name(flow, at);
    flow.settled = true;
    flow.quic.reset();
}

bool UdpSearcher::search_google(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at)
{
    const auto name = gquic_server_name(payload);
    if (!name) return false;
    tell_hello(flow, direction, ClientHello{.server_name = *name, .first_alpn = {}}, NameOrigin::quic, at);
    return true;
}

bool UdpSearcher::search_dtls(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at)
{
    const auto scan = scan_dtls_hello(payload);
    if (scan.match == StreamMatch::need_more) counters_.count(Layer::tls, DecodeError::unsupported);
    if (scan.match != StreamMatch::yes) return false;
    tell_hello(flow, direction, scan.hello, NameOrigin::dtls, at);
    return true;
}

void UdpSearcher::tell_hello(FlowEntry& flow, Direction direction, const ClientHello& hello, NameOrigin origin,
                             Timestamp at)
{
    if (direction == Direction::from_responder) {
        conversations_.turn(flow);
        if (flow.quic) flow.quic->turned();
    }
    if (conversations_.tell_hello(flow, hello, origin, at)) return;
    counters_.count(origin == NameOrigin::quic ? Layer::quic : Layer::tls, DecodeError::bad_value);
}

}  // namespace breakwatch
