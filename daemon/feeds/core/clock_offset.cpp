#include "feeds/core/clock_offset.hpp"

#include <algorithm>

#include "policy/zone_error.hpp"

namespace breakwatch {

namespace {

// A single wrong time is passed over.
Duration low_of(const std::vector<Duration>& sorted)
{
    return sorted[std::max<std::size_t>(1, sorted.size() / 10)];
}

}  // namespace

void ClockOffset::add(Timestamp event, Timestamp arrived)
{
    delays_[next_] = arrived - event;
    next_ = (next_ + 1) % kWindow;
    size_ = std::min(size_ + 1, kWindow);
    drop_what_was_before_a_step();
}

std::vector<Duration> ClockOffset::latest(std::size_t count) const
{
    std::vector<Duration> delays;
    for (std::size_t i = std::min(count, size_); i > 0; --i) delays.push_back(delays_[(next_ + kWindow - i) % kWindow]);
    return delays;
}

void ClockOffset::drop_what_was_before_a_step()
{
    if (size_ < 2 * kLeast) return;
    const auto [least, most] = std::ranges::minmax(latest(kLeast));
    auto before = latest(size_);
    before.resize(size_ - kLeast);
    std::ranges::sort(before);
    const auto low = low_of(before);
    const bool moved = least > low + kUsualDelay || most < low - kSmallest;
    if (moved && most - least <= kSteady) size_ = kLeast;
}

std::optional<Duration> ClockOffset::ahead() const
{
    if (size_ < kLeast) return std::nullopt;
    auto sorted = latest(size_);
    std::ranges::sort(sorted);
    return -sorted[size_ / 4];
}

std::optional<Duration> ClockOffset::certain() const
{
    if (size_ < kLeast) return std::nullopt;
    auto sorted = latest(size_);
    std::ranges::sort(sorted);
    const auto low = low_of(sorted);
    const auto usual = sorted[size_ / 2] - low;
    if (low < Duration{0}) {
        if (usual > kUsualDelay || -low > kLargestAhead) return std::nullopt;
        return -low < kSmallest ? Duration{0} : -low;
    }
    if (low < kSmallestBehind) return Duration{0};
    const bool steady = size_ >= kLeastBehind && sorted[size_ * 9 / 10] - low <= kSteady;
    if (!steady || (low > kLargestBehind && !zone_error(-low))) return std::nullopt;
    return -low;
}

}  // namespace breakwatch
