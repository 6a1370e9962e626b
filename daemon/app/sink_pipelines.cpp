#include "app/sink_pipelines.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "alerts/filtered_sink.hpp"
#include "alerts/transports/syslog_sink.hpp"
#include "app/feeds.hpp"
#include "app/log.hpp"
#include "policy/event_catalogue.hpp"
#include "store/wording.hpp"

namespace breakwatch {

namespace {

// That a datagram was refused shows when the next one is sent, which the heartbeat is at the latest.
std::chrono::milliseconds confirm_after(const SyslogConfig& config)
{
    auto wait = config.confirm_after;
    if (alert_transport(config.transport).datagrams && wait > Duration{0})
        wait = std::max<Duration>(wait, config.heartbeat + std::chrono::seconds{2});
    return std::chrono::ceil<std::chrono::milliseconds>(wait);
}

}  // namespace

// Told to every sink, this one too, once it takes something again.
void SinkPipelines::tell(const std::string& sink, const SinkNotice& notice)
{
    const bool over = notice.severity == Severity::notice;
    spdlog::log(over ? spdlog::level::info : spdlog::level::warn, "SINK sink={} what=\"{}\"", sink, notice.text);
    store_.record(ReportHealth{event::kDestination.code, notice.severity, "syslog:" + sink,
                               "syslog " + sink + ": " + notice.text, wall_clock()});
}

void SinkPipelines::add(const SyslogConfig& config)
{
    Pipeline pipeline;
    pipeline.sink = filtered_sink(io_, make_syslog_sink(io_, config), config);
    pipeline.pump = std::make_unique<OutboxPump>(
        io_, *pipeline.sink,
        OutboxAccess{
            .owed = [this](const std::string& sink, std::uint64_t after, std::size_t limit,
                           auto handler) { store_.owed(sink, after, limit, std::move(handler)); },
            .delivered = [this](const std::string& sink, std::vector<SequenceRange> ranges,
                                auto handler) { store_.delivered(sink, std::move(ranges), std::move(handler)); }},
        OutboxPumpTimes{.confirm_after = confirm_after(config)});
    pipeline.sink->listen({.broke = [pump = pipeline.pump.get()] { pump->broke(); },
                           .tell = [this, name = config.name](const SinkNotice& notice) { tell(name, notice); }});
    pipelines_.push_back(std::move(pipeline));
}

void SinkPipelines::start(const std::vector<SyslogConfig>& configs)
{
    for (const auto& config : configs) add(config);
    for (std::size_t i = 0; i < pipelines_.size(); ++i) {
        begin(pipelines_[i], configs[i]);
        pipelines_[i].heartbeat =
            std::make_unique<PeriodicTimer>(io_, configs[i].heartbeat, [this, i] { heartbeat(pipelines_[i]); });
        pipelines_[i].heartbeat->start_later();
    }
}

// One with a filter looks first at what it kept back before this run, so that it is no gap to the receiver.
void SinkPipelines::begin(Pipeline& pipeline, const SyslogConfig& config)
{
    if (config.filter == AlertFilter{}) return pipeline.pump->wake();
    store_.with_store([this, &io = io_, &pipeline, name = config.name](Store& store) {
        constexpr std::uint64_t kBefore = 4'096;
        const auto owed = store.owed(name, 1);
        const auto first = owed && !owed->empty() ? owed->front().sequence : store.last_sequence();
        auto before = store.told_after(first - std::min(first, kBefore), 2 * kBefore);
        boost::asio::post(io, [this, &pipeline, before = before ? std::move(*before) : std::vector<Alert>{}] {
            pipeline.sink->recall(before);
            pipeline.pump->wake();
        });
    });
}

void SinkPipelines::wake()
{
    for (auto& pipeline : pipelines_) pipeline.pump->wake();
}

void SinkPipelines::say(const Alert& alert)
{
    for (auto& pipeline : pipelines_) pipeline.sink->heartbeat(alert);
}

void SinkPipelines::look()
{
    store_.with_store([this, &io = io_, sinks = names()](Store& store) {
        std::map<std::string, Backlog> backlog;
        for (const auto& sink : sinks) {
            auto& owed = backlog[sink];
            owed.alerts = store.backlog(sink);
            if (owed.alerts == 0) continue;
            if (const auto first = store.owed(sink, 1); first && !first->empty()) owed.oldest = first->front().at;
        }
        boost::asio::post(io, [this, backlog = std::move(backlog), last = store.last_sequence()]() mutable {
            backlog_ = std::move(backlog);
            last_sequence_ = last;
            // The operator's tool writes into the same outbox.
            for (auto& pipeline : pipelines_) {
                auto& owed = backlog_[pipeline.sink->name()];
                if (owed.alerts > 0) pipeline.pump->wake();
                owed.unconfirmed = std::min(pipeline.pump->unconfirmed(), owed.alerts);
                owed.alerts -= owed.unconfirmed;
                if (owed.alerts == 0) owed.oldest.reset();
            }
        });
    });
}

void SinkPipelines::heartbeat(Pipeline& pipeline)
{
    // At the very end the store's thread may come to this when the pipelines are gone; the loop is not.
    store_.with_store([this, &io = io_, &pipeline, name = pipeline.sink->name()](Store& store) {
        boost::asio::post(io, [this, &pipeline, owed = store.backlog(name), last = store.last_sequence(),
                               head = store.head(), epoch = store.epoch()] {
            const auto waiting = owed - std::min(owed, pipeline.pump->unconfirmed());
            auto alert = make_heartbeat(last, head, waiting, store_.waiting(), wall_clock());
            alert.epoch = epoch;
            pipeline.sink->heartbeat(alert);
        });
    });
}

void SinkPipelines::end_heartbeats()
{
    for (auto& pipeline : pipelines_) pipeline.heartbeat.reset();
}

void SinkPipelines::stop()
{
    for (auto& pipeline : pipelines_) {
        pipeline.pump->stop();
        pipeline.sink->stop();
    }
}

std::map<std::string, std::size_t> SinkPipelines::unconfirmed() const
{
    std::map<std::string, std::size_t> all;
    for (const auto& pipeline : pipelines_) all[pipeline.sink->name()] = pipeline.pump->unconfirmed();
    return all;
}

std::vector<std::string> SinkPipelines::names() const
{
    std::vector<std::string> names;
    for (const auto& pipeline : pipelines_) names.push_back(pipeline.sink->name());
    return names;
}

std::vector<SinkStatus> SinkPipelines::status() const
{
    std::vector<SinkStatus> status;
    for (const auto& pipeline : pipelines_) status.push_back(pipeline.sink->status());
    return status;
}

}  // namespace breakwatch
