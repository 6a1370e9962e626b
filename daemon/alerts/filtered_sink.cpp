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
    void deliver(const Alert& alert, std::function<void()> done) override;
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

void FilteredSink::deliver(const Alert& alert, std::function<void()> done)
{
    if (!alive_) return;
    if (passes(alert, config_)) return sink_->deliver(kept_.told(alert), std::move(done));
    kept_.keep(alert);
    boost::asio::post(io_, [alive = std::weak_ptr(alive_), done = std::move(done)] {
        if (!alive.expired()) done();
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
