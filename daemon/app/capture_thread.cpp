#include "app/capture_thread.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "app/dissector_limits_of.hpp"
#include "app/log.hpp"
#include "base/clock.hpp"
#include "capture/live_capture.hpp"

namespace breakwatch {

namespace {

// A packet may be handed over this much later than it was stamped (ring blocks, scheduling): a
// quiet link's time is told only up to here, so that a tick never overtakes a packet.
constexpr std::chrono::seconds kRingDelay{2};
constexpr std::chrono::seconds kTickInterval{1};
constexpr std::chrono::seconds kFirstReopen{1};
constexpr std::chrono::seconds kLastReopen{30};

// Volumes and exchanges are many and each may be missed; who has which address may not.
bool droppable(const Observation& observation)
{
    return std::holds_alternative<Exchange>(observation) || std::holds_alternative<TrafficVolume>(observation) ||
           std::holds_alternative<Tick>(observation);
}

}  // namespace

std::expected<std::unique_ptr<PacketSource>, std::string> open_capture(const CaptureConfig& config,
                                                                       const std::string& interface)
{
    return LiveCapture::open({.interface = interface,
                              .snaplen = config.snaplen,
                              .ring_mib = config.ring_mib,
                              .promiscuous = config.promiscuous,
                              .filter = config.filter});
}

CaptureThread::CaptureThread(const CaptureConfig& config, SourceId id, std::unique_ptr<PacketSource> source,
                             std::shared_ptr<const PlatformCatalog> catalog, std::shared_ptr<const DeviceFilter> filter,
                             Output& output, const MemoryPlan& memory)
    : config_(config),
      interface_(config_.interfaces.at(id)),
      id_(id),
      most_kept_(memory.rows_of_capture(Table::waiting)),
      catalog_(std::move(catalog)),
      source_(std::move(source)),
      output_(output),
      sensor_(
          *catalog_, std::move(filter), [this](Observation&& observation) { hand_over(std::move(observation)); },
          sensor_limits_of(memory), link_config_of(config)),
      dissector_(dissector_limits_of(config, memory), sensor_)
{
    status_.interface = interface_;
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

bool CaptureThread::flush()
{
    retry_kept();
    return kept_.empty();
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
    std::shared_ptr<const PlatformCatalog> next;
    std::uint32_t number = 0;
    {
        const std::scoped_lock lock(mutex_);
        next = std::exchange(next_catalog_, nullptr);
        number = next_number_;
    }
    if (!next) return;
    sensor_.use(*next);
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
    // What was concluded before it counts.
    guarded([this] { retry_kept(); }, [](const char*) {});
}

void CaptureThread::run(const std::stop_token& stop)
{
    if (!source_ && !reopen(stop)) return;
    while (!stop.stop_requested()) {
        tell_state(true, "capture is open on " + interface_);
        run_source(stop);
        if (!stop.stop_requested() && !reopen(stop)) break;
    }
    dissector_.finish();
    sensor_.finish();
    retry_kept();
    publish_status();
}

// Until the source fails or the thread is to end.
void CaptureThread::run_source(const std::stop_token& stop)
{
    auto last_tick = wall_clock();
    while (!stop.stop_requested()) {
        renew_catalog();
        const auto state = source_->next_batch(PacketSource::kBatch, [this](std::span<const Packet> packets) {
            sensor_.advance(packets.front().time);
            dissector_.process(packets);
        });
        retry_kept();
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

// What time alone ends is told before the time is.
void CaptureThread::pass_time(Timestamp now)
{
    dissector_.advance(now - kRingDelay);
    sensor_.advance(now - kRingDelay);
    hand_over(Tick{now - kRingDelay});
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
        auto opened = open_capture(config_, interface_);
        if (opened) {
            source_ = std::move(*opened);
            return true;
        }
        const std::scoped_lock status_lock(mutex_);
        status_.last_error = opened.error();
    }
    return false;
}

void CaptureThread::hand_over(Observation&& observation)
{
    // Each capture counts its flows by itself.
    if (auto* exchange = std::get_if<Exchange>(&observation)) exchange->flow |= std::uint64_t{id_} << 56U;
    Handed handed{std::move(observation), catalog_number_, id_};
    if (kept_.empty() && output_.push(handed)) return;
    if (droppable(handed.observation) || kept_.size() >= most_kept_) {
        ++dropped_;
        return;
    }
    kept_.push_back(std::move(handed));
}

void CaptureThread::retry_kept()
{
    while (!kept_.empty() && output_.push(kept_.front())) kept_.pop_front();
}

void CaptureThread::publish_status()
{
    const std::scoped_lock lock(mutex_);
    if (source_) status_.source = source_->counters();
    status_.decode = dissector_.counters();
    status_.sensor = sensor_.counters();
    status_.flows = dissector_.flow_count();
    status_.wire_rows = dissector_.rows();
    status_.sensor_rows = sensor_.rows();
    status_.waiting = kept_.size();
    status_.dropped_observations = dropped_;
}

void CaptureThread::tell_state(bool up, const std::string& what)
{
    {
        const std::scoped_lock lock(mutex_);
        status_.up = up;
        if (!up) status_.last_error = what;
    }
    hand_over(FeedState{"capture:" + interface_, up, what, wall_clock()});
}

}  // namespace breakwatch
