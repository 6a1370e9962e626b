#include "feeds/core/clock_offset.hpp"

#include <algorithm>

namespace breakwatch {

void ClockOffset::add(Timestamp event, Timestamp arrived)
{
    delays_[next_] = arrived - event;
    next_ = (next_ + 1) % kWindow;
    size_ = std::min(size_ + 1, kWindow);
}

std::optional<Duration> ClockOffset::ahead() const
{
    if (size_ < kLeast) return std::nullopt;
    auto sorted = delays_;
    const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(size_);
    const auto quartile = sorted.begin() + static_cast<std::ptrdiff_t>(size_ / 4);
    std::nth_element(sorted.begin(), quartile, end);
    return -*quartile;
}

}  // namespace breakwatch
