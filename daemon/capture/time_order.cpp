#include "capture/time_order.hpp"

#include <numeric>
#include <utility>

namespace breakwatch {

// One slot more than places: the packet that was released last is still lent while the next is held.
TimeOrder::TimeOrder(std::size_t places) : slots_(places + 1), order_(places + 1)
{
    std::iota(order_.begin(), order_.end(), std::size_t{0});
}

void TimeOrder::hold(const Packet& packet)
{
    auto& slot = slots_[at(held_)];
    slot.octets.assign(packet.bytes.begin(), packet.bytes.end());
    slot.packet = packet;
    slot.packet.bytes = slot.octets;
    auto place = held_++;
    for (; place > 0; --place) {
        const auto ahead = slots_[at(place - 1)].packet.time - packet.time;
        if (ahead <= Duration{0} || ahead > kLongest) break;
        std::swap(at(place), at(place - 1));
    }
    if (place + 1 < held_) ++moved_;
}

Packet TimeOrder::release()
{
    const auto& packet = slots_[at(0)].packet;
    first_ = (first_ + 1) % order_.size();
    --held_;
    return packet;
}

}  // namespace breakwatch
