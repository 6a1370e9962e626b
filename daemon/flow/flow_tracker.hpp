// The flows, and what observers are told of them: which flow a packet belongs to, who started it, what
// its server is called. Shared by the searches in TCP and UDP; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "decode/counters.hpp"
#include "decode/tls_client_hello.hpp"
#include "flow/dissector.hpp"
#include "flow/expected_packet.hpp"
#include "flow/flow_table.hpp"
#include "flow/frame_context.hpp"
#include "flow/name_cache.hpp"
#include "flow/shedding.hpp"

namespace breakwatch {

class FlowTracker {
  public:
    using OnEnd = std::function<void(FlowEntry&)>;
    struct Place {
        FlowEntry* flow = nullptr;  // null: nobody wants it
        Direction direction = Direction::from_originator;
    };

    // `on_end` is called for each flow before observers hear of its end.
    FlowTracker(const DissectorLimits& limits, DissectorEvents& events, DecodeCounters& counters, OnEnd on_end);

    Place of(const FiveTuple& tuple, const FrameContext& context);
    // A packet of that conversation comes soon: what of() will read is fetched, in two steps with time between them.
    std::uint32_t expect(const FiveTuple& tuple) const;
    void expect_flow(std::uint32_t hash) const { flows_.prefetch_flow(hash); }
    // `old` ends; a new flow begins with this packet.
    Place restart(FlowEntry& old, const FiveTuple& tuple, const FrameContext& context);
    // The side that spoke first in the capture was the server: swaps the two, unless its SYN was
    // seen or an observer has already taken it as it was.
    void flip_roles(FlowEntry& flow);

    // `name` as it was sent. False: it is no name (RFC 952 and 1123 know printable ASCII only).
    bool publish_name(FlowEntry& flow, std::string_view name, NameOrigin origin, Timestamp at);
    // False: its name is no name.
    bool publish_hello(FlowEntry& flow, const ClientHello& hello, NameOrigin origin, Timestamp at);
    // The flow names nobody itself: by what its client was told by DNS, once.
    void publish_dns_name(FlowEntry& flow, Timestamp at);

    // Two contents stand where one hello should: whichever its server took, no name of the flow is believed.
    void conflict(FlowEntry& flow, Timestamp at);
    // A packet on its way, neither a beginning nor an end: whether both sides are seen is counted of each conversation.
    void spoke(FlowEntry& flow, Direction direction);

    void shed(Shedding shedding) { shedding_ = shedding; }
    bool sheds() const { return shedding_ != Shedding::nothing; }
    // Whether the packet is one that goes unread at present; where it is, it is counted.
    bool is_shed(const ExpectedPacket& packet, const FrameContext& context);
    // The same of a hello that a flow may begin with; where it is, the flow has its name by DNS.
    bool gives_up_hello(FlowEntry& flow, Timestamp at);

    void expire(Timestamp now) { flows_.expire(now); }
    void end_all() { flows_.clear(); }
    std::size_t size() const { return flows_.size(); }
    NameCache& name_cache() { return cache_; }
    std::size_t name_octets() const { return cache_.octets(); }

  private:
    // Null: nobody wants it, or its sender has its share.
    FlowEntry* open(const FlowKey& key, std::uint32_t hash, const FiveTuple& tuple, const FrameContext& context);
    void answered(FlowEntry& flow, const FiveTuple& tuple, const FrameContext& context);
    void publish(FlowEntry& flow, const ServerName& name, Timestamp at);
    void count_name(const FlowEntry& flow);

    DissectorEvents& events_;
    DecodeCounters& counters_;
    OnEnd on_end_;
    FlowTable flows_;
    NameCache cache_;
    Shedding shedding_ = Shedding::nothing;
};

inline Direction direction_of(const FlowEntry& flow, const FiveTuple& packet)
{
    return flow.tuple.originator == packet.originator ? Direction::from_originator : Direction::from_responder;
}
inline std::size_t side_of(Direction direction)
{
    return direction == Direction::from_originator ? 0 : 1;
}

}  // namespace breakwatch
