// From which moment ages are reckoned when something is to be deleted for its age. A clock that jumped deletes
// nothing: it has to agree with itself for a day of running first. Pure; times are given.
#pragma once

#include <algorithm>
#include <optional>

#include "policy/types.hpp"
#include "store/run_mark.hpp"

namespace breakwatch {

class RetentionClock {
  public:
    // Time that no run accounts for: more of it, or a start before the last run's end, is doubted.
    static constexpr Duration kBelieved = std::chrono::hours{24};
    // So long a run has to go on until a doubted clock is believed.
    static constexpr Duration kAgreed = std::chrono::hours{24};
    // Set back by less is correction.
    static constexpr Duration kBack = std::chrono::minutes{1};

    // `before`: what the last run left; none: nothing was ever stored.
    RetentionClock(const std::optional<ClockMark>& before, Timestamp now);

    // `passed` on the steady clock since the last call, by which it is `now` on the wall.
    void pass(Duration passed, Timestamp now);

    // Now, or, while the clock is doubted, what it would be had it gone on from the last run.
    Timestamp reckoned(Timestamp now) const { return in_doubt() ? std::min(now, believed_) : now; }
    bool in_doubt() const { return mark_.owed > Duration{0}; }
    Duration owed() const { return mark_.owed; }     // until it is believed
    Duration ahead() const { return ahead_; }        // of the last run at the start; negative: before it
    const ClockMark& mark() const { return mark_; }  // what the next run starts from

  private:
    ClockMark mark_;
    Timestamp believed_;
    Duration ahead_{0};
};

}  // namespace breakwatch
