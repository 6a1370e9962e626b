// From the packets of a replay to observations, by one worker on the reader's thread or by several. The same is told,
// in the same order, by any number of them.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "capture/capture_file.hpp"
#include "capture/device_filter.hpp"
#include "capture/link_config.hpp"
#include "capture/sensor_limits.hpp"
#include "capture/teller.hpp"
#include "decode/counters.hpp"
#include "flow/dissector.hpp"
#include "policy/activity/platform_catalog.hpp"

namespace breakwatch {

// All functions on the reader's thread, which `told` and `on_tick` are called on.
class ReplayPath {
  public:
    static constexpr unsigned kMostWorkers = 16;

    struct Settings {
        unsigned workers = 1;
        const PlatformCatalog& catalog;  // outlives the path
        std::shared_ptr<const DeviceFilter> filter;
        SensorLimits sensor;  // of each worker, as those of the dissector are
        LinkConfig link;
        DissectorLimits dissector;
    };
    // Each second of packet time: all of before it was told.
    using OnTick = std::function<void(Timestamp)>;

    static std::unique_ptr<ReplayPath> make(const Settings& settings, Teller::Handler told, OnTick on_tick);

    ReplayPath() = default;
    ReplayPath(const ReplayPath&) = delete;
    ReplayPath& operator=(const ReplayPath&) = delete;
    virtual ~ReplayPath() = default;

    // In a handler of `files`.
    virtual void take(std::span<const Packet> packets, const CaptureFiles& files) = 0;
    // Until all that was taken is told.
    virtual void settle() = 0;
    // End of input.
    virtual void finish() = 0;
    // In on_tick.
    virtual void set_filter(const std::shared_ptr<const DeviceFilter>& filter) = 0;

    // In on_tick, or when all is told.
    virtual DecodeCounters decode_counters() const = 0;
    virtual SensorCounters sensor_counters() const = 0;
    virtual std::uint64_t packets() const = 0;
};

}  // namespace breakwatch
