// The capture thread: packets from one interface through the sensor, observations to the queue.
// Opens the interface again when it vanished. The main thread starts and stops it and reads
// status().
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "app/memory_plan.hpp"
#include "app/observation_queue.hpp"
#include "app/thread_fault.hpp"
#include "app/thread_watch.hpp"
#include "capture/packet_source.hpp"
#include "capture/sensor.hpp"
#include "config/config.hpp"
#include "decode/counters.hpp"
#include "flow/dissector.hpp"
#include "policy/observation.hpp"
#include "policy/watermarks.hpp"

namespace breakwatch {

struct CaptureStatus {
    std::string interface;
    bool up = false;
    std::string last_error;
    SourceCounters source;
    DecodeCounters decode;
    SensorCounters sensor;
    std::size_t flows = 0;
    Dissector::Rows wire_rows;
    Sensor::Rows sensor_rows;
    std::size_t waiting = 0;                 // observations that found the queue full
    std::uint64_t dropped_observations = 0;  // queue full: exchanges and volumes only
};

// An observation, whose it is, and by which catalogue its numbers are to be read.
struct Handed {
    Observation observation;
    std::uint32_t catalog = 0;
    SourceId source = 0;
};

// The error in words, with what to do about it.
std::expected<std::unique_ptr<PacketSource>, std::string> open_capture(const CaptureConfig& config,
                                                                       const std::string& interface);

class CaptureThread {
  public:
    using Output = ObservationQueue<Handed>;

    // `source` is already open, on the interface of that number. `catalog` has number 0. `output` outlives this.
    CaptureThread(const CaptureConfig& config, SourceId id, std::unique_ptr<PacketSource> source,
                  std::shared_ptr<const PlatformCatalog> catalog, std::shared_ptr<const DeviceFilter> filter,
                  Output& output, const MemoryPlan& memory = MemoryPlan());
    ~CaptureThread();
    CaptureThread(const CaptureThread&) = delete;
    CaptureThread& operator=(const CaptureThread&) = delete;

    void start();
    // Returns at once; stop() waits.
    void ask_to_stop() { thread_.request_stop(); }
    // Ends after the batch in hand; what the sensor still holds is handed over first.
    void stop();
    // After stop(): hands over what found the queue full. False: it is full again, drain and repeat.
    bool flush();
    // The catalogue from the next batch on, under this number; flows go on. One that was not yet taken is skipped.
    void use(std::shared_ptr<const PlatformCatalog> catalog, std::uint32_t number);
    void set_filter(std::shared_ptr<const DeviceFilter> filter) { sensor_.set_filter(std::move(filter)); }
    CaptureStatus status() const;
    // Beats while the thread moves, also on a quiet link and while the interface is away.
    const Pulse& pulse() const { return pulse_; }
    // Why the thread has ended by itself: an exception, after which nothing of its state is trusted.
    std::optional<std::string> fault() const { return fault_.found(); }
    const std::string& interface() const { return interface_; }

  private:
    void run_guarded(const std::stop_token& stop) noexcept;
    void run(const std::stop_token& stop);
    void run_source(const std::stop_token& stop);
    bool reopen(const std::stop_token& stop);
    void pass_time(Timestamp now);
    void hand_over(Observation&& observation);
    void retry_kept();
    void renew_catalog();
    void publish_status();
    void tell_state(bool up, const std::string& what);

    const CaptureConfig config_;
    const std::string interface_;
    const SourceId id_;
    const std::size_t most_kept_;
    std::shared_ptr<const PlatformCatalog> catalog_;
    std::uint32_t catalog_number_ = 0;
    std::unique_ptr<PacketSource> source_;
    Output& output_;
    Sensor sensor_;
    Dissector dissector_;
    // Leases, sightings and states that found the queue full, oldest first; capture thread only.
    std::deque<Handed> kept_;
    std::uint64_t dropped_ = 0;

    mutable std::mutex mutex_;  // guards status_ and what is to come into force
    CaptureStatus status_;
    std::shared_ptr<const PlatformCatalog> next_catalog_;
    std::uint32_t next_number_ = 0;

    Pulse pulse_;
    ThreadFault fault_;
    std::jthread thread_;
};

}  // namespace breakwatch
