#include "capture/time_order.hpp"

#include <numeric>
#include <utility>

namespace breakwatch {

TimeOrder::TimeOrder(std::size_t places) : slots_(places), order_(places)
{
    std::iota(order_.begin(), order_.end(), std::size_t{0});
}

void TimeOrder::hold(const Packet& packet)
{
    auto& slot = slots_[at(held_)];
    slot.octets.assign(packet.bytes.begin(), packet.bytes.end());
    slot.packet = packet;
    slot.packet.bytes = slot.octets;
    for (auto place = held_++; place > 0; --place) {
        const auto ahead = slots_[at(place - 1)].packet.time - packet.time;
        if (ahead <= Duration{0} || ahead > kLongest) break;
        std::swap(at(place), at(place - 1));
    }
}

Packet TimeOrder::release()
{
    const auto& packet = slots_[at(0)].packet;
    first_ = (first_ + 1) % order_.size();
    --held_;
    return packet;
}

}  // namespace breakwatch
