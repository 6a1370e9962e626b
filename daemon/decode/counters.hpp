// How often each thing was seen, each reason for which something was not understood, and each thing
// that was given up because a bound was reached. Plain counters of one thread.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "decode/decode_error.hpp"
#include "policy/sight/wire_counters.hpp"

namespace breakwatch {

enum class Layer : std::uint8_t {
    link,
    arp,
    ip,
    fragment,
    tcp,
    udp,
    tunnel,
    tls,
    quic,
    http,
    dns,
    dhcp,
    dhcpv6,
    nd,
    radius,
    count
};

// A bound was reached, or something is there that hides names from us.
enum class Loss : std::uint8_t {
    flow_table_full,      // the longest idle flow made room
    flow_share_full,      // one sender has so many flows that a new one of it is not looked at
    hello_flows_full,     // the first flight in reassembly that was idle for longest made room
    hello_memory_full,    // so much waits for holes to fill that the one idle for longest made room
    hello_share_full,     // one sender has so much in reassembly that a flow of it is given up
    decoy_segment,        // a client's segment that its server never sees (hop limit): not taken
    conflicting_hello,    // two hellos, or two contents at one place, on one flow: its name is not believed
    hello_too_long,       // a first flight over the cap
    stream_gap,           // bytes of a first flight never came
    fragments_full,       // the oldest datagram in reassembly made room
    fragment_share_full,  // one sender has so much in reassembly that a datagram of it is given up
    fragment_overlap,     // a fragment overlapped one before it; the first wins
    fragment_expired,     // a datagram never completed
    tunnel_too_deep,      // more wraps than the limit
    tunnel_untrusted,     // a wrap that is no configured mirror's: not opened
    quic_undecryptable,   // an Initial that its public key does not open
    encrypted_hello,      // ECH or ESNI: the server is a stated unknown
    dns_over_tls,         // a resolver out of sight: coverage of names by DNS is lost
    dns_over_https,
    dns_over_quic,
    dns_share_full,  // one client asks or is told more in a second than is read
    dns_unasked,     // an answer to a question that was not seen: not believed
    shed_stranger,   // left out for want of time (flow/shedding.hpp): a packet of nobody's device
    shed_volume,     // what a server that is no platform's sent
    shed_hello,      // a flow is named by DNS, and its hello was not looked for
    count
};

struct DecodeCounters {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::uint64_t flows = 0;
    std::uint64_t names = 0;
    std::array<std::array<std::uint64_t, static_cast<std::size_t>(DecodeError::count)>,
               static_cast<std::size_t>(Layer::count)>
        errors{};
    std::array<std::uint64_t, static_cast<std::size_t>(Loss::count)> losses{};
    WireCounters wire;

    void count(Layer layer, DecodeError error)
    {
        ++errors[static_cast<std::size_t>(layer)][static_cast<std::size_t>(error)];
    }
    void count(Loss loss) { ++losses[static_cast<std::size_t>(loss)]; }
    std::uint64_t of(Layer layer, DecodeError error) const
    {
        return errors[static_cast<std::size_t>(layer)][static_cast<std::size_t>(error)];
    }
    std::uint64_t of(Loss loss) const { return losses[static_cast<std::size_t>(loss)]; }

    // The sum of two, but for the wire's part, which is judged of each capture by itself; of one capture's workers,
    // together() adds it.
    void add(const DecodeCounters& other);

    // Every counter of an error or loss that is not zero, as "ip.truncated" or "loss.stream_gap".
    void for_each(const std::function<void(const std::string& name, std::uint64_t count)>& visit) const;
};

std::string_view name(Layer layer);
std::string_view name(Loss loss);

}  // namespace breakwatch
