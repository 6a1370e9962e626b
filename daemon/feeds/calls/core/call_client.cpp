#include "feeds/calls/core/call_client.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/timer.hpp"
#include "feeds/core/spawn.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::milliseconds;

constexpr std::size_t kReadSize = 16UL * 1024;
constexpr milliseconds kSilenceCheck{1'000};

// Kept alive by its own loop, which may outlive the feed by one wait; nothing is told after stop().
class Link final : public CallConnection, public std::enable_shared_from_this<Link> {
  public:
    Link(asio::io_context& io, CallClientSettings settings, std::unique_ptr<CallProtocol> protocol,
         EnrolmentInForce enrolment, Feed::Handler handler)
        : io_(io),
          settings_(std::move(settings)),
          where_(to_string(settings_.server)),
          protocol_(std::move(protocol)),
          calls_(settings_.intake, std::move(enrolment), std::move(handler)),
          wait_(io)
    {}

    void start()
    {
        const auto self = shared_from_this();
        spawn(io_, {.run = [self] { return self->run(); },
                    .wanted = [self] { return !self->stopped_; },
                    .failed = [self](const std::string& why) { self->lose(why); }});
    }
    void stop()
    {
        stopped_ = true;
        wait_.cancel();
        if (stream_) stream_->close();
    }
    CallIntake& calls() { return calls_; }
    const CallIntake& calls() const { return calls_; }

    awaitable<Done> write(std::string text) override
    {
        const auto stream = stream_;
        const auto sent = co_await stream->write(text, settings_.step);
        if (stopped_) co_return stopped();
        co_return sent;
    }
    awaitable<Done> read_until(std::function<bool()> enough) override
    {
        while (!enough()) {
            const auto got = co_await read(settings_.step);
            // A refusal is answered and closed: what was said counts.
            if (!got && !enough()) co_return got;
        }
        co_return Done();
    }

  private:
    static std::unexpected<std::string> stopped() { return std::unexpected(std::string("stopped")); }

    awaitable<void> run()
    {
        while (!stopped_) {
            stream_ = std::make_shared<ClientStream>(io_, settings_.server);
            const auto end = co_await session();
            if (stopped_) co_return;
            lose(end.why);
            wait_.expires_after(end.credentials ? settings_.refused : backoff_.next());
            (void)co_await wait_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    void lose(const std::string& why)
    {
        if (stream_) stream_->close();
        const auto now = wall_clock();
        calls_.tell_down(where_ + ": " + why, now);
        protocol_->lost(now);
    }

    // From the connection to its loss; why it was lost.
    awaitable<CallProtocol::Failure> session()
    {
        using Failure = CallProtocol::Failure;
        const auto secret = read_secret(settings_.secret_file);
        if (!secret) co_return Failure{secret.error()};
        // A line end would begin another header.
        if (secret->find_first_of("\r\n") != std::string::npos)
            co_return Failure{settings_.secret_file + ": expected one line"};
        const auto stream = stream_;
        const auto connected = co_await stream->connect(settings_.step);
        if (stopped_ || !connected) co_return Failure{connected ? "stopped" : connected.error()};
        const auto begun = co_await protocol_->begin(*this, *secret);
        if (stopped_ || !begun) co_return begun ? Failure{"stopped"} : begun.error();
        backoff_.succeeded();
        calls_.forget_clock();
        calls_.tell_up(wall_clock());
        const auto why = co_await listen();
        co_return Failure{why};
    }

    awaitable<std::string> listen()
    {
        bool asked = false;
        while (true) {
            const auto got = co_await read(asked ? settings_.step : settings_.quiet);
            if (got) {
                asked = false;
                continue;
            }
            if (stopped_ || asked || !got.error().starts_with("no answer")) co_return got.error();
            asked = true;
            const auto sent = co_await write(protocol_->question());
            if (!sent) co_return sent.error();
        }
    }

    awaitable<Done> read(milliseconds limit)
    {
        const auto stream = stream_;
        auto buffer = std::make_unique<std::array<char, kReadSize>>();
        const auto got = co_await stream->read_some(*buffer, limit);
        if (stopped_) co_return stopped();
        if (!got) co_return std::unexpected(got.error());
        protocol_->take(std::string_view(buffer->data(), *got), calls_, wall_clock());
        co_return Done();
    }

    asio::io_context& io_;
    CallClientSettings settings_;
    std::string where_;
    std::unique_ptr<CallProtocol> protocol_;
    CallIntake calls_;
    Backoff backoff_;
    asio::steady_timer wait_;
    std::shared_ptr<ClientStream> stream_;
    bool stopped_ = false;
};

class CallClient final : public Feed {
  public:
    CallClient(asio::io_context& io, std::shared_ptr<Link> link)
        : link_(std::move(link)), silence_(io, kSilenceCheck, [this] {
              link_->calls().check_silence(wall_clock());
              return false;
          })
    {}
    ~CallClient() override { CallClient::stop(); }

    void start() override
    {
        silence_.start();
        link_->start();
    }
    void stop() override
    {
        silence_.stop();
        link_->stop();
    }
    FeedStatus status() const override { return link_->calls().status(); }

  private:
    std::shared_ptr<Link> link_;
    PeriodicTimer silence_;
};

}  // namespace

std::unique_ptr<Feed> make_call_client(asio::io_context& io, CallClientSettings settings,
                                       std::unique_ptr<CallProtocol> protocol, EnrolmentInForce enrolment,
                                       Feed::Handler handler)
{
    auto link =
        std::make_shared<Link>(io, std::move(settings), std::move(protocol), std::move(enrolment), std::move(handler));
    return std::make_unique<CallClient>(io, std::move(link));
}

std::string to_string(const ServerAddress& server)
{
    return server.host + ":" + std::to_string(server.port);
}

}  // namespace breakwatch
