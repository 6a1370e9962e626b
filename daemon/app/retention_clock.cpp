#include "app/retention_clock.hpp"

#include <algorithm>

namespace breakwatch {

RetentionClock::RetentionClock(const std::optional<ClockMark>& before, Timestamp now)
    : mark_(before.value_or(ClockMark{now}))
{
    ahead_ = now - mark_.seen;
    // What was reckoned with last; a doubt that another start has not settled goes on from there.
    believed_ = std::min(mark_.seen, mark_.believed.value_or(mark_.seen));
    mark_.unaccounted += std::max(ahead_, Duration{0});
    if (ahead_ < -kBack || mark_.unaccounted > kBelieved) {
        mark_.owed = kAgreed;
        mark_.unaccounted = Duration{0};
    }
    mark_.seen = now;
    mark_.believed = in_doubt() ? std::optional(believed_) : std::nullopt;
}

void RetentionClock::pass(Duration passed, Timestamp now)
{
    believed_ += passed;
    mark_.owed = std::max(mark_.owed - passed, Duration{0});
    mark_.unaccounted = std::max(mark_.unaccounted - passed, Duration{0});
    mark_.believed = in_doubt() ? std::optional(believed_) : std::nullopt;
    mark_.seen = now;
}

}  // namespace breakwatch
