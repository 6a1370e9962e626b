// The bounds of a sensor and its teller, and what they count.
#pragma once

#include <cstddef>
#include <cstdint>

#include "policy/counters.hpp"

namespace breakwatch {

struct SensorLimits {
    std::size_t flows = 200'000;               // flows of enrolled devices at once
    std::size_t trackers = 50'000;             // of those, flows to platforms
    std::size_t volume_entries = 100'000;      // device and platform pairs in one slice
    std::size_t addresses = 50'000;            // addresses learned from leases; sightings remembered
    std::size_t addresses_of_device = 256;     // of those, one device's
    std::uint32_t of_device_per_second = 256;  // exchanges, and statements about its addresses, of one device
    std::uint32_t others_per_second = 200;     // statements about devices that are nobody's, on addresses not known yet
};

#define BREAKWATCH_SENSOR_COUNTERS(COUNTER)                                                                         \
    COUNTER(exchanges, total, "exchanges with platforms that were told")                                            \
    COUNTER(leases, total, "leases of enrolled devices")                                                            \
    COUNTER(sightings, total, "addresses that enrolled devices were seen with")                                     \
    COUNTER(others, total, "statements about devices that are nobody's")                                            \
    COUNTER(others_refused, limited, "statements about devices that are nobody's, of too many in a second")         \
    COUNTER(suspicions, total, "signs of spoofing")                                                                 \
    COUNTER(flows_refused, limited, "flows of a device that has more than its share, or than all may have")         \
    COUNTER(trackers_refused, refused, "flows to platforms, of which the volume alone is kept")                     \
    COUNTER(exchanges_refused, limited, "exchanges of a device that has more in a second than a device has")        \
    COUNTER(addresses_refused, limited, "addresses of a device that has more than its share, or the oldest of all") \
    COUNTER(volumes_refused, refused, "volumes of traffic of a device on a platform")                               \
    COUNTER(name_conflicts, total, "flows of enrolled devices with two hellos: nothing is made of them")            \
    COUNTER(encrypted_hellos, total, "flows of enrolled devices whose server stayed hidden")

struct SensorCounters {
    BREAKWATCH_COUNTERS(BREAKWATCH_SENSOR_COUNTERS)
};

}  // namespace breakwatch
