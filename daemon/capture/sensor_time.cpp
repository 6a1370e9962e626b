// What time alone ends, and what the sensor holds.
#include <algorithm>

#include "capture/sensor.hpp"
#include "flow/heap_octets.hpp"

namespace breakwatch {

namespace {

constexpr Duration kTick = std::chrono::milliseconds{100};
constexpr Duration kLearnEvery = std::chrono::seconds{1};

}  // namespace

// What packets move on: nothing is said by it, since it would be said at another packet by another number of sensors.
void Sensor::pass(Timestamp now)
{
    renew_filter();
    if (now <= now_) return;
    now_ = now;
    if (meter_.advance(now)) {
        for (auto& attached : attached_) attached.volume = nullptr;
    }
}

// Exchanges first: they ended before `now`, and whoever hears of `now` no longer waits for them.
void Sensor::advance(Timestamp now)
{
    pass(now);
    if (now_ >= next_tick_) {
        next_tick_ = now_ + kTick;
        std::erase_if(open_, [this](const auto& open) {
            auto& attached = attached_[open.attached];
            if (attached.flow != open.flow || !attached.ticking) return true;
            say_exchange(attached, attached.tracker->advance(now_), now_, open.since);
            attached.ticking = attached.tracker->open();
            return !attached.ticking;
        });
    }
    say_slice();
    if (!teller_ || now_ - learnt_ < kLearnEvery) return;
    learnt_ = now_;
    learn(teller_->take_router_facts());
}

void Sensor::learn(std::span<const RouterFact> facts)
{
    for (const auto& fact : facts) routers_.learn(fact);
}

void Sensor::say_slice()
{
    for (auto& volume : meter_.take_ended()) say(std::move(volume));
}

void Sensor::on_flow_end(Flow& flow)
{
    if (flow.attachment == 0) return;
    auto& attached = attached_[flow.attachment];
    if (!attached.in_use || attached.flow != flow.id) return;
    if (attached.tracker) say_exchange(attached, attached.tracker->finish(), flow.last_seen, flow.id);
    forget(attached);
}

void Sensor::finish()
{
    for (const auto& open : open_) {
        auto& attached = attached_[open.attached];
        if (attached.flow == open.flow && attached.ticking)
            say_exchange(attached, attached.tracker->finish(), now_, open.since);
    }
    open_.clear();
    meter_.flush();
    say_slice();
}

void Sensor::Rows::add(const Rows& other)
{
    flows += other.flows;
    trackers += other.trackers;
    volumes += other.volumes;
    addresses = std::max(addresses, other.addresses);
}

Sensor::Rows Sensor::rows() const
{
    return {.flows = attached_.size() - 1 - free_.size(),
            .trackers = trackers_,
            .volumes = meter_.size(),
            .addresses = std::max(learned_.size(), teller_ ? teller_->addresses() : 0)};
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
    if (teller_) counters.add(teller_->counters());
    return counters;
}

}  // namespace breakwatch
