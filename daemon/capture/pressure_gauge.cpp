#include "capture/pressure_gauge.hpp"

#include <utility>

namespace breakwatch {

namespace {

// Eighths of the ring: two for each step.
constexpr unsigned begins_at(Shedding step)
{
    return 2U * std::to_underlying(step);
}

Shedding step_for(const Pressure& pressure)
{
    if (pressure.losing) return Shedding::hellos;
    for (const auto step : {Shedding::hellos, Shedding::volumes, Shedding::strangers}) {
        if (pressure.eighths >= begins_at(step)) return step;
    }
    return Shedding::nothing;
}

}  // namespace

Shedding PressureGauge::look(const Pressure& pressure, Moment now)
{
    const auto wanted = step_for(pressure);
    if (wanted >= step_ || pressure.eighths > begins_at(step_) / 2) {
        step_ = std::max(step_, wanted);
        calm_since_.reset();
    } else if (!calm_since_) {
        calm_since_ = now;
    } else if (now - *calm_since_ >= kCalm) {
        step_ = static_cast<Shedding>(std::to_underlying(step_) - 1);
        calm_since_ = now;
    }
    return step_;
}

}  // namespace breakwatch
