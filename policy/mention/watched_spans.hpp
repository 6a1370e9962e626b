// When the network was watched at all: a mention of another time cannot be answered, and that is not the same as
// "nobody here".
#pragma once

#include <algorithm>
#include <deque>

#include "policy/memory.hpp"

namespace breakwatch {

class WatchedSpans {
  public:
    // Time goes on with every packet and tick; a longer silence was none of the network's.
    static constexpr Duration kSilence = std::chrono::minutes{5};
    static constexpr std::size_t kMost = 1'000;

    void saw(Timestamp at)
    {
        if (!running_ || at - spans_.back().until > kSilence) {
            spans_.push_back({at, at});
            running_ = true;
        }
        spans_.back().until = std::max(spans_.back().until, at);
        if (spans_.size() > kMost) spans_.pop_front();
    }
    // Nothing is seen until the next.
    void pause() { running_ = false; }
    // Of an earlier run: in its place, so that this one's goes on and does not bridge the time between.
    void recall(const WatchedSpan& span)
    {
        spans_.insert(std::ranges::upper_bound(spans_, span.from, {}, &WatchedSpan::from), span);
    }
    void forget_before(Timestamp time)
    {
        while (spans_.size() > 1 && spans_.front().until < time) spans_.pop_front();
    }
    // None before anything was seen in this run.
    const WatchedSpan* current() const { return running_ ? &spans_.back() : nullptr; }
    // The share of that time, 0 to 1. Of a moment: whether it was watched.
    double share(Timestamp from, Timestamp to) const
    {
        Duration watched{0};
        for (const auto& span : spans_) {
            const auto begin = std::max(span.from, from);
            const auto end = std::min(span.until, to);
            if (begin <= end) watched += std::max(end - begin, Duration{1});
        }
        return static_cast<double>(watched.count()) / static_cast<double>(std::max(to - from, Duration{1}).count());
    }

  private:
    std::deque<WatchedSpan> spans_;
    bool running_ = false;
};

}  // namespace breakwatch
