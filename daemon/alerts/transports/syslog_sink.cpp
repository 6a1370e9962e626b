#include "alerts/transports/syslog_sink.hpp"

#include <unistd.h>

#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <optional>
#include <utility>

#include "alerts/formats/alert_format.hpp"
#include "alerts/sink_troubles.hpp"
#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/timer.hpp"
#include "net/pem_files.hpp"

namespace breakwatch {

namespace {

using boost::system::error_code;
using Clock = std::chrono::steady_clock;

// A receiver that ends so many connections in a row, each so soon after a message, closes after each.
constexpr int kClosings = 3;
constexpr std::chrono::seconds kSoon{2};

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
    SyslogSink(boost::asio::io_context& io, const SyslogConfig& config, const SyslogTimes& times);
    ~SyslogSink() override { SyslogSink::stop(); }

    const std::string& name() const override { return name_; }
    void listen(Handlers handlers) override;
    std::size_t window() const override { return closes_after_each() ? 1 : transport_->window(); }
    void deliver(std::vector<Alert> batch, std::function<void(SinkTaken)> done) override;
    void heartbeat(const Alert& alert) override;
    void stop() override;
    SinkStatus status() const override;

  private:
    struct Delivery {
        std::vector<std::string> messages;
        std::vector<bool> truncated;  // of each
        std::function<void(SinkTaken)> done;
    };

    void next();
    void over(error_code error);
    void delivery_over(error_code error);
    void fail(error_code error);
    void broken(error_code error);
    void delivered(SinkTaken taken);
    bool closed_soon(error_code error) const;
    void wait_for_closing();
    bool closes_after_each() const { return closings_ >= kClosings; }
    void look_at_certificates();

    std::string name_;
    std::string own_certificate_;
    const AlertFormat& format_;
    SyslogIdentity identity_;
    SyslogTimes times_;
    std::shared_ptr<SyslogTransport> transport_;
    SinkTroubles troubles_;
    Backoff pause_;
    OnceTimer retry_;
    OnceTimer closing_;
    std::optional<Delivery> delivery_;
    std::string heartbeat_;
    enum class Request : std::uint8_t { none, connect, delivery, heartbeat };
    Request request_ = Request::none;  // what the transport is at
    bool waiting_ = false;             // before the next attempt
    bool awaits_closing_ = false;      // the message is written; the receiver closes when it has it
    int closings_ = 0;
    std::optional<Clock::time_point> wrote_;  // to this connection, first
    std::function<void()> broke_;
    SinkStatus counts_;
    // Gone once stopped or destroyed, which what the transport calls may do.
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

SyslogSink::SyslogSink(boost::asio::io_context& io, const SyslogConfig& config, const SyslogTimes& times)
    : name_(config.name),
      own_certificate_(config.tls ? config.tls->certificate.string() : ""),
      format_(alert_format(config.format)),
      identity_(live_identity_of(config)),
      times_(times),
      transport_(make_syslog_transport(io, config, times)),
      troubles_(io, times.quiet),
      pause_(times.first_retry, times.longest_retry),
      retry_(io),
      closing_(io)
{
    if (config.tls && !config.tls->verify)
        troubles_.note(Severity::warning,
                       "verify: none: whoever answers there is believed, and reads what it is sent; give its CA");
    transport_->when_lost([this](error_code error) { broken(error); });
    request_ = Request::connect;
    transport_->connect([this](error_code error) { over(error); });
}

void SyslogSink::listen(Handlers handlers)
{
    broke_ = std::move(handlers.broke);
    if (handlers.tell) troubles_.listen(std::move(handlers.tell));
}

void SyslogSink::deliver(std::vector<Alert> batch, std::function<void(SinkTaken)> done)
{
    if (!alive_) return;
    delivery_ = {{}, {}, std::move(done)};
    for (const auto& alert : batch) {
        auto message = format_.write(alert, identity_);
        delivery_->truncated.push_back(message.truncated);
        delivery_->messages.push_back(std::move(message.bytes));
    }
    next();
}

void SyslogSink::heartbeat(const Alert& alert)
{
    if (!alive_ || waiting_) return;
    look_at_certificates();
    heartbeat_ = format_.write(alert, identity_).bytes;
    next();
}

void SyslogSink::next()
{
    if (request_ != Request::none || waiting_ || awaits_closing_) return;
    if (!delivery_ && heartbeat_.empty()) return;
    if (!wrote_) wrote_ = Clock::now();
    request_ = delivery_ ? Request::delivery : Request::heartbeat;
    auto messages = delivery_ ? std::move(delivery_->messages) : std::vector{std::exchange(heartbeat_, {})};
    transport_->send(std::move(messages), [this](error_code error) { over(error); });
}

// A request of the transport ended; what is called for it may stop or destroy the sink.
void SyslogSink::over(error_code error)
{
    const std::weak_ptr<bool> alive = alive_;
    const auto request = std::exchange(request_, Request::none);
    if (error) {
        fail(error);
    } else {
        pause_.succeeded();
        if (request == Request::connect) look_at_certificates();
        if (request != Request::connect && !closes_after_each()) troubles_.well();
    }
    if (!alive.expired() && request == Request::delivery) delivery_over(error);
    if (!alive.expired()) next();
}

void SyslogSink::delivery_over(error_code error)
{
    const bool confirmed = transport_->acknowledges();
    if (error) return delivered({confirmed ? transport_->acknowledged() : 0, confirmed});
    if (!closes_after_each()) return delivered({delivery_->truncated.size(), confirmed});
    // One that closes when it has a message says by that, that it has it.
    awaits_closing_ = true;
    closing_.after(kSoon, [this] {
        awaits_closing_ = false;
        closings_ = 0;
        const std::weak_ptr<bool> alive = alive_;
        delivered({1, false});
        if (!alive.expired()) next();
    });
}

void SyslogSink::delivered(SinkTaken taken)
{
    counts_.sent += taken.count;
    for (std::size_t i = 0; i < taken.count; ++i)
        if (delivery_->truncated[i]) ++counts_.truncated;
    const auto done = std::move(delivery_->done);
    delivery_.reset();
    done(taken);
}

void SyslogSink::fail(error_code error)
{
    ++counts_.failures;
    const auto reason = transport_->reason(error);
    counts_.last_error = "syslog " + name_ + ": " + transport_->peer() + ": " + reason;
    transport_->refused() ? troubles_.trouble(transport_->peer() + ": " + reason) : troubles_.failed();
    waiting_ = true;
    heartbeat_.clear();
    retry_.after(pause_.next(), [this] {
        waiting_ = false;
        next();
    });
    broken(error);
}

bool SyslogSink::closed_soon(error_code error) const
{
    const bool closed = error == boost::asio::error::eof || error == boost::asio::error::connection_reset ||
                        error == boost::asio::error::broken_pipe || error == boost::asio::ssl::error::stream_truncated;
    return closed && !transport_->refused() && !transport_->acknowledges() && wrote_ && Clock::now() - *wrote_ < kSoon;
}

// The connection ended, within a request or between two.
void SyslogSink::broken(error_code error)
{
    const std::weak_ptr<bool> alive = alive_;
    const bool soon = closed_soon(error);
    wrote_.reset();
    if (std::exchange(awaits_closing_, false)) {
        closing_.stop();
        const bool orderly = error != boost::asio::error::connection_reset;
        delivered({orderly ? std::size_t{1} : std::size_t{0}, true});
        if (!alive.expired()) next();
        return;
    }
    closings_ = soon ? closings_ + 1 : 0;
    if (closings_ == kClosings)
        troubles_.trouble(transport_->peer() +
                          ": closes the connection after each message; each alert gets a connection of its own");
    if (broke_) broke_();
}

void SyslogSink::look_at_certificates()
{
    const auto now = wall_clock();
    if (const auto tls = transport_->agreed(); tls && !tls->fingerprint.empty())
        troubles_.certificate("the receiver's certificate (" + tls->subject + ")", tls->fingerprint, tls->expires, now);
    if (own_certificate_.empty()) return;
    if (const auto own = read_certificate(own_certificate_))
        troubles_.certificate("our certificate (" + own_certificate_ + ")", to_rfc3339(own->expires), own->expires,
                              now);
}

void SyslogSink::stop()
{
    alive_.reset();
    retry_.stop();
    closing_.stop();
    troubles_.stop();
    transport_->close();
    delivery_.reset();
    heartbeat_.clear();
}

SinkStatus SyslogSink::status() const
{
    auto status = counts_;
    status.name = name_;
    status.connected = transport_->connected();
    if (const auto tls = transport_->agreed()) status.security = tls->version + ", " + tls->cipher;
    return status;
}

}  // namespace

std::unique_ptr<Sink> make_syslog_sink(boost::asio::io_context& io, const SyslogConfig& config,
                                       const SyslogTimes& times)
{
    return std::make_unique<SyslogSink>(io, config, times);
}

}  // namespace breakwatch
