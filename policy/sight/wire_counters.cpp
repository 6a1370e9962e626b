#include "policy/sight/wire_counters.hpp"

namespace breakwatch {

WireCounters between(const WireCounters& earlier, const WireCounters& later)
{
    WireCounters span = later;
    // A conversation that turned out to have both sides after all leaves its old count: a sum may shrink a little.
    const auto take = [&](std::uint64_t WireCounters::* count) {
        span.*count = later.*count - (later.*count < earlier.*count ? later.*count : earlier.*count);
    };
    for (const auto count : {&WireCounters::packets,
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
                             &WireCounters::radius})
        take(count);
    return span;
}

}  // namespace breakwatch
