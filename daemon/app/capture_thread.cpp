#include "app/capture_thread.hpp"

#include <algorithm>
#include <utility>

#include "app/dissector_limits_of.hpp"
#include "app/log.hpp"
#include "base/clock.hpp"
#include "capture/packet_ring.hpp"
#include "capture/replay_ticks.hpp"

namespace breakwatch {

namespace {

// A packet may be handed over this much later than it was stamped (ring blocks, scheduling): a
// quiet link's time is told only up to here, so that a tick never overtakes a packet.
constexpr std::chrono::seconds kRingDelay{2};
constexpr std::chrono::seconds kTickInterval{1};
constexpr std::chrono::seconds kFirstReopen{1};
constexpr std::chrono::seconds kLastReopen{30};

// Where several rings tell in one order they let time pass at the same moments, and end slices at the same.
constexpr auto kMark = ReplayTicks::kPass;
constexpr auto kSlice = VolumeMeter::kSlice;

Timestamp whole(Timestamp time, Duration unit)
{
    return time - time.time_since_epoch() % unit;
}

}  // namespace

void CaptureStatus::add(const CaptureStatus& other)
{
    const bool was_up = up;
    up = up && other.up;
    if (last_error.empty() || (was_up && !other.up)) last_error = other.last_error;
    source.received += other.source.received;
    source.dropped_by_kernel += other.source.dropped_by_kernel;
    source.dropped_by_interface += other.source.dropped_by_interface;
    source.out_of_order += other.source.out_of_order;
    decode.add(other.decode);
    sensor.add(other.sensor);
    flows += other.flows;
    wire_rows.add(other.wire_rows);
    sensor_rows.add(other.sensor_rows);
    waiting += other.waiting;
    shedding = std::max(shedding, other.shedding);
    dropped_observations += other.dropped_observations;
}

std::expected<std::unique_ptr<PacketSource>, std::string> open_capture(const CaptureConfig& config,
                                                                       const std::string& interface, Shard ring)
{
    auto opened = open_live({.interface = interface,
                             .snaplen = config.snaplen,
                             .ring_mib = config.ring_mib,
                             .promiscuous = config.promiscuous,
                             .filter = config.filter},
                            ring);
    if (!opened) return std::unexpected(opened.error());
    if (!opened->note.empty()) spdlog::info("CAPTURE what=\"{}\"", opened->note);
    return std::move(opened->source);
}

CaptureThread::CaptureThread(const CaptureConfig& config, SourceId id, std::unique_ptr<PacketSource> source,
                             std::shared_ptr<const PlatformCatalog> catalog, CaptureOutlet* outlet, RingOrder* order,
                             Shard ring)
    : config_(config),
      interface_(config_.interfaces.at(id)),
      shard_(ring),
      catalog_(std::move(catalog)),
      source_(std::move(source)),
      outlet_(outlet),
      order_(order)
{
    status_.interface = interface_;
}

CaptureThread::CaptureThread(const CaptureConfig& config, SourceId id, std::unique_ptr<PacketSource> source,
                             std::shared_ptr<const PlatformCatalog> catalog, std::shared_ptr<const DeviceFilter> filter,
                             CaptureOutlet& outlet, const MemoryPlan& memory)
    : CaptureThread(config, id, std::move(source), std::move(catalog), &outlet, nullptr, Shard{})
{
    sensor_ = std::make_unique<Sensor>(
        *catalog_, std::move(filter),
        [this](Observation&& observation) { outlet_->hand_over(std::move(observation), catalog_number_); },
        sensor_limits_of(memory), link_config_of(config));
    dissector_ = std::make_unique<Dissector>(dissector_limits_of(config, memory), *sensor_);
}

CaptureThread::CaptureThread(const CaptureConfig& config, SourceId id, std::unique_ptr<PacketSource> source,
                             std::shared_ptr<const PlatformCatalog> catalog, std::shared_ptr<const DeviceFilter> filter,
                             RingOrder& order, Shard ring, const MemoryPlan& memory)
    : CaptureThread(config, id, std::move(source), std::move(catalog), nullptr, &order, ring)
{
    sensor_ = std::make_unique<Sensor>(*catalog_, std::move(filter), record_, sensor_limits_of(memory),
                                       link_config_of(config), shard_);
    dissector_ = std::make_unique<Dissector>(dissector_limits_of(config, memory), *sensor_, shard_);
}

CaptureThread::~CaptureThread()
{
    stop();
}

void CaptureThread::start()
{
    thread_ = std::jthread([this](const std::stop_token& stop) { run_guarded(stop); });
}

void CaptureThread::stop()
{
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

void CaptureThread::use(std::shared_ptr<const PlatformCatalog> catalog, std::uint32_t number)
{
    const std::scoped_lock lock(mutex_);
    next_catalog_ = std::move(catalog);
    next_number_ = number;
}

// What the sensor tells of before carries the number before.
void CaptureThread::renew_catalog()
{
    if (order_ != nullptr && !order_->may_renew(shard_.index)) return;
    std::shared_ptr<const PlatformCatalog> next;
    std::uint32_t number = 0;
    {
        const std::scoped_lock lock(mutex_);
        next = std::exchange(next_catalog_, nullptr);
        number = next_number_;
    }
    if (!next) return;
    if (order_ != nullptr) record_.at(RingOrder::key_of(until_), Phase::time_passed);
    sensor_->use(*next);
    if (order_ != nullptr) tell_order(until_);
    catalog_ = std::move(next);
    catalog_number_ = number;
}

CaptureStatus CaptureThread::status() const
{
    const std::scoped_lock lock(mutex_);
    return status_;
}

void CaptureThread::run_guarded(const std::stop_token& stop) noexcept
{
    if (guarded([&] { run(stop); }, [this](const char* what) { fault_.note(what); })) return;
    // What was concluded before it counts, and no other ring waits.
    until_ = Timestamp::max();
    guarded([this] { batch_ends(); }, [](const char*) {});
}

void CaptureThread::run(const std::stop_token& stop)
{
    while (!stop.stop_requested() && (source_ || reopen(stop))) {
        tell_state(true, "capture is open on " + interface_);
        run_source(stop);
    }
    record_.at(RingOrder::key_of(until_), Phase::flows_ended);
    dissector_->finish();
    record_.at(RingOrder::key_of(until_), Phase::time_passed);
    sensor_->finish();
    until_ = Timestamp::max();
    batch_ends();
    publish_status();
}

// Until the source fails or the thread is to end.
void CaptureThread::run_source(const std::stop_token& stop)
{
    auto last_tick = wall_clock();
    while (!stop.stop_requested()) {
        renew_catalog();
        const auto state =
            source_->next_batch(PacketSource::kBatch, [this](std::span<const Packet> packets) { process(packets); });
        batch_ends();
        relieve();
        pulse_.beat();
        if (!state) {
            tell_state(false, state.error());
            source_.reset();
            return;
        }
        const auto now = wall_clock();
        // A clock set back must not silence the ticks until it has caught up.
        if (now - last_tick < kTickInterval && now >= last_tick) continue;
        last_tick = now;
        pass_time(now);
    }
}

void CaptureThread::process(std::span<const Packet> packets)
{
    relieve();
    if (order_ != nullptr) return process_in_ring(packets);
    sensor_->advance(packets.front().time);
    dissector_->process(packets);
}

void CaptureThread::process_in_ring(std::span<const Packet> packets)
{
    while (!packets.empty()) {
        if (packets.front().time >= next_mark_) pass_marks(packets.front().time);
        const auto next = std::ranges::find_if(packets, [this](const Packet& each) { return each.time >= next_mark_; });
        const auto some = packets.first(static_cast<std::size_t>(next - packets.begin()));
        record_.at(RingOrder::key_of(some.front().time), Phase::packet);
        dissector_->process(some, [&, at = std::size_t{1}](const Packet&) mutable {
            if (at < some.size()) record_.at(RingOrder::key_of(some[at++].time), Phase::packet);
        });
        until_ = std::max(until_, some.back().time);
        packets = packets.subspan(some.size());
    }
}

void CaptureThread::pass_marks(Timestamp now)
{
    const auto slice = whole(now, kSlice);
    if (slice >= next_mark_) mark(slice);
    const auto last = whole(now, kMark);
    if (last > slice) mark(last);
    next_mark_ = last + kMark;
    until_ = std::max(until_, last);
}

void CaptureThread::mark(Timestamp time)
{
    record_.at(RingOrder::key_of(time), Phase::flows_ended);
    dissector_->advance(time);
    record_.at(RingOrder::key_of(time), Phase::time_passed);
    sensor_->advance(time);
}

void CaptureThread::tell_order(Timestamp until)
{
    sensor_->learn(order_->take(shard_.index, record_.said(), until, catalog_number_));
}

// What is left out from here on.
void CaptureThread::relieve()
{
    const auto pressure = source_->pressure();
    if (pressure.eighths == 0 && shedding_ == Shedding::nothing) return;
    const auto shedding = gauge_.look(pressure, PressureGauge::Moment::clock::now());
    if (std::exchange(shedding_, shedding) != shedding) dissector_->shed(shedding);
}

// What it has shown goes on its way.
void CaptureThread::batch_ends()
{
    order_ != nullptr ? tell_order(until_) : outlet_->retry_kept();
}

// What time alone ends is told before the time is.
void CaptureThread::pass_time(Timestamp now)
{
    const auto passed = now - kRingDelay;
    if (order_ == nullptr) {
        dissector_->advance(passed);
        sensor_->advance(passed);
        outlet_->hand_over(Tick{passed}, catalog_number_);
    } else {
        if (passed >= next_mark_) pass_marks(passed);
        tell_order(until_);
    }
    publish_status();
}

bool CaptureThread::reopen(const std::stop_token& stop)
{
    std::mutex idle;
    std::condition_variable_any wake;
    for (auto pause = kFirstReopen; !stop.stop_requested(); pause = std::min(pause * 2, kLastReopen)) {
        for (auto waited = kFirstReopen; waited <= pause && !stop.stop_requested(); waited += kFirstReopen) {
            std::unique_lock lock(idle);
            wake.wait_for(lock, stop, kFirstReopen, [] { return false; });
            pulse_.beat();
            renew_catalog();
            pass_time(wall_clock());
        }
        if (stop.stop_requested()) return false;
        auto opened = open_capture(config_, interface_, shard_);
        if (opened) {
            source_ = std::move(*opened);
            return true;
        }
        const std::scoped_lock status_lock(mutex_);
        status_.last_error = opened.error();
    }
    return false;
}

void CaptureThread::publish_status()
{
    const std::scoped_lock lock(mutex_);
    if (source_) status_.source = source_->counters();
    status_.decode = dissector_->counters();
    status_.sensor = sensor_->counters();
    status_.flows = dissector_->flow_count();
    status_.shedding = shedding_;
    status_.wire_rows = dissector_->rows();
    status_.sensor_rows = sensor_->rows();
}

void CaptureThread::tell_state(bool up, const std::string& what)
{
    {
        const std::scoped_lock lock(mutex_);
        status_.up = up;
        if (!up) status_.last_error = what;
    }
    const auto feed = "capture:" + interface_;
    if (order_ != nullptr) return order_->state(shard_.index, up, feed, what, wall_clock());
    outlet_->hand_over(FeedState{feed, up, what, wall_clock()}, catalog_number_);
}

}  // namespace breakwatch
