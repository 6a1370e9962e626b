// TCP segments in, server names out: connections put in order as far as their first flights, hellos and
// requests found in them, DNS over TCP passed on. Bounded in flows and octets; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "decode/ip.hpp"
#include "decode/transport.hpp"
#include "flow/flow_tracker.hpp"
#include "flow/network_services.hpp"

namespace breakwatch {

class TcpNameScanner {
  public:
    TcpNameScanner(const DissectorLimits& limits, DissectorEvents& events, DecodeCounters& counters,
                   FlowTracker& tracker, NetworkServices& services, SearchBudget& budget);

    void take(const IpPacket& packet, const FrameContext& context);
    // What waited behind a hole or for its own end is read as it is, and nothing waits any more.
    void let_go(FlowEntry& flow);

  private:
    struct Seen;  // one segment's payload, with what the capture kept of it

    FlowTracker::Place take_syn(FlowTracker::Place place, const FiveTuple& tuple, const TcpSegment& segment,
                                const FrameContext& context);
    static void take_client_marks(FlowEntry& flow, Direction direction, const IpPacket& packet,
                                  const TcpSegment& segment);
    void take_end(FlowEntry& flow, Direction direction, std::uint8_t flags);
    static bool client_is_done(const FlowEntry& flow, Direction direction, std::uint32_t end);
    static bool rules_out_hello(const FlowEntry& flow, Direction direction, const Seen& seen);
    void rule_out(FlowEntry& flow);
    static bool is_decoy(const FlowEntry& flow, Direction direction, const IpPacket& packet, const TcpSegment& segment);
    static bool out_of_reach(const FlowEntry& flow, Direction direction, std::uint32_t sequence);
    static bool may_stand_there(const FlowEntry& flow, Direction direction, std::uint32_t sequence);
    void look_again(FlowEntry& flow, const Seen& seen);
    bool search_whole_hello(FlowEntry& flow, Direction direction, const Seen& seen);
    void search(FlowEntry& flow, Direction direction, const Seen& seen);
    void take_cut(FlowEntry& flow, Direction direction, const Seen& seen);
    // The three return the direction to go on with: a name found in it may swap the roles.
    Direction search_bytes(FlowEntry& flow, Direction direction, Bytes bytes, Timestamp at);
    Direction give_up_hole(FlowEntry& flow, Direction direction, Timestamp at);
    Direction publish_found(FlowEntry& flow, Direction direction, Timestamp at);
    void take_dns_stream(FlowEntry& flow, Direction direction, Bytes bytes, Timestamp at);
    TcpSearch* search_of(FlowEntry& flow);
    void account(FlowEntry& flow);
    void close(FlowEntry& flow);
    void settle(FlowEntry& flow);

    struct FoundName {
        std::string name;
        std::string first_alpn;
        bool tls = false;
        bool encrypted_hello = false;
        bool encrypted_name = false;
    };

    const DissectorLimits& limits_;
    DissectorEvents& events_;
    DecodeCounters& counters_;
    FlowTracker& tracker_;
    NetworkServices& services_;
    SearchBudget& budget_;
    std::vector<std::uint8_t> joined_;
    std::vector<FoundName> found_;
    ServerNameScanner::Tell collect_;  // into found_
};

}  // namespace breakwatch
