#include "alerts/transports/syslog_sink.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <optional>
#include <utility>

#include "alerts/formats/alert_format.hpp"
#include "base/timer.hpp"

namespace breakwatch {

namespace {

using boost::system::error_code;

std::string machine_name()
{
    std::array<char, 257> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

SyslogIdentity live_identity_of(const SyslogConfig& config)
{
    auto identity = identity_of(config);
    if (identity.hostname.empty()) identity.hostname = machine_name();
    identity.procid = std::to_string(::getpid());
    return identity;
}

class SyslogSink final : public Sink {
  public:
    SyslogSink(boost::asio::io_context& io, const SyslogConfig& config, const AlertFormat& format,
               const SyslogTimes& times)
        : name_(config.name),
          format_(format),
          identity_(live_identity_of(config)),
          times_(times),
          transport_(make_syslog_transport(io, config, times)),
          retry_(io),
          pause_(times.first_retry)
    {
        busy_ = true;
        transport_->connect([this](error_code error) { over(error, nullptr); });
    }
    ~SyslogSink() override { SyslogSink::stop(); }

    const std::string& name() const override { return name_; }
    void deliver(const Alert& alert, std::function<void()> done) override;
    void heartbeat(const Alert& alert) override;
    void stop() override;
    SinkStatus status() const override;

  private:
    struct Delivery {
        std::string message;
        std::function<void()> done;
    };

    void next();
    void over(error_code error, void (SyslogSink::*after)(error_code));
    void delivered_or_later(error_code error);
    void retry_later();

    std::string name_;
    const AlertFormat& format_;
    SyslogIdentity identity_;
    SyslogTimes times_;
    std::shared_ptr<SyslogTransport> transport_;
    OnceTimer retry_;
    SyslogTimes::Milliseconds pause_;
    std::optional<Delivery> delivery_;
    std::string heartbeat_;
    bool busy_ = false;     // the transport has a request
    bool waiting_ = false;  // for the next attempt of delivery_
    SinkStatus counts_;
    // Gone once stopped or destroyed, which what the transport calls may do.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

void SyslogSink::deliver(const Alert& alert, std::function<void()> done)
{
    if (!alive_) return;
    auto message = format_.write(alert, identity_);
    if (message.truncated) ++counts_.truncated;
    delivery_ = {std::move(message.bytes), std::move(done)};
    next();
}

void SyslogSink::heartbeat(const Alert& alert)
{
    if (!alive_ || waiting_) return;
    heartbeat_ = format_.write(alert, identity_).bytes;
    next();
}

void SyslogSink::next()
{
    if (busy_ || waiting_) return;
    if (delivery_) {
        busy_ = true;
        transport_->send({delivery_->message},
                         [this](error_code error) { over(error, &SyslogSink::delivered_or_later); });
    } else if (!heartbeat_.empty()) {
        busy_ = true;
        transport_->send({std::exchange(heartbeat_, {})}, [this](error_code error) { over(error, nullptr); });
    }
}

// A request of the transport ended; what it calls may stop or destroy the sink.
void SyslogSink::over(error_code error, void (SyslogSink::*after)(error_code))
{
    const std::weak_ptr<bool> alive = alive_;
    busy_ = false;
    if (error) {
        ++counts_.failures;
        counts_.last_error = "syslog " + name_ + ": " + transport_->peer() + ": " + transport_->reason(error);
    } else {
        pause_ = times_.first_retry;
    }
    if (after != nullptr) (this->*after)(error);
    if (!alive.expired()) next();
}

void SyslogSink::delivered_or_later(error_code error)
{
    if (error) return retry_later();
    ++counts_.sent;
    const auto done = std::move(delivery_->done);
    delivery_.reset();
    done();
}

void SyslogSink::retry_later()
{
    waiting_ = true;
    heartbeat_.clear();
    retry_.after(pause_, [this] {
        waiting_ = false;
        next();
    });
    pause_ = std::min(pause_ * 2, times_.longest_retry);
}

void SyslogSink::stop()
{
    alive_.reset();
    retry_.stop();
    transport_->close();
    delivery_.reset();
    heartbeat_.clear();
}

SinkStatus SyslogSink::status() const
{
    auto status = counts_;
    status.name = name_;
    status.connected = transport_->connected();
    return status;
}

}  // namespace

std::unique_ptr<Sink> make_syslog_sink(boost::asio::io_context& io, const SyslogConfig& config,
                                       const SyslogTimes& times)
{
    return std::make_unique<SyslogSink>(io, config, alert_format(config.format), times);
}

}  // namespace breakwatch
