// DNS over TCP in flows that are another worker's: its answers name servers for this one's flows, too. Nothing else of
// them is told or counted here. As Dissector, whose thread it is on.
#pragma once

#include "flow/flow_tracker.hpp"
#include "flow/network_services.hpp"
#include "flow/search_budget.hpp"
#include "flow/tcp_name_scanner.hpp"

namespace breakwatch {

class ForeignDns {
  public:
    // `services`: of this worker, which learn from what is found.
    ForeignDns(const DissectorLimits& limits, DissectorEvents& events, NetworkServices& services)
        : quiet_(events),
          tracker_(limits, quiet_, counters_, [this](FlowEntry& flow) { tcp_.let_go(flow); }),
          budget_(limits.hello_flows, limits.hello_memory),
          tcp_(limits, quiet_, counters_, tracker_, services, budget_)
    {
        budget_.on_let_go([this](FlowEntry& flow) { tcp_.let_go(flow); });
        budget_.on_loss([](Loss, Timestamp) {});
    }

    void take(const IpPacket& packet, const FrameContext& context) { tcp_.take(packet, context); }
    void expire(Timestamp now) { tracker_.expire(now); }

  private:
    // Decides as the worker's observer does, and tells nobody.
    class Quiet final : public DissectorEvents {
      public:
        explicit Quiet(DissectorEvents& events) : events_(events) {}
        bool wants_flow(const FiveTuple& tuple, const FrameContext& context) override
        {
            return events_.wants_flow(tuple, context);
        }
        SourceShares::Bucket share_of_sender(const FiveTuple& tuple, const FrameContext& context) override
        {
            return events_.share_of_sender(tuple, context);
        }

      private:
        DissectorEvents& events_;
    };

    DecodeCounters counters_;  // that nobody reads
    Quiet quiet_;
    FlowTracker tracker_;
    SearchBudget budget_;
    TcpNameScanner tcp_;
};

}  // namespace breakwatch
