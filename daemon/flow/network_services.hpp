// Messages of the network's own services, by well-known UDP port: DNS, mDNS, LLMNR, DHCP, RADIUS
// accounting. They are told as such and make no flow. A new service is a decoder and one line of the table.
#pragma once

#include <cstdint>

#include "decode/counters.hpp"
#include "flow/asked_questions.hpp"
#include "flow/dissector.hpp"
#include "flow/frame_context.hpp"
#include "flow/name_cache.hpp"
#include "flow/rate_shares.hpp"

namespace breakwatch {

class NetworkServices {
  public:
    // DNS messages a second that are looked at of one address, and in frames of one device: that may be a router.
    static constexpr std::uint32_t kDnsOfClient = 256;
    static constexpr std::uint32_t kDnsOfDevice = 4'096;

    NetworkServices(DissectorEvents& events, DecodeCounters& counters, NameCache& cache, Shard shard = {})
        : events_(events), counters_(counters), cache_(cache), shard_(shard)
    {}

    // False: the datagram is nobody's here.
    bool take(const FiveTuple& tuple, Bytes payload, const FrameContext& context);
    // One message, whatever carried it; a response is remembered for the client that asked, if it is one that is
    // looked at at all.
    void take_dns(const FiveTuple& tuple, Bytes message, const FrameContext& context);

  private:
    bool looks_at(const FiveTuple& tuple, const FrameContext& context);
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
    const Shard shard_;
    AskedQuestions asked_;
    RateShares of_client_{kDnsOfClient};
    RateShares of_device_{kDnsOfDevice};
};

inline constexpr std::uint16_t kDnsPort = 53;

}  // namespace breakwatch
