#include "capture/time_order.hpp"

#include <functional>
#include <numeric>
#include <utility>

namespace breakwatch {

TimeOrder::TimeOrder(std::size_t places) : slots_(places), order_(places)
{
    std::iota(order_.begin(), order_.end(), std::size_t{0});
}

void TimeOrder::hold(const Packet& packet)
{
    slots_[at(held_)].packet = packet;
    for (auto place = held_++; place > 0; --place) {
        const auto ahead = slots_[at(place - 1)].packet.time - packet.time;
        if (ahead <= Duration{0} || ahead > kLongest) break;
        std::swap(at(place), at(place - 1));
    }
}

void TimeOrder::hold_copy(const Packet& packet)
{
    auto& slot = slots_[at(held_)];
    slot.packet = packet;
    copy(slot);
    hold(Packet{slot.packet});
}

void TimeOrder::copy(Slot& slot)
{
    slot.octets.assign(slot.packet.bytes.begin(), slot.packet.bytes.end());
    slot.packet.bytes = slot.octets;
}

void TimeOrder::keep(Bytes gone)
{
    const std::less<> before;  // of pointers into unlike memory
    for (std::size_t place = 0; place < held_; ++place) {
        auto& slot = slots_[at(place)];
        const auto* const bytes = slot.packet.bytes.data();
        if (!before(bytes, gone.data()) && before(bytes, gone.data() + gone.size())) copy(slot);
    }
}

Packet TimeOrder::release()
{
    const auto packet = slots_[at(0)].packet;
    first_ = first_ + 1 == order_.size() ? 0 : first_ + 1;
    --held_;
    return packet;
}

}  // namespace breakwatch
