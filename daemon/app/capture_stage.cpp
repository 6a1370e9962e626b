#include "app/capture_stage.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/error.hpp>
#include <system_error>

namespace breakwatch {

CaptureStage::Capture::Capture(boost::asio::io_context& io, std::size_t queued)
    : queue(queued), wake(io, ::dup(queue.descriptor()))
{}

CaptureStage::CaptureStage(boost::asio::io_context& io, const CaptureConfig& config,
                           std::vector<std::unique_ptr<PacketSource>> sources,
                           const std::shared_ptr<const PlatformCatalog>& catalog,
                           const std::shared_ptr<const DeviceFilter>& filter, const MemoryPlan& memory,
                           CaptureEvents events)
    : events_(std::move(events))
{
    const auto queued = sources.size() == 1 ? kQueued : kQueuedOfEach;
    for (auto& source : sources) {
        const auto id = static_cast<SourceId>(captures_.size());
        auto& capture = captures_.emplace_back(std::make_unique<Capture>(io, queued));
        capture->thread =
            std::make_unique<CaptureThread>(config, id, std::move(source), catalog, filter, capture->queue, memory);
    }
}

void CaptureStage::start()
{
    for (auto& capture : captures_) {
        capture->thread->start();
        wait_for(*capture);
    }
}

void CaptureStage::stop()
{
    for (auto& capture : captures_) capture->thread->ask_to_stop();
    for (auto& capture : captures_) capture->thread->stop();
    stopped_ = true;
    const auto flushed = [](const auto& capture) { return capture->thread->flush(); };
    do {
        drain();
    } while (std::ranges::count_if(captures_, flushed) < std::ssize(captures_));
    drain();
}

void CaptureStage::use(const std::shared_ptr<const PlatformCatalog>& catalog, std::uint32_t number)
{
    for (auto& capture : captures_) capture->thread->use(catalog, number);
}

void CaptureStage::set_filter(const std::shared_ptr<const DeviceFilter>& filter)
{
    for (auto& capture : captures_) capture->thread->set_filter(filter);
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

std::vector<CaptureStatus> CaptureStage::status() const
{
    std::vector<CaptureStatus> statuses;
    for (const auto& capture : captures_) statuses.push_back(capture->thread->status());
    return statuses;
}

std::vector<const Pulse*> CaptureStage::pulses() const
{
    std::vector<const Pulse*> pulses;
    for (const auto& capture : captures_) pulses.push_back(&capture->thread->pulse());
    return pulses;
}

std::optional<std::pair<std::string, std::string>> CaptureStage::fault() const
{
    for (const auto& capture : captures_) {
        if (auto fault = capture->thread->fault()) {
            const auto of = captures_.size() > 1 ? " of " + capture->thread->interface() : "";
            return std::pair{"capture thread" + of, std::move(*fault)};
        }
    }
    return std::nullopt;
}

CaptureStatus total(const std::vector<CaptureStatus>& captures)
{
    if (captures.empty()) return {};
    auto sum = captures.front();
    for (std::size_t i = 1; i < captures.size(); ++i) {
        const auto& each = captures[i];
        sum.interface += ", " + each.interface;
        const bool sum_is_up = sum.up;
        sum.up = sum.up && each.up;
        if (sum.last_error.empty() || (sum_is_up && !each.up)) sum.last_error = each.last_error;
        sum.source.received += each.source.received;
        sum.source.dropped_by_kernel += each.source.dropped_by_kernel;
        sum.source.dropped_by_interface += each.source.dropped_by_interface;
        sum.source.out_of_order += each.source.out_of_order;
        sum.decode.add(each.decode);
        sum.sensor.add(each.sensor);
        sum.flows += each.flows;
        sum.dropped_observations += each.dropped_observations;
    }
    return sum;
}

}  // namespace breakwatch
