// Packets in, facts out: link and network decoding, flows, reassembly of hellos, server names.
// One Dissector belongs to one capture thread. It calls DissectorEvents synchronously, on that
// thread; what it lends (Segment payload, message views) is valid during the call only.
// Time is packet time: expiry happens as packets (or advance()) move it on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "decode/byte_reader.hpp"
#include "decode/counters.hpp"
#include "decode/dhcp_message.hpp"
#include "decode/dns_message.hpp"
#include "decode/radius_message.hpp"
#include "flow/five_tuple.hpp"
#include "flow/frame_context.hpp"
#include "flow/mirror_trust.hpp"
#include "flow/shedding.hpp"
#include "flow/source_shares.hpp"
#include "flow/steering.hpp"
#include "policy/activity/server_name.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct Packet;

// A TCP connection or UDP conversation, as far as observers need it. Owned by the flow table; the
// reference given to observers is valid until on_flow_end returns.
struct Flow {
    std::uint64_t id = 0;       // the number of its first packet: none has it twice in one run
    FiveTuple tuple;            // innermost addresses
    MacAddress originator_mac;  // zero where the link has none
    MacAddress responder_mac;
    std::uint16_t vlan = 0;  // innermost 802.1Q tag of either direction, 0 for none
    Timestamp first_seen;
    Timestamp last_seen;
    bool answered = false;  // both sides have spoken
    // Smallest of SYN to SYN-ACK (or first Initial to first answer) seen here: sensor to server and back.
    Duration server_round_trip{0};
    // A QUIC connection's: equal on two flows when they are one connection seen twice (before and behind
    // an address translator) or tried on two addresses at once; 0: not known.
    std::uint64_t connection = 0;
    // The observer's own slot (0: nothing attached); on_flow_end is the time to free it.
    std::uint32_t attachment = 0;
    // The observer counts what comes from the responder and needs no more of it: it may go unread when there is too
    // much.
    bool spare = false;
};

// One TCP segment's or UDP datagram's payload within a flow.
struct Segment {
    Timestamp time;
    Direction direction = Direction::from_originator;
    std::uint32_t sequence = 0;        // TCP sequence number of the first payload byte; 0 for UDP
    std::uint8_t tcp_flags = 0;        // RFC 9293 section 3.1, low eight bits; 0 for UDP
    Bytes payload;                     // captured part
    std::uint32_t payload_length = 0;  // on the wire, from the IP length
    std::uint8_t hop_limit = 0;        // TTL or Hop Limit, as the packet came
    std::uint64_t packet = 0;          // its number
};

// Names of neighbours on the link: RFC 6762 (multicast DNS) and RFC 4795.
enum class LinkDns : std::uint8_t { mdns, llmnr };

class DissectorEvents {
  public:
    DissectorEvents() = default;
    DissectorEvents(const DissectorEvents&) = delete;
    DissectorEvents& operator=(const DissectorEvents&) = delete;
    virtual ~DissectorEvents() = default;

    // Asked once before any state is made for a new flow. False: the packet leaves no trace
    // (a device that is not enrolled).
    virtual bool wants_flow(const FiveTuple&, const FrameContext&) { return true; }
    // Whose share of the tables a wanted flow is counted to, by who sent its first packet: the device where the link
    // shows it, since addresses can be invented.
    virtual SourceShares::Bucket share_of_sender(const FiveTuple& tuple, const FrameContext&)
    {
        return SourceShares::bucket_of(tuple.originator.ip);
    }
    // Whether a server of that name may be one whose traffic is looked at.
    virtual bool may_matter(std::string_view) { return true; }
    // Whether the name is one that encrypted hellos show instead of the server's (the outer name of ECH).
    virtual bool is_outer_name(std::string_view) { return false; }
    // A server name became known (a flow can have several: HTTP requests, a proxy and the inner hello).
    virtual void on_server_name(Flow&, const ServerName&, Timestamp) {}
    // The flow carries two different hellos, or one of which its server cannot have seen all: what was told of its
    // name before does not hold, and nothing more is told.
    virtual void on_name_conflict(Flow&, Timestamp) {}
    // A bound was reached, or a wrap was not opened: what hides traffic from us, whoever meant it to.
    virtual void on_loss(Loss, Timestamp) {}
    // Every payload-carrying packet and every SYN, FIN, RST of a wanted flow, after names found in it.
    virtual void on_segment(Flow&, const Segment&) {}
    virtual void on_flow_end(Flow&) {}

    virtual void on_dns(const DnsMessage&, const FiveTuple&, Timestamp) {}
    virtual void on_link_dns(const DnsMessage&, LinkDns, const FiveTuple&, Timestamp) {}
    virtual void on_dhcp(const DhcpMessage&, const FiveTuple&, const FrameContext&) {}
    virtual void on_dhcpv6(const Dhcpv6Message&, const FiveTuple&, const FrameContext&) {}
    // ARP sender binding, or ND solicited/unsolicited advertisement and solicitation source.
    virtual void on_address(const MacAddress&, const IpAddress&, const FrameContext&) {}
    virtual void on_radius_accounting(const RadiusMessage&, const FiveTuple&, Timestamp) {}
};

struct DissectorLimits {
    std::size_t flows = 400'000;
    Duration tcp_idle = std::chrono::minutes{5};
    Duration udp_idle = std::chrono::minutes{2};
    std::size_t hello_bytes = 64 * 1024;          // reassembled first flight of one flow
    std::size_t hello_flows = 65'536;             // flows in reassembly at once
    std::size_t hello_memory = 64 * 1024 * 1024;  // what it takes to keep what waits in all of them
    std::size_t fragment_bytes = 4 * 1024 * 1024;
    std::size_t name_cache_bytes = 32 * 1024 * 1024;
    unsigned tunnel_depth = 8;
    MirrorTrust mirrors;  // none: no tunnel is opened
};

// For captures that somebody looks at and nobody is named by: every wrap is opened.
inline DissectorLimits opening_all_tunnels()
{
    DissectorLimits limits;
    limits.mirrors.any = true;
    return limits;
}

class Dissector {
  public:
    // Of several, each is given all packets, or all but those that lane_of_frame() gives to another: it reads what is
    // everybody's and follows its own flows alone. Over all of them each fact of a flow is told, and each thing
    // counted, once; facts of the network (ARP, DHCP, DNS) are told by each.
    Dissector(const DissectorLimits& limits, DissectorEvents& events, Shard shard = {});
    ~Dissector();
    Dissector(const Dissector&) = delete;
    Dissector& operator=(const Dissector&) = delete;

    void process(const Packet& packet);
    // The same of each, in less time: what their flows need is fetched before it is used. `after` each one, if given.
    void process(std::span<const Packet> packets, const std::function<void(const Packet&)>& after = {});
    // Moves time on without a packet (quiet live link).
    void advance(Timestamp now);
    // What is left out from the next packet on, for want of time: counted, and told to nobody. Live captures alone ask
    // for it.
    void shed(Shedding shedding);
    // End of input: every flow still open gets its on_flow_end.
    void finish();

    const DecodeCounters& counters() const;
    std::size_t flow_count() const;
    // What is in its tables at present: rows, and octets as the heap gives them.
    struct Rows {
        std::size_t flows = 0;
        std::size_t searches = 0;
        std::size_t hello_octets = 0;
        std::size_t fragment_octets = 0;
        std::size_t name_octets = 0;

        void add(const Rows& other);
    };
    Rows rows() const;
    static std::size_t octets_per_flow();
    static std::size_t octets_per_search();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
