// Whether somebody set the machine's clock: the wall clock against the steady one, look by look.
#pragma once

#include <chrono>

#include "policy/types.hpp"

namespace breakwatch {

class ClockWatch {
  public:
    using Steady = std::chrono::steady_clock::time_point;

    // Less is drift and slewing, and within what the daemon tolerates of late packets and facts.
    static constexpr Duration kLeast = std::chrono::seconds{30};

    ClockWatch(Timestamp wall, Steady steady) : wall_(wall), steady_(steady) {}

    // By how much the clock was set since the last look, negative: back. Zero: by less than kLeast.
    Duration look(Timestamp wall, Steady steady)
    {
        const auto jump = (wall - wall_) - std::chrono::duration_cast<Duration>(steady - steady_);
        wall_ = wall;
        steady_ = steady;
        return std::chrono::abs(jump) < kLeast ? Duration{0} : jump;
    }

  private:
    Timestamp wall_;
    Steady steady_;
};

}  // namespace breakwatch
