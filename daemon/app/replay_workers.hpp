// Several workers for one input: the reader's thread hands packets on in batches where they lie, each worker follows
// its share of the flows (flow/steering.hpp), and what they say is told on the reader's thread in the order in which
// one worker would have said it. What the engine gives back comes into force for all of them at the same packet: at a
// tick they wait for it.
//
//     reader --+--> worker 0: Dissector, Sensor --+--> Teller, engine, the filter  (reader's thread)
//              +--> worker 1: Dissector, Sensor --+
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <vector>

#include "app/replay_path.hpp"
#include "app/thread_fault.hpp"
#include "capture/capture_file.hpp"
#include "capture/replay_ticks.hpp"
#include "capture/sensor.hpp"
#include "capture/statement_order.hpp"
#include "flow/dissector.hpp"

namespace breakwatch {

class ReplayWorkers final : public ReplayPath {
  public:
    ReplayWorkers(const Settings& settings, Teller::Handler told, OnTick on_tick);
    ~ReplayWorkers() override;

    // An exception of a worker comes out of these three as one.
    void take(std::span<const Packet> packets, const CaptureFiles& files) override;
    void settle() override;
    void finish() override;
    void set_filter(const std::shared_ptr<const DeviceFilter>& filter) override;
    DecodeCounters decode_counters() const override;
    SensorCounters sensor_counters() const override;
    std::uint64_t packets() const override { return taken_; }

  private:
    static constexpr std::size_t kBatches = 4;  // that wait or are worked at: what stays near the processors
    static constexpr std::size_t kPackets = 2048;
    static constexpr std::size_t kOctets = 2UL * 1024 * 1024;

    // Time passes before that packet.
    struct Mark {
        std::uint64_t packet = 0;
        Timestamp time;
    };
    struct Batch {
        std::vector<std::vector<Packet>> of_worker;
        std::vector<Mark> marks;
        std::optional<Timestamp> tick;  // at the end
        std::size_t count = 0;
        std::size_t octets = 0;
        std::vector<std::shared_ptr<const void>> blocks;       // that its packets are lent from
        std::vector<std::unique_ptr<std::uint8_t[]>> copies;   // of those that are lent from none
        std::vector<std::vector<StatementRecord::Said>> said;  // by worker
    };
    struct Worker {
        Worker(const Settings& settings, Shard shard);
        StatementRecord record;
        Sensor sensor;
        Dissector dissector;
        ThreadFault fault;
        std::uint64_t done = 0;  // batches
        std::thread thread;
    };

    void start();
    void end();
    void add(Packet packet, const CaptureFiles& files);
    void keep(Packet& packet, const CaptureFiles& files);
    void dispatch();
    void complete_oldest();
    void complete_ready();
    bool ready(std::uint64_t sequence) const;
    void release();
    void work(Worker& worker, unsigned index);
    void work_on(Worker& worker, unsigned index, Batch& batch);
    static void process(Worker& worker, std::span<const Packet> packets);
    void throw_fault() const;
    Batch& batch(std::uint64_t sequence) { return batches_[sequence % kBatches]; }

    Teller teller_;
    OnTick on_tick_;
    ReplayTicks ticks_;
    std::array<Batch, kBatches> batches_;
    FileBuffer::Holder holder_;     // of the last packet
    std::uint64_t taken_ = 0;       // packets
    std::uint64_t dispatched_ = 0;  // batches; the one after is being filled
    std::uint64_t completed_ = 0;

    mutable std::mutex mutex_;  // guards what workers have done and may do
    std::condition_variable go_;
    std::condition_variable done_;
    bool ending_ = false;
    std::uint64_t released_ = 0;  // batches that may be worked at
    std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace breakwatch
