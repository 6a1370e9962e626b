// The capture thread: packets from one interface through the sensor, observations to the hand-off.
// Opens the interface again when it vanished. The main thread starts and stops it and reads
// status().
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "app/hand_off.hpp"
#include "capture/packet_source.hpp"
#include "capture/sensor.hpp"
#include "config/config.hpp"
#include "decode/counters.hpp"
#include "policy/observation.hpp"

namespace breakwatch {

struct CaptureStatus {
    std::string interface;
    bool up = false;
    std::string last_error;
    SourceCounters source;
    DecodeCounters decode;
    std::size_t flows = 0;
    std::uint64_t dropped_observations = 0;  // hand-off full: exchanges and volumes only
};

class CaptureThread {
  public:
    using Output = HandOff<Observation>;

    // `source` is already open. `output` and `filter` outlive this.
    CaptureThread(const CaptureConfig& config, std::unique_ptr<PacketSource> source,
                  std::shared_ptr<const PlatformCatalog> catalog, DeviceFilter& filter,
                  Output& output);
    ~CaptureThread();
    CaptureThread(const CaptureThread&) = delete;
    CaptureThread& operator=(const CaptureThread&) = delete;

    void start();
    // Ends after the batch in hand; what the sensor still holds is handed over first.
    void stop();
    // A new platform table, from the next batch on.
    void set_catalog(std::shared_ptr<const PlatformCatalog> catalog);
    CaptureStatus status() const;

  private:
    void run(const std::stop_token& stop);
    void run_source(const std::stop_token& stop);
    bool reopen(const std::stop_token& stop);
    void hand_over(Observation&& observation);
    void retry_kept();
    void publish_status();
    void tell_state(bool up, const std::string& what);

    CaptureConfig config_;
    std::unique_ptr<PacketSource> source_;
    DeviceFilter& filter_;
    Output& output_;
    Sensor sensor_;
    // Leases, sightings and states that found the hand-off full, oldest first; capture thread only.
    std::deque<Observation> kept_;
    std::uint64_t dropped_ = 0;

    mutable std::mutex mutex_;  // guards the two below
    CaptureStatus status_;
    std::shared_ptr<const PlatformCatalog> new_catalog_;

    std::jthread thread_;
};

}  // namespace breakwatch
