// When time passes in a replay: at which packets what it ends is told, and the engine is told of it. By the packets'
// times alone, so that it is at the same packets whoever reads them.
#pragma once

#include <chrono>

#include "policy/types.hpp"

namespace breakwatch {

class ReplayTicks {
  public:
    static constexpr Duration kTick = std::chrono::seconds{1};
    static constexpr Duration kPass = std::chrono::milliseconds{100};

    // Of each packet once. `tick`: a second has passed, too.
    enum class Due { nothing, pass, tick };
    Due at(Timestamp packet)
    {
        const bool tick = packet - ticked_ >= kTick;
        if (!tick && packet - passed_ < kPass) return Due::nothing;
        passed_ = packet;
        if (tick) ticked_ = packet;
        return tick ? Due::tick : Due::pass;
    }
    Timestamp ticked() const { return ticked_; }

  private:
    Timestamp ticked_;
    Timestamp passed_;
};

}  // namespace breakwatch
