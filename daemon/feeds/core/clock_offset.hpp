// How far a source's clock is from ours, estimated from when its events happened by its clock and
// when they arrived by ours. Delays are ordinary and only make events look old, single wrong times
// happen; so the estimate is a low quantile of the latest delays, not their mean. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

class ClockOffset {
  public:
    static constexpr std::size_t kWindow = 32;  // latest events
    static constexpr std::size_t kLeast = 8;    // fewer say nothing
    // Less is no error: events are told in whole seconds, and take their time.
    static constexpr Duration kSmallest = std::chrono::seconds{2};
    // What lies in our future is certain to come from a clock that is ahead. What is old may as well have
    // waited: only a lag that hardly varies is a clock's, and of no other size than clocks are off by.
    static constexpr Duration kLargestAhead = std::chrono::hours{15};
    static constexpr Duration kUsualDelay = std::chrono::seconds{15};  // of half the events, besides
    static constexpr std::size_t kLeastBehind = 16;
    static constexpr Duration kSmallestBehind = std::chrono::seconds{10};
    static constexpr Duration kLargestBehind = std::chrono::minutes{15};  // or a whole zone
    static constexpr Duration kSteady = std::chrono::seconds{3};

    void add(Timestamp event, Timestamp arrived);
    // Of the source's clock; negative: behind, or everything arrives late. None: too few events.
    std::optional<Duration> ahead() const;
    // What is surely the clock's, and may be taken out of its times. None: it cannot be told.
    std::optional<Duration> certain() const;
    void forget() { size_ = next_ = 0; }

  private:
    std::vector<Duration> latest(std::size_t count) const;  // the newest last
    // The clock was set: what came before says nothing any more.
    void drop_what_was_before_a_step();

    std::array<Duration, kWindow> delays_{};
    std::size_t size_ = 0;
    std::size_t next_ = 0;
};

}  // namespace breakwatch
