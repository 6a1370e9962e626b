// From how full a ring is to what is left out. Up at once, since a full ring loses whatever comes; down by a step a
// second, and only while the ring is well below where the step began, so that it does not go up and down with each
// batch. Pure: whoever asks brings the time.
#pragma once

#include <chrono>
#include <optional>

#include "capture/packet_source.hpp"
#include "flow/shedding.hpp"

namespace breakwatch {

class PressureGauge {
  public:
    using Moment = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds kCalm{1};

    // With each few packets, and where none come.
    Shedding look(const Pressure& pressure, Moment now);

  private:
    Shedding step_ = Shedding::nothing;
    std::optional<Moment> calm_since_;
};

}  // namespace breakwatch
