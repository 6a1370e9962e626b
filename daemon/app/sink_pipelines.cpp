#include "app/sink_pipelines.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "alerts/filtered_sink.hpp"
#include "alerts/transports/syslog_sink.hpp"
#include "app/feeds.hpp"
#include "store/wording.hpp"

namespace breakwatch {

void SinkPipelines::add(const SyslogConfig& config)
{
    Pipeline pipeline;
    pipeline.sink = filtered_sink(io_, make_syslog_sink(io_, config), config);
    pipeline.pump = std::make_unique<OutboxPump>(
        io_, *pipeline.sink,
        OutboxAccess{.owed = [this](const std::string& sink, std::size_t limit,
                                    auto handler) { store_.owed(sink, limit, std::move(handler)); },
                     .delivered = [this](const std::string& sink, std::uint64_t sequence,
                                         auto handler) { store_.delivered(sink, sequence, std::move(handler)); }});
    pipelines_.push_back(std::move(pipeline));
}

void SinkPipelines::start(const std::vector<SyslogConfig>& configs)
{
    for (const auto& config : configs) add(config);
    for (std::size_t i = 0; i < pipelines_.size(); ++i) {
        pipelines_[i].pump->wake();
        pipelines_[i].heartbeat =
            std::make_unique<PeriodicTimer>(io_, configs[i].heartbeat, [this, i] { heartbeat(pipelines_[i]); });
        pipelines_[i].heartbeat->start_later();
    }
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
                if (backlog_[pipeline.sink->name()].alerts > 0) pipeline.pump->wake();
            }
        });
    });
}

void SinkPipelines::heartbeat(Pipeline& pipeline)
{
    // At the very end the store's thread may come to this when the pipelines are gone; the loop is not.
    store_.with_store([this, &io = io_, &pipeline, name = pipeline.sink->name()](Store& store) {
        boost::asio::post(io, [this, &pipeline, owed = store.backlog(name), last = store.last_sequence()] {
            pipeline.sink->heartbeat(make_heartbeat(last, owed, store_.waiting(), wall_clock()));
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
