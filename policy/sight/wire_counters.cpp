#include "policy/sight/wire_counters.hpp"

#include <algorithm>
#include <array>

namespace breakwatch {

namespace {

// What is a sum.
constexpr std::array<std::uint64_t WireCounters::*, 25> kSums{&WireCounters::packets,
                                                              &WireCounters::bytes,
                                                              &WireCounters::ip,
                                                              &WireCounters::wanted,
                                                              &WireCounters::to_servers,
                                                              &WireCounters::from_servers,
                                                              &WireCounters::two_way,
                                                              &WireCounters::only_to_servers,
                                                              &WireCounters::only_from_servers,
                                                              &WireCounters::names_read,
                                                              &WireCounters::names_hidden,
                                                              &WireCounters::names_missing,
                                                              &WireCounters::compared,
                                                              &WireCounters::repeated,
                                                              &WireCounters::cut,
                                                              &WireCounters::from_macs,
                                                              &WireCounters::from_private_macs,
                                                              &WireCounters::tagged,
                                                              &WireCounters::tunnelled,
                                                              &WireCounters::untrusted,
                                                              &WireCounters::unread_frames,
                                                              &WireCounters::sealed,
                                                              &WireCounters::address_facts,
                                                              &WireCounters::dhcp,
                                                              &WireCounters::radius};

}  // namespace

WireCounters between(const WireCounters& earlier, const WireCounters& later)
{
    WireCounters span = later;
    // A conversation that turned out to have both sides after all leaves its old count: a sum may shrink a little.
    const auto take = [&](std::uint64_t WireCounters::* count) {
        span.*count = later.*count - (later.*count < earlier.*count ? later.*count : earlier.*count);
    };
    for (const auto count : kSums) take(count);
    return span;
}

WireCounters together(const WireCounters& one, const WireCounters& other)
{
    auto sum = one;
    for (const auto count : kSums) sum.*count += other.*count;
    sum.vlans |= other.vlans;
    sum.longest = std::max(one.longest, other.longest);
    const auto shortest = std::min(one.shortest_cut, other.shortest_cut);
    sum.shortest_cut = shortest != 0 ? shortest : std::max(one.shortest_cut, other.shortest_cut);
    if (one.unread_frames == 0) sum.unread_ether_type = other.unread_ether_type;
    if (one.sealed == 0) {
        sum.sealed_protocol = other.sealed_protocol;
        sum.sealed_port = other.sealed_port;
    }
    return sum;
}

}  // namespace breakwatch
