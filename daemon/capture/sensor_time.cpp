// What time alone ends, and what the sensor holds.
#include <algorithm>

#include "capture/sensor.hpp"
#include "flow/heap_octets.hpp"

namespace breakwatch {

namespace {

constexpr Duration kTick = std::chrono::milliseconds{100};

}  // namespace

// Exchanges first: they ended before `now`, and whoever hears of `now` no longer waits for them.
void Sensor::advance(Timestamp now)
{
    if (now <= now_) return;
    now_ = now;
    renew_filter();
    if (now >= next_tick_) tick(now);
    if (meter_.advance(now)) {
        for (auto& attached : attached_) attached.volume = nullptr;
    }
}

void Sensor::tick(Timestamp now)
{
    next_tick_ = now + kTick;
    std::erase_if(open_, [&](const auto& open) {
        auto& attached = attached_[open.first];
        if (attached.flow != open.second || !attached.ticking) return true;
        tell(attached, attached.tracker->advance(now));
        attached.ticking = attached.tracker->open();
        return !attached.ticking;
    });
}

void Sensor::on_flow_end(Flow& flow)
{
    if (flow.attachment == 0) return;
    auto& attached = attached_[flow.attachment];
    if (!attached.in_use || attached.flow != flow.id) return;
    if (attached.tracker) tell(attached, attached.tracker->finish());
    forget(attached);
}

void Sensor::finish()
{
    for (const auto& [index, flow] : open_) {
        auto& attached = attached_[index];
        if (attached.flow == flow && attached.ticking) tell(attached, attached.tracker->finish());
    }
    open_.clear();
    meter_.flush();
}

Sensor::Rows Sensor::rows() const
{
    return {.flows = attached_.size() - 1 - free_.size(),
            .trackers = trackers_,
            .volumes = meter_.size(),
            .addresses = std::max({learned_.size(), sighted_.size(), others_.size()})};
}

std::size_t Sensor::octets_per_connection()
{
    return sizeof(Attached) + 2 * sizeof(std::uint32_t);
}
// With the longest name that a server can have, and its place among those with an exchange open.
std::size_t Sensor::octets_per_tracker()
{
    return heap_octets(sizeof(ExchangeTracker)) + heap_octets(256) + 2 * sizeof(open_[0]);
}

SensorCounters Sensor::counters() const
{
    auto counters = counters_;
    counters.volumes_refused = meter_.refused();
    return counters;
}

}  // namespace breakwatch
