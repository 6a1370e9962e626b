// How far event time has come where several sources tell of it: several capture rings, sensors of other sites. What
// waits for later facts waits for the slowest source that is alive, within a bound.
//
//     ring 0   ---------------------------| its mark: 10:00:07
//     ring 1   ------------| its mark: 10:00:03
//              the time    ^ 10:00:03, and no more than the bound behind the latest
//
// A source says what it saw in order, but for what its own parts let wait; one that ends is waited for no longer. The
// flows it tells of have ids that no other source gives (app/capture_thread.cpp).
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

// One capture ring, or another detector's reports. Given by whoever starts them; 0 where there is one.
using SourceId = std::uint8_t;

class Watermarks {
  public:
    // The slowest source may hold the others back by so much.
    static constexpr Duration kBound = std::chrono::seconds{10};

    // A source is one from its first word.
    void saw(SourceId source, Timestamp at)
    {
        latest_ = std::max(latest_, at);
        const auto mark = std::ranges::find(marks_, source, &Mark::source);
        if (mark == marks_.end()) {
            marks_.push_back({source, at});
        } else {
            mark->at = std::max(mark->at, at);
        }
    }

    // Until its next word nobody waits for it.
    void ended(SourceId source)
    {
        std::erase_if(marks_, [&](const Mark& mark) { return mark.source == source; });
    }

    // Never earlier than it was but where a source appears; the caller's time does not run back.
    Timestamp time() const
    {
        if (marks_.empty()) return latest_;
        return std::max(std::ranges::min_element(marks_, {}, &Mark::at)->at, latest_ - kBound);
    }

  private:
    struct Mark {
        SourceId source = 0;
        Timestamp at;
    };
    std::vector<Mark> marks_;  // of a few sources
    Timestamp latest_;
};

}  // namespace breakwatch
