#include "app/outlets.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "app/feeds.hpp"
#include "sink/syslog_sink.hpp"
#include "store/wording.hpp"

namespace breakwatch {

void Outlets::add(const SyslogConfig& config)
{
    Outlet outlet;
    outlet.sink = make_syslog_sink(io_, config);
    outlet.pump = std::make_unique<OutboxPump>(
        io_, *outlet.sink,
        OutboxAccess{.owed = [this](const std::string& sink, std::size_t limit,
                                    auto handler) { store_.owed(sink, limit, std::move(handler)); },
                     .delivered = [this](const std::string& sink, std::uint64_t sequence,
                                         auto handler) { store_.delivered(sink, sequence, std::move(handler)); }});
    outlets_.push_back(std::move(outlet));
}

void Outlets::start(const std::vector<SyslogConfig>& configs)
{
    for (const auto& config : configs) add(config);
    for (std::size_t i = 0; i < outlets_.size(); ++i) {
        outlets_[i].pump->wake();
        outlets_[i].heartbeat = std::make_unique<PeriodicTimer>(io_, configs[i].heartbeat, [this, i] { heartbeat(outlets_[i]); });
        outlets_[i].heartbeat->start_later();
    }
}

void Outlets::wake()
{
    for (auto& outlet : outlets_) outlet.pump->wake();
}

void Outlets::say(const Alert& alert)
{
    for (auto& outlet : outlets_) outlet.sink->heartbeat(alert);
}

void Outlets::look()
{
    store_.with_store([this, &io = io_, sinks = names()](Store& store) {
        std::map<std::string, std::size_t> backlog;
        for (const auto& sink : sinks) backlog[sink] = store.backlog(sink);
        boost::asio::post(io, [this, backlog = std::move(backlog), last = store.last_sequence()]() mutable {
            backlog_ = std::move(backlog);
            last_sequence_ = last;
            // The operator's tool writes into the same outbox.
            for (auto& outlet : outlets_) {
                if (backlog_[outlet.sink->name()] > 0) outlet.pump->wake();
            }
        });
    });
}

void Outlets::heartbeat(Outlet& outlet)
{
    // At the very end the store's thread may come to this when the outlets are gone; the loop is not.
    store_.with_store([this, &io = io_, &outlet, name = outlet.sink->name()](Store& store) {
        boost::asio::post(io, [this, &outlet, owed = store.backlog(name), last = store.last_sequence()] {
            outlet.sink->heartbeat(word_heartbeat(last, owed, store_.waiting(), wall_clock()));
        });
    });
}

void Outlets::end_heartbeats()
{
    for (auto& outlet : outlets_) outlet.heartbeat.reset();
}

void Outlets::stop()
{
    for (auto& outlet : outlets_) {
        outlet.pump->stop();
        outlet.sink->stop();
    }
}

std::vector<std::string> Outlets::names() const
{
    std::vector<std::string> names;
    for (const auto& outlet : outlets_) names.push_back(outlet.sink->name());
    return names;
}

std::vector<SinkStatus> Outlets::status() const
{
    std::vector<SinkStatus> status;
    for (const auto& outlet : outlets_) status.push_back(outlet.sink->status());
    return status;
}

}  // namespace breakwatch
