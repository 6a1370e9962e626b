#include "alerts/filtered_sink.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "alerts/formats/alert_filter.hpp"
#include "policy/event_catalogue.hpp"

namespace breakwatch {

namespace {

class FilteredSink final : public Sink {
  public:
    FilteredSink(boost::asio::io_context& io, std::unique_ptr<Sink> sink, const SyslogConfig& config)
        : io_(io), sink_(std::move(sink)), config_(config)
    {}
    ~FilteredSink() override { FilteredSink::stop(); }

    const std::string& name() const override { return sink_->name(); }
    void listen(Handlers handlers) override { sink_->listen(std::move(handlers)); }
    void recall(const std::vector<Alert>& alerts) override { kept_.recall(alerts, config_); }
    std::size_t window() const override { return sink_->window(); }
    void deliver(std::vector<Alert> batch, std::function<void(SinkTaken)> done) override;
    void heartbeat(const Alert& alert) override;
    void stop() override;
    SinkStatus status() const override;

  private:
    boost::asio::io_context& io_;
    std::unique_ptr<Sink> sink_;
    SyslogConfig config_;
    KeptBack kept_;
    // Gone once stopped, which an answer that is under way then finds.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

// What is kept back is taken with what is told before it; none of a batch told: at once.
void FilteredSink::deliver(std::vector<Alert> batch, std::function<void(SinkTaken)> done)
{
    if (!alive_) return;
    std::vector<Alert> told;
    std::vector<std::size_t> places;  // of those in the batch, and its end
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!passes(batch[i], config_)) {
            kept_.keep(batch[i]);
            continue;
        }
        places.push_back(i);
        told.push_back(kept_.told(std::move(batch[i])));
    }
    places.push_back(batch.size());
    if (told.empty()) {
        return boost::asio::post(io_, [alive = std::weak_ptr(alive_), count = batch.size(), done = std::move(done)] {
            if (!alive.expired()) done({count, true});
        });
    }
    sink_->deliver(std::move(told), [places = std::move(places), done = std::move(done)](SinkTaken taken) {
        done({places[taken.count], taken.confirmed});
    });
}

void FilteredSink::heartbeat(const Alert& alert)
{
    if (!alive_) return;
    if (!passes(alert, config_)) return kept_.keep(alert);
    auto told = alert;
    if (alert.code == event::kHeartbeat.code) told.fields.emplace_back("kept_back", std::to_string(kept_.count()));
    sink_->heartbeat(told);
}

void FilteredSink::stop()
{
    alive_.reset();
    sink_->stop();
}

SinkStatus FilteredSink::status() const
{
    auto status = sink_->status();
    status.kept_back = kept_.count();
    return status;
}

}  // namespace

std::unique_ptr<Sink> filtered_sink(boost::asio::io_context& io, std::unique_ptr<Sink> sink, const SyslogConfig& config)
{
    if (config.filter == AlertFilter{}) return sink;
    return std::make_unique<FilteredSink>(io, std::move(sink), config);
}

}  // namespace breakwatch
