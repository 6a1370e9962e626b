// How far a source's clock is from ours, estimated from when its events happened by its clock and
// when they arrived by ours. Delays are ordinary and only make events look old, single wrong times
// happen; so the estimate is a low quantile of the latest delays, not their mean. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "policy/types.hpp"

namespace breakwatch {

class ClockOffset {
  public:
    static constexpr std::size_t kWindow = 32;  // latest events
    static constexpr std::size_t kLeast = 8;    // fewer say nothing

    void add(Timestamp event, Timestamp arrived);
    // Of the source's clock; negative: behind, or everything arrives late. None: too few events.
    std::optional<Duration> ahead() const;
    void forget() { size_ = next_ = 0; }

  private:
    std::array<Duration, kWindow> delays_{};
    std::size_t size_ = 0;
    std::size_t next_ = 0;
};

}  // namespace breakwatch
