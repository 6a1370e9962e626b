// From the configuration's words to what the dissector asks.
#pragma once

#include "app/memory_plan.hpp"
#include "capture/link_config.hpp"
#include "config/config.hpp"
#include "flow/dissector.hpp"

namespace breakwatch {

// How packets are taken apart at this site, live and replayed alike.
DissectorLimits dissector_limits_of(const CaptureConfig& config, const MemoryPlan& memory = MemoryPlan());
SensorLimits sensor_limits_of(const MemoryPlan& memory);
LinkConfig link_config_of(const CaptureConfig& config);

}  // namespace breakwatch
