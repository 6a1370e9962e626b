#include "app/capture_stage.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <ranges>
#include <system_error>

#include "app/dissector_limits_of.hpp"

namespace breakwatch {

CaptureStage::Capture::Capture(boost::asio::io_context& io, SourceId id, std::size_t queued, std::size_t most_kept)
    : queue(queued), outlet(queue, id, most_kept), wake(io, ::dup(queue.descriptor()))
{}

CaptureStage::CaptureStage(boost::asio::io_context& io, const CaptureConfig& config,
                           std::vector<std::unique_ptr<PacketSource>> sources,
                           const std::shared_ptr<const PlatformCatalog>& catalog,
                           const std::shared_ptr<const DeviceFilter>& filter, const MemoryPlan& memory,
                           CaptureEvents events)
    : events_(std::move(events))
{
    const auto rings = static_cast<unsigned>(config.rings);
    const auto queued = config.interfaces.size() == 1 ? kQueued : kQueuedOfEach;
    const auto waiting = memory.rows_of_capture(Table::waiting) * rings;
    for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
        const auto id = static_cast<SourceId>(i);
        auto& capture =
            *captures_.emplace_back(std::make_unique<Capture>(io, id, queued, rings == 1 ? waiting : waiting / 2));
        if (rings == 1) {
            capture.threads.push_back(std::make_unique<CaptureThread>(config, id, std::move(sources.at(i)), catalog,
                                                                      filter, capture.outlet, memory));
            continue;
        }
        capture.order = std::make_unique<RingOrder>(rings, capture.outlet, sensor_limits_of(memory),
                                                    link_config_of(config), waiting / 2);
        for (unsigned ring = 0; ring < rings; ++ring)
            capture.threads.push_back(
                std::make_unique<CaptureThread>(config, id, std::move(sources.at(i * rings + ring)), catalog, filter,
                                                *capture.order, Shard{ring, rings}, memory));
    }
}

void CaptureStage::start()
{
    for (auto& capture : captures_) {
        for (const auto& thread : capture->threads) thread->start();
        wait_for(*capture);
    }
}

void CaptureStage::stop()
{
    for_each_thread([](CaptureThread& thread) { thread.ask_to_stop(); });
    for_each_thread([](CaptureThread& thread) { thread.stop(); });
    stopped_ = true;
    const auto flushed = [](const auto& capture) { return capture->outlet.flush(); };
    do {
        drain();
    } while (std::ranges::count_if(captures_, flushed) < std::ssize(captures_));
    drain();
}

void CaptureStage::use(const std::shared_ptr<const PlatformCatalog>& catalog, std::uint32_t number)
{
    for_each_thread([&](CaptureThread& thread) { thread.use(catalog, number); });
}

void CaptureStage::set_filter(const std::shared_ptr<const DeviceFilter>& filter)
{
    for_each_thread([&](CaptureThread& thread) { thread.set_filter(filter); });
    for (const auto& capture : captures_) {
        if (capture->order) capture->order->keep_only(*filter);
    }
}

void CaptureStage::for_each_thread(const std::function<void(CaptureThread&)>& work)
{
    for (const auto& capture : captures_) {
        for (const auto& thread : capture->threads) work(*thread);
    }
}

void CaptureStage::wait_for(Capture& capture)
{
    capture.wake.async_wait(boost::asio::posix::descriptor_base::wait_read,
                            [this, &capture](const boost::system::error_code& error) {
                                if (error == boost::asio::error::operation_aborted) return;
                                if (error) throw std::system_error(error, "waiting for a capture thread");
                                drain();
                                wait_for(capture);
                            });
}

// In turns, a second of event time at most from each: where the main thread was held up, none runs ahead of the others.
// Exchanges carry numbers of the catalogue they were made with. A capture that has come to a new one waits, in its
// queue, until all others have: each does with its next batch or tick, a second later at most.
void CaptureStage::drain()
{
    for (auto& capture : captures_) capture->due = capture->queue.size();
    while (true) {
        while (auto* capture = furthest_behind()) drain_to_tick(*capture);
        const auto next = next_catalog();
        if (!next) return;
        catalog_ = *next;
        events_.catalog_changed(catalog_);
    }
}

CaptureStage::Capture* CaptureStage::furthest_behind()
{
    Capture* found = nullptr;
    for (auto& capture : captures_) {
        if (capture->due == 0 || capture->queue.next()->catalog > catalog_) continue;
        if (found == nullptr || capture->time < found->time) found = capture.get();
    }
    return found;
}

void CaptureStage::drain_to_tick(Capture& capture)
{
    bool ticked = false;
    capture.queue.drain(
        [&](const Handed& handed) {
            --capture.due;
            if (const auto* tick = std::get_if<Tick>(&handed.observation)) {
                capture.time = tick->now;
                ticked = true;
            }
            events_.observed(handed.observation, handed.source);
        },
        [&](const Handed& handed) { return capture.due > 0 && !ticked && handed.catalog <= catalog_; });
}

// To which all captures have come; one that has ended and says nothing more is not waited for.
std::optional<std::uint32_t> CaptureStage::next_catalog()
{
    std::optional<std::uint32_t> next;
    for (auto& capture : captures_) {
        const auto* waiting = capture->queue.next();
        if (waiting == nullptr && stopped_) continue;
        if (waiting == nullptr || waiting->catalog <= catalog_) return std::nullopt;
        next = std::min(next.value_or(waiting->catalog), waiting->catalog);
    }
    return next;
}

CaptureStatus CaptureStage::status_of(const Capture& capture)
{
    auto status = capture.threads.front()->status();
    if (capture.order) {
        status.rings.push_back(status.source);
        for (const auto& thread : capture.threads | std::views::drop(1)) {
            const auto ring = thread->status();
            status.rings.push_back(ring.source);
            status.add(ring);
        }
        status.sensor.add(capture.order->counters());
        status.sensor_rows.addresses = std::max(status.sensor_rows.addresses, capture.order->addresses());
    }
    status.waiting = capture.outlet.waiting();
    status.dropped_observations = capture.outlet.dropped();
    return status;
}

std::vector<CaptureStatus> CaptureStage::status() const
{
    std::vector<CaptureStatus> statuses;
    for (const auto& capture : captures_) statuses.push_back(status_of(*capture));
    return statuses;
}

std::vector<const Pulse*> CaptureStage::pulses() const
{
    std::vector<const Pulse*> pulses;
    for (const auto& capture : captures_) {
        for (const auto& thread : capture->threads) pulses.push_back(&thread->pulse());
    }
    return pulses;
}

std::optional<std::pair<std::string, std::string>> CaptureStage::fault() const
{
    for (const auto& capture : captures_) {
        for (const auto& thread : capture->threads) {
            if (auto fault = thread->fault()) {
                const auto of = captures_.size() > 1 ? " of " + thread->interface() : "";
                return std::pair{"capture thread" + of, std::move(*fault)};
            }
        }
    }
    return std::nullopt;
}

CaptureStatus total(const std::vector<CaptureStatus>& captures)
{
    if (captures.empty()) return {};
    auto sum = captures.front();
    if (captures.size() > 1) sum.rings.clear();
    for (const auto& each : captures | std::views::drop(1)) {
        sum.interface += ", " + each.interface;
        sum.add(each);
    }
    return sum;
}

}  // namespace breakwatch
