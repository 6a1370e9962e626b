#include "flow/interval_buffer.hpp"

#include <algorithm>

namespace breakwatch {

IntervalBuffer::Put IntervalBuffer::put(std::size_t offset, Bytes bytes)
{
    if (bytes.empty()) return Put::taken;
    if (offset > cap_ || bytes.size() > cap_ - offset || have_.size() >= kMostIntervals) return Put::refused;
    const auto end = offset + bytes.size();
    if (bytes_.size() < end) bytes_.resize(end);
    bool overlapped = false;
    auto at = offset;
    // Only the holes are filled.
    for (const auto& interval : have_) {
        if (interval.to <= at) continue;
        if (interval.from >= end) break;
        if (interval.from > at) {
            std::ranges::copy(bytes.subspan(at - offset, interval.from - at),
                              bytes_.begin() + static_cast<std::ptrdiff_t>(at));
        }
        overlapped = true;
        at = std::max(at, interval.to);
    }
    if (at < end) {
        std::ranges::copy(bytes.subspan(at - offset), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
    }
    insert({offset, end});
    return overlapped ? Put::overlapped : Put::taken;
}

void IntervalBuffer::insert(Interval interval)
{
    auto first = std::ranges::find_if(have_, [&](const Interval& each) { return each.to >= interval.from; });
    auto last = first;
    for (; last != have_.end() && last->from <= interval.to; ++last) {
        interval.from = std::min(interval.from, last->from);
        interval.to = std::max(interval.to, last->to);
    }
    have_.insert(have_.erase(first, last), interval);
}

Bytes IntervalBuffer::prefix() const
{
    if (have_.empty() || have_.front().from != 0) return {};
    return Bytes(bytes_).first(have_.front().to);
}

void IntervalBuffer::drop_front(std::size_t count)
{
    count = std::min(count, bytes_.size());
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(count));
    for (auto& interval : have_) {
        interval.from -= std::min(interval.from, count);
        interval.to -= std::min(interval.to, count);
    }
    std::erase_if(have_, [](const Interval& interval) { return interval.to == 0; });
}

std::size_t IntervalBuffer::after_first_hole() const
{
    if (have_.empty()) return 0;
    if (have_.front().from > 0) return have_.front().from;
    return have_.size() > 1 ? have_[1].from : 0;
}

}  // namespace breakwatch
