// Which alerts of an outbox were written and are not known to be there: numbers alone, so that a busy minute is small.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "store/alert.hpp"

namespace breakwatch {

// What was written to a receiver that says nothing of it: it is believed to be there when the connection has stayed up
// for a while since, and not before.
class ConfirmWindow {
  public:
    using Clock = std::chrono::steady_clock;

    explicit ConfirmWindow(Clock::duration wait) : wait_(wait) {}

    void written(SequenceRange range, Clock::time_point now)
    {
        count_ += range.count();
        // What was written about one moment is confirmed at one: a second of a busy hour is one entry.
        const auto grain = std::min<Clock::duration>(wait_ / 16, std::chrono::seconds{1});
        if (!entries_.empty() && now - entries_.back().first < grain && entries_.back().range.last + 1 == range.first) {
            auto& last = entries_.back();
            last.range.last = range.last;
            last.at = now;
            return;
        }
        entries_.push_back({range, now, now});
    }
    // Those that are believed to be there by `now`.
    std::vector<SequenceRange> confirmed(Clock::time_point now)
    {
        std::vector<SequenceRange> found;
        while (!entries_.empty() && entries_.front().at + wait_ <= now) {
            found.push_back(entries_.front().range);
            count_ -= found.back().count();
            entries_.pop_front();
        }
        return found;
    }
    std::optional<Clock::time_point> next() const
    {
        return entries_.empty() ? std::nullopt : std::optional(entries_.front().at + wait_);
    }
    // The connection broke: nothing of it is known to be there.
    void broke()
    {
        entries_.clear();
        count_ = 0;
    }
    // The range that holds this one.
    const SequenceRange* holding(std::uint64_t sequence) const
    {
        const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
            return entry.range.first <= sequence && sequence <= entry.range.last;
        });
        return found == entries_.end() ? nullptr : &found->range;
    }
    std::size_t count() const { return count_; }  // of alerts
    std::size_t entries() const { return entries_.size(); }

  private:
    struct Entry {
        SequenceRange range;
        Clock::time_point first;  // when its first was written
        Clock::time_point at;     // when its last was
    };

    Clock::duration wait_;
    std::deque<Entry> entries_;
    std::size_t count_ = 0;
};

}  // namespace breakwatch
