#include "app/replay_workers.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <utility>

namespace breakwatch {

ReplayWorkers::Worker::Worker(const Settings& settings, Shard shard)
    : sensor(settings.catalog, settings.filter, record, settings.sensor, settings.link, shard),
      dissector(settings.dissector, sensor, shard)
{}

ReplayWorkers::ReplayWorkers(const Settings& settings, Teller::Handler told, OnTick on_tick)
    : teller_(std::move(told), settings.sensor, settings.link), on_tick_(std::move(on_tick))
{
    for (auto& batch : batches_) {
        batch.of_worker.resize(settings.workers);
        batch.said.resize(settings.workers);
        for (auto& packets : batch.of_worker) packets.reserve(kPackets);
    }
    for (unsigned i = 0; i < settings.workers; ++i)
        workers_.push_back(std::make_unique<Worker>(settings, Shard{i, settings.workers}));
    // Where one cannot be started, the others end before they go.
    if (guarded([this] { start(); }, [](const char*) {})) return;
    end();
    throw std::runtime_error("no thread can be started for a worker of the replay");
}

ReplayWorkers::~ReplayWorkers()
{
    end();
}

void ReplayWorkers::start()
{
    for (unsigned i = 0; i < workers_.size(); ++i) {
        auto& worker = *workers_[i];
        worker.thread = std::thread([this, &worker, i] { work(worker, i); });
    }
}

void ReplayWorkers::end()
{
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
        go_.notify_all();
    }
    for (const auto& worker : workers_) {
        if (worker->thread.joinable()) worker->thread.join();
    }
}

void ReplayWorkers::take(std::span<const Packet> packets, const CaptureFiles& files)
{
    for (const auto& packet : packets) add(packet, files);
}

void ReplayWorkers::add(Packet packet, const CaptureFiles& files)
{
    packet.number = ++taken_;
    keep(packet, files);
    auto& filled = batch(dispatched_);
    const auto due = ticks_.at(packet.time);
    if (due != ReplayTicks::Due::nothing) filled.marks.push_back({packet.number, packet.time});
    ++filled.count;
    filled.octets += packet.bytes.size();
    packet.lane = lane_of_frame(packet.link_type, packet.bytes);
    if (packet.lane < kLanes) {
        filled.of_worker[packet.lane % workers_.size()].push_back(packet);
    } else {
        for (auto& packets : filled.of_worker) packets.push_back(packet);
    }
    if (due == ReplayTicks::Due::tick) filled.tick = packet.time;
    if (filled.tick || filled.count == kPackets || filled.octets >= kOctets) dispatch();
}

// Its bytes stay until the batch is told.
void ReplayWorkers::keep(Packet& packet, const CaptureFiles& files)
{
    auto& filled = batch(dispatched_);
    const std::less_equal<> not_after;  // of pointers into unlike memory
    const auto* const begin = packet.bytes.data();
    const auto& all = holder_.all;
    const bool same = holder_.block && not_after(all.data(), begin) &&
                      not_after(begin + packet.bytes.size(), all.data() + all.size());
    if (!same) holder_ = files.holder_of(packet);
    if (!holder_.block) {
        auto& copy = filled.copies.emplace_back(std::make_unique_for_overwrite<std::uint8_t[]>(packet.bytes.size()));
        if (!packet.bytes.empty()) std::memcpy(copy.get(), begin, packet.bytes.size());
        packet.bytes = {copy.get(), packet.bytes.size()};
    } else if (filled.blocks.empty() || filled.blocks.back() != holder_.block) {
        filled.blocks.push_back(holder_.block);
    }
}

void ReplayWorkers::dispatch()
{
    holder_ = {};
    ++dispatched_;
    release();
    complete_ready();
    if (dispatched_ - completed_ == kBatches) complete_oldest();
}

// Up to the first tick that the engine has not taken yet, with it.
void ReplayWorkers::release()
{
    const std::scoped_lock lock(mutex_);
    auto may = std::max(released_, completed_);
    while (may < dispatched_ && (may == completed_ || !batch(may - 1).tick)) ++may;
    if (may == released_) return;
    released_ = may;
    go_.notify_all();
}

bool ReplayWorkers::ready(std::uint64_t sequence) const
{
    return std::ranges::all_of(workers_,
                               [&](const auto& worker) { return worker->done > sequence || worker->fault.found(); });
}

void ReplayWorkers::complete_ready()
{
    while (completed_ < dispatched_) {
        {
            const std::scoped_lock lock(mutex_);
            if (!ready(completed_)) return;
        }
        complete_oldest();
    }
}

void ReplayWorkers::complete_oldest()
{
    {
        std::unique_lock lock(mutex_);
        done_.wait(lock, [&] { return ready(completed_); });
    }
    throw_fault();
    auto& oldest = batch(completed_);
    tell_in_order(oldest.said, teller_);
    if (oldest.tick) {
        const auto facts = teller_.take_router_facts();
        for (const auto& worker : workers_) worker->sensor.learn(facts);
        on_tick_(*oldest.tick);
    }
    for (auto& packets : oldest.of_worker) packets.clear();
    oldest.marks.clear();
    oldest.tick.reset();
    oldest.count = 0;
    oldest.octets = 0;
    oldest.blocks.clear();
    oldest.copies.clear();
    ++completed_;
    release();
}

void ReplayWorkers::settle()
{
    if (batch(dispatched_).count > 0) dispatch();
    while (completed_ < dispatched_) complete_oldest();
}

void ReplayWorkers::finish()
{
    settle();
    std::vector<std::vector<StatementRecord::Said>> said;
    for (const auto& worker : workers_) {
        worker->record.at(taken_ + 1, Phase::flows_ended);
        worker->dissector.finish();
        worker->record.at(taken_ + 1, Phase::time_passed);
        worker->sensor.finish();
        said.push_back(std::exchange(worker->record.said(), {}));
    }
    tell_in_order(said, teller_);
}

void ReplayWorkers::set_filter(const std::shared_ptr<const DeviceFilter>& filter)
{
    for (const auto& worker : workers_) {
        worker->sensor.set_filter(filter);
        worker->sensor.renew_filter();
    }
    teller_.keep_only(*filter);
}

DecodeCounters ReplayWorkers::decode_counters() const
{
    DecodeCounters sum;
    for (const auto& worker : workers_) {
        const auto& counters = worker->dissector.counters();
        sum.add(counters);
        sum.wire = together(sum.wire, counters.wire);
    }
    return sum;
}

SensorCounters ReplayWorkers::sensor_counters() const
{
    auto sum = teller_.counters();
    for (const auto& worker : workers_) sum.add(worker->sensor.counters());
    return sum;
}

void ReplayWorkers::throw_fault() const
{
    for (const auto& worker : workers_) {
        if (const auto what = worker->fault.found()) throw std::runtime_error("a worker of the replay: " + *what);
    }
}

void ReplayWorkers::work(Worker& worker, unsigned index)
{
    const auto all = [&] {
        for (std::uint64_t sequence = 0;; ++sequence) {
            {
                std::unique_lock lock(mutex_);
                go_.wait(lock, [&] { return ending_ || released_ > sequence; });
                if (ending_) return;
            }
            work_on(worker, index, batch(sequence));
            const std::scoped_lock lock(mutex_);
            worker.done = sequence + 1;
            done_.notify_one();
        }
    };
    if (guarded(all, [&](const char* what) { worker.fault.note(what); })) return;
    const std::scoped_lock lock(mutex_);
    done_.notify_one();
}

void ReplayWorkers::work_on(Worker& worker, unsigned index, Batch& batch)
{
    auto& record = worker.record;
    std::span<const Packet> packets = batch.of_worker[index];
    for (const auto& mark : batch.marks) {
        const auto before = std::ranges::lower_bound(packets, mark.packet, {}, &Packet::number);
        const auto count = static_cast<std::size_t>(before - packets.begin());
        process(worker, packets.first(count));
        packets = packets.subspan(count);
        record.at(mark.packet, Phase::flows_ended);
        worker.dissector.advance(mark.time);
        record.at(mark.packet, Phase::time_passed);
        worker.sensor.advance(mark.time);
    }
    process(worker, packets);
    batch.said[index].swap(record.said());
}

void ReplayWorkers::process(Worker& worker, std::span<const Packet> packets)
{
    if (packets.empty()) return;
    auto& record = worker.record;
    record.at(packets.front().number, Phase::packet);
    worker.dissector.process(packets, [&, next = std::size_t{1}](const Packet&) mutable {
        if (next < packets.size()) record.at(packets[next++].number, Phase::packet);
    });
}

}  // namespace breakwatch
