#include "app/ring_order.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace breakwatch {

namespace {

void append(std::vector<StatementRecord::Said>& to, std::vector<StatementRecord::Said>& from)
{
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
    from.clear();
}

}  // namespace

RingOrder::RingOrder(unsigned rings, CaptureOutlet& outlet, const SensorLimits& limits, const LinkConfig& link,
                     std::size_t most_waiting)
    : outlet_(outlet),
      most_waiting_(most_waiting),
      rings_(rings),
      teller_([this](Observation&& observation) { outlet_.hand_over(std::move(observation), catalog_); }, limits, link)
{}

std::vector<RouterFact> RingOrder::take(unsigned ring, Said& said, Timestamp until, std::uint32_t catalog)
{
    const std::scoped_lock lock(mutex_);
    auto& mine = rings_[ring];
    mine.catalog = catalog;
    mine.until = std::max(mine.until, until);
    append(catalog == catalog_ ? mine.waiting : mine.later, said);
    outlet_.retry_kept();
    const auto slowest = std::ranges::min(rings_, {}, &Ring::until).until;
    tell_until(slowest);
    if (std::ranges::none_of(rings_, [this](const Ring& each) { return each.catalog == catalog_; }))
        go_on_to_next_catalog();
    std::size_t waiting = 0;
    for (const auto& each : rings_) waiting += each.waiting.size() + each.later.size();
    if (waiting > most_waiting_) tell_until(Timestamp::max());
    tick(slowest);
    return std::exchange(mine.facts, {});
}

// What was said by an older catalogue is told before anything of a later one.
void RingOrder::go_on_to_next_catalog()
{
    tell_until(Timestamp::max());
    catalog_ = std::ranges::min(rings_, {}, &Ring::catalog).catalog;
    for (auto& each : rings_) {
        if (each.catalog == catalog_) append(each.waiting, each.later);
    }
}

void RingOrder::tell_until(Timestamp end)
{
    if (std::ranges::all_of(rings_, [](const Ring& each) { return each.waiting.empty(); })) return;
    std::vector<Said> parts(rings_.size());
    for (std::size_t i = 0; i < rings_.size(); ++i) {
        auto& waiting = rings_[i].waiting;
        const auto rest =
            std::ranges::stable_partition(waiting, [key = key_of(end)](const auto& each) { return each.packet < key; });
        parts[i].assign(std::make_move_iterator(waiting.begin()), std::make_move_iterator(rest.begin()));
        waiting.erase(waiting.begin(), rest.begin());
    }
    tell_in_order(parts, teller_);
    for (const auto& fact : teller_.take_router_facts()) {
        for (auto& each : rings_) each.facts.push_back(fact);
    }
}

// All rings have told what time alone has ended until then.
void RingOrder::tick(Timestamp now)
{
    if (now == Timestamp::max()) return;
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second <= ticked_) return;
    ticked_ = second;
    outlet_.hand_over(Tick{second}, catalog_);
}

bool RingOrder::may_renew(unsigned ring) const
{
    const std::scoped_lock lock(mutex_);
    return rings_[ring].catalog == catalog_;
}

void RingOrder::state(unsigned ring, bool up, const std::string& feed, const std::string& what, Timestamp at)
{
    const std::scoped_lock lock(mutex_);
    const auto all_up = [this] { return std::ranges::all_of(rings_, &Ring::up); };
    const bool before = all_up();
    rings_[ring].up = up;
    if (all_up() != before) outlet_.hand_over(FeedState{feed, up, what, at}, catalog_);
}

void RingOrder::keep_only(const DeviceFilter& filter)
{
    const std::scoped_lock lock(mutex_);
    teller_.keep_only(filter);
}

SensorCounters RingOrder::counters() const
{
    const std::scoped_lock lock(mutex_);
    return teller_.counters();
}

std::size_t RingOrder::addresses() const
{
    const std::scoped_lock lock(mutex_);
    return teller_.addresses();
}

}  // namespace breakwatch
