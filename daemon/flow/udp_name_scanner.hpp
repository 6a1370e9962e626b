// UDP datagrams that are no network service's: QUIC of every readable version, DTLS hellos. One thread.
#pragma once

#include "decode/ip.hpp"
#include "decode/quic_initial.hpp"
#include "decode/transport.hpp"
#include "flow/flow_tracker.hpp"

namespace breakwatch {

class UdpNameScanner {
  public:
    UdpNameScanner(const DissectorLimits& limits, DissectorEvents& events, DecodeCounters& counters,
                   FlowTracker& tracker, SearchBudget& budget);

    void take(const FiveTuple& tuple, const UdpDatagram& datagram, const FrameContext& context);

    void let_go(FlowEntry& flow);

  private:
    void search_quic(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at);
    void search(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at);
    bool search_google(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at);
    bool search_dtls(FlowEntry& flow, Direction direction, Bytes payload, Timestamp at);
    void publish_hello(FlowEntry& flow, Direction direction, const ClientHello& hello, NameOrigin origin, Timestamp at);

    const DissectorLimits& limits_;
    DissectorEvents& events_;
    DecodeCounters& counters_;
    FlowTracker& tracker_;
    SearchBudget& budget_;
    QuicInitialOpener opener_;
};

}  // namespace breakwatch
