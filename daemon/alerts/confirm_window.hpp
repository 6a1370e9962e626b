// Which alerts of an outbox were written and are not known to be there: numbers alone, so that a busy minute is small.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "store/alert.hpp"

namespace breakwatch {

// What was written to a receiver that says nothing of it: it is believed to be there once connections that carried it
// have stayed up for a while since, together, and not before. What a break leaves in doubt is to be written again.
class ConfirmWindow {
  public:
    using Clock = std::chrono::steady_clock;

    explicit ConfirmWindow(Clock::duration wait) : wait_(wait) {}

    void written(SequenceRange range, Clock::time_point now)
    {
        while (range.first <= range.last) {
            const auto [part, waited] = take_from_doubt(range);
            add(part, waited, now);
            range.first = part.last + 1;
        }
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
    // The connection broke. Those that are believed to be there all the same: of many short connections that carried
    // them.
    std::vector<SequenceRange> broke(Clock::time_point now)
    {
        std::vector<SequenceRange> found;
        for (const auto& entry : entries_) {
            const auto waited = entry.waited + (now - entry.at);
            if (waited >= wait_) {
                found.push_back(entry.range);
            } else {
                in_doubt_[entry.range.first] = {entry.range.last, waited};
            }
        }
        entries_.clear();
        count_ = 0;
        return found;
    }
    // The range that holds this one.
    const SequenceRange* holding(std::uint64_t sequence) const
    {
        const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
            return entry.range.first <= sequence && sequence <= entry.range.last;
        });
        return found == entries_.end() ? nullptr : &found->range;
    }
    // The last of those that a break left in doubt together with this one; nothing, where it is none of them.
    std::optional<std::uint64_t> in_doubt_until(std::uint64_t sequence) const
    {
        const auto after = in_doubt_.upper_bound(sequence);
        if (after == in_doubt_.begin() || std::prev(after)->second.last < sequence) return std::nullopt;
        return std::prev(after)->second.last;
    }
    std::size_t count() const { return count_; }  // of alerts
    std::size_t entries() const { return entries_.size(); }

  private:
    struct Entry {
        SequenceRange range;
        Clock::duration waited{};  // on connections before this one
        Clock::time_point first;
        Clock::time_point at;
    };
    struct Doubt {
        std::uint64_t last = 0;
        Clock::duration waited{};
    };

    // The beginning of a range that has waited for one time, which leaves the doubt.
    std::pair<SequenceRange, Clock::duration> take_from_doubt(SequenceRange range)
    {
        const auto after = in_doubt_.upper_bound(range.first);
        if (after == in_doubt_.begin() || std::prev(after)->second.last < range.first) {
            if (after != in_doubt_.end()) range.last = std::min(range.last, after->first - 1);
            return {range, {}};
        }
        const auto node = std::prev(after);
        const auto [last, waited] = node->second;
        range.last = std::min(range.last, last);
        if (node->first == range.first) {
            in_doubt_.erase(node);
        } else {
            node->second.last = range.first - 1;
        }
        if (range.last < last) in_doubt_[range.last + 1] = {last, waited};
        return {range, waited};
    }
    void add(SequenceRange range, Clock::duration waited, Clock::time_point now)
    {
        count_ += range.count();
        // What was written about one moment is confirmed at one: a second of a busy hour is one entry.
        const auto grain = std::min<Clock::duration>(wait_ / 16, std::chrono::seconds{1});
        if (!entries_.empty() && now - entries_.back().first < grain && entries_.back().waited == waited &&
            entries_.back().range.last + 1 == range.first) {
            auto& last = entries_.back();
            last.range.last = range.last;
            last.at = now;
            return;
        }
        entries_.push_back({range, waited, now, now});
    }

    Clock::duration wait_;
    std::deque<Entry> entries_;
    std::map<std::uint64_t, Doubt> in_doubt_;  // by their first numbers
    std::size_t count_ = 0;
};

}  // namespace breakwatch
