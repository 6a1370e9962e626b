// Messages of the network's own services, by well-known UDP port: DNS, mDNS, LLMNR, DHCP, RADIUS
// accounting. They are told as such and make no flow. A new service is a decoder and one line of the table.
#pragma once

#include "decode/counters.hpp"
#include "flow/asked_questions.hpp"
#include "flow/dissector.hpp"
#include "flow/frame_context.hpp"
#include "flow/name_cache.hpp"

namespace breakwatch {

class NetworkServices {
  public:
    NetworkServices(DissectorEvents& events, DecodeCounters& counters, NameCache& cache)
        : events_(events), counters_(counters), cache_(cache)
    {
    }

    // False: the datagram is nobody's here.
    bool take(const FiveTuple& tuple, Bytes payload, const FrameContext& context);
    // One message, whatever carried it; a response is remembered for the client that asked, if it is one that is
    // looked at at all.
    void take_dns(const FiveTuple& tuple, Bytes message, const FrameContext& context);

  private:
    void remember(const DnsMessage& dns, const FiveTuple& tuple, const FrameContext& context);
    struct Entry;
    static const Entry kByPort[];

    void take_mdns(const FiveTuple& tuple, Bytes message, const FrameContext& context);
    void take_llmnr(const FiveTuple& tuple, Bytes message, const FrameContext& context);
    void take_dhcp(const FiveTuple& tuple, Bytes message, const FrameContext& context);
    void take_dhcpv6(const FiveTuple& tuple, Bytes message, const FrameContext& context);
    void take_radius(const FiveTuple& tuple, Bytes message, const FrameContext& context);
    template <typename Message, typename Tell>
    void tell(const std::expected<Message, DecodeError>& message, Layer layer, const Tell& told);

    DissectorEvents& events_;
    DecodeCounters& counters_;
    NameCache& cache_;
    AskedQuestions asked_;
};

inline constexpr std::uint16_t kDnsPort = 53;

}  // namespace breakwatch
