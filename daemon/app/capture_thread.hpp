// A capture thread: packets of one interface, or of one of its rings, through dissector and sensor, and what they show
// to the interface's outlet. Opens the interface again when it vanished. The main thread starts and stops it and reads
// status().
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <expected>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "app/capture_outlet.hpp"
#include "app/memory_plan.hpp"
#include "app/ring_order.hpp"
#include "app/thread_fault.hpp"
#include "app/thread_watch.hpp"
#include "capture/packet_source.hpp"
#include "capture/pressure_gauge.hpp"
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
    std::vector<SourceCounters> rings;       // of each, where there are several
    Shedding shedding = Shedding::nothing;   // what is left out at present, by the ring that leaves out most

    // Of another ring of the same interface, or of another interface.
    void add(const CaptureStatus& other);
};

// The error in words, with what to do about it.
std::expected<std::unique_ptr<PacketSource>, std::string> open_capture(const CaptureConfig& config,
                                                                       const std::string& interface, Shard ring = {});

class CaptureThread {
  public:
    // `source` is already open, on the interface of that number. `catalog` has number 0. `outlet` outlives this.
    CaptureThread(const CaptureConfig& config, SourceId id, std::unique_ptr<PacketSource> source,
                  std::shared_ptr<const PlatformCatalog> catalog, std::shared_ptr<const DeviceFilter> filter,
                  CaptureOutlet& outlet, const MemoryPlan& memory = MemoryPlan());
    // One of several rings, which tell in one order; `order` has the outlet, and outlives this.
    CaptureThread(const CaptureConfig& config, SourceId id, std::unique_ptr<PacketSource> source,
                  std::shared_ptr<const PlatformCatalog> catalog, std::shared_ptr<const DeviceFilter> filter,
                  RingOrder& order, Shard ring, const MemoryPlan& memory = MemoryPlan());
    ~CaptureThread();
    CaptureThread(const CaptureThread&) = delete;
    CaptureThread& operator=(const CaptureThread&) = delete;

    void start();
    // Returns at once; stop() waits.
    void ask_to_stop() { thread_.request_stop(); }
    // Ends after the batch in hand; what the sensor still holds is handed over first.
    void stop();
    // The catalogue from the next batch on, under this number; flows go on. One that was not yet taken is skipped.
    void use(std::shared_ptr<const PlatformCatalog> catalog, std::uint32_t number);
    void set_filter(std::shared_ptr<const DeviceFilter> filter) { sensor_->set_filter(std::move(filter)); }
    CaptureStatus status() const;
    // Beats while the thread moves, also on a quiet link and while the interface is away.
    const Pulse& pulse() const { return pulse_; }
    // Why the thread has ended by itself: an exception, after which nothing of its state is trusted.
    std::optional<std::string> fault() const { return fault_.found(); }
    const std::string& interface() const { return interface_; }

  private:
    CaptureThread(const CaptureConfig& config, SourceId id, std::unique_ptr<PacketSource> source,
                  std::shared_ptr<const PlatformCatalog> catalog, CaptureOutlet* outlet, RingOrder* order, Shard ring);

    void run_guarded(const std::stop_token& stop) noexcept;
    void run(const std::stop_token& stop);
    void run_source(const std::stop_token& stop);
    bool reopen(const std::stop_token& stop);
    void process(std::span<const Packet> packets);
    void process_in_ring(std::span<const Packet> packets);
    void pass_marks(Timestamp now);
    void mark(Timestamp time);
    void relieve();
    void tell_order(Timestamp until);
    void batch_ends();
    void pass_time(Timestamp now);
    void renew_catalog();
    void publish_status();
    void tell_state(bool up, const std::string& what);

    const CaptureConfig config_;
    const std::string interface_;
    const Shard shard_;
    std::shared_ptr<const PlatformCatalog> catalog_;
    std::uint32_t catalog_number_ = 0;
    std::unique_ptr<PacketSource> source_;
    CaptureOutlet* const outlet_;  // null: one of several rings
    RingOrder* const order_;       // null: alone
    PressureGauge gauge_;
    Shedding shedding_ = Shedding::nothing;
    StatementRecord record_;  // what is said since the last batch, for order_
    Timestamp next_mark_;
    Timestamp until_;  // everything of before has been said
    std::unique_ptr<Sensor> sensor_;
    std::unique_ptr<Dissector> dissector_;

    mutable std::mutex mutex_;  // guards status_ and what is to come into force
    CaptureStatus status_;
    std::shared_ptr<const PlatformCatalog> next_catalog_;
    std::uint32_t next_number_ = 0;

    Pulse pulse_;
    ThreadFault fault_;
    std::jthread thread_;
};

}  // namespace breakwatch
