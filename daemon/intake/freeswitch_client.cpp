#include "intake/freeswitch_client.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "intake/freeswitch_calls.hpp"
#include "intake/freeswitch_frame.hpp"
#include "intake/poll_timer.hpp"
#include "intake/reconnect.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::milliseconds;

constexpr std::size_t kReadSize = 16UL * 1024;
constexpr milliseconds kSilenceCheck{1'000};

Timestamp wall_clock() { return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()); }

class FreeSwitchClient final : public Feed {
  public:
    FreeSwitchClient(asio::io_context& io, FreeSwitchClientSettings settings, EnrolmentInForce enrolment, Handler handler)
        : io_(io),
          settings_(std::move(settings)),
          where_(settings_.server.host + ":" + std::to_string(settings_.server.port)),
          calls_(settings_.intake, std::move(enrolment), std::move(handler)),
          wait_(io),
          silence_(io, kSilenceCheck, [this] {
              calls_.check_silence(wall_clock());
              return false;
          })
    {
    }
    ~FreeSwitchClient() override { FreeSwitchClient::stop(); }

    void start() override
    {
        silence_.start();
        asio::co_spawn(io_, run(alive_), asio::detached);
    }
    void stop() override
    {
        *alive_ = false;
        silence_.stop();
        wait_.cancel();
        if (stream_) stream_->close();
    }
    FeedStatus status() const override { return calls_.status(); }

  private:
    using Alive = std::shared_ptr<bool>;  // false: this object may be gone
    enum class End : std::uint8_t { lost, refused };

    // Holds `alive` itself: after each wait it looks before it touches the feed.
    awaitable<void> run(Alive alive)
    {
        while (*alive) {
            const auto stream = std::make_shared<ClientStream>(io_, settings_.server);
            stream_ = stream;
            const auto end = co_await session(alive, stream);
            if (!*alive) co_return;
            stream->close();
            state_.lost();
            if (end == End::lost) wait_.expires_after(backoff_.next());
            if (end == End::refused) wait_.expires_after(settings_.refused);
            (void)co_await wait_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    awaitable<End> session(Alive alive, std::shared_ptr<ClientStream> stream)
    {
        reader_.reset();
        replies_ = 0;
        asked_ = refused_ = false;
        const auto secret = read_secret(settings_.secret_file);
        if (!secret) co_return down(secret.error());
        const auto connected = co_await stream->connect(settings_.step);
        if (!*alive) co_return End::lost;
        if (!connected) co_return down(connected.error());

        auto done = co_await until(alive, stream, [this] { return asked_; });
        if (!*alive) co_return End::lost;
        if (!done) co_return down(done.error());
        done = co_await command(alive, stream, "auth " + *secret);
        if (!*alive) co_return End::lost;
        if (refused_) {
            calls_.tell_down(where_ + ": the password was refused; expected that of its event_socket.conf.xml", wall_clock());
            co_return End::refused;
        }
        if (!done) co_return down(done.error());
        done = co_await command(alive, stream, "event json CUSTOM callcenter::info");
        if (!*alive) co_return End::lost;
        if (!done || refused_) co_return down(done ? "the subscription was refused" : done.error());
        const auto listed = co_await stream->write("api callcenter_config agent list\n\n", settings_.step);
        if (!*alive) co_return End::lost;
        if (!listed) co_return down(listed.error());
        backoff_.succeeded();
        calls_.forget_clock();
        calls_.tell_up(wall_clock());
        const auto why = co_await listen(alive, stream);
        if (!*alive) co_return End::lost;
        co_return down(why);
    }

    End down(const std::string& why)
    {
        calls_.tell_down(where_ + ": " + why, wall_clock());
        return End::lost;
    }

    awaitable<std::expected<void, std::string>> command(Alive alive, std::shared_ptr<ClientStream> stream, std::string text)
    {
        const auto before = replies_;
        const auto sent = co_await stream->write(text + "\n\n", settings_.step);
        if (!*alive || !sent) co_return sent;
        const auto done = co_await until(alive, stream, [this, before] { return replies_ > before; });
        co_return done;
    }

    awaitable<std::expected<void, std::string>> until(Alive alive, std::shared_ptr<ClientStream> stream, std::function<bool()> done)
    {
        while (!done()) {
            const auto got = co_await read(alive, stream, settings_.step);
            if (!*alive) co_return std::expected<void, std::string>();
            if (!got && !done()) co_return std::unexpected(got.error());
        }
        co_return std::expected<void, std::string>();
    }

    awaitable<std::string> listen(Alive alive, std::shared_ptr<ClientStream> stream)
    {
        bool asked = false;
        while (true) {
            const auto got = co_await read(alive, stream, asked ? settings_.step : settings_.quiet);
            if (!*alive) co_return "stopped";
            if (got) {
                asked = false;
                continue;
            }
            if (asked || !got.error().starts_with("no answer")) co_return got.error();
            asked = true;
            const auto sent = co_await stream->write("api callcenter_config agent list\n\n", settings_.step);
            if (!*alive) co_return "stopped";
            if (!sent) co_return sent.error();
        }
    }

    awaitable<std::expected<std::size_t, std::string>> read(Alive alive, std::shared_ptr<ClientStream> stream, milliseconds limit)
    {
        auto buffer = std::make_unique<std::array<char, kReadSize>>();
        const auto got = co_await stream->read_some(*buffer, limit);
        if (!*alive || !got) co_return got;
        reader_.feed(std::string_view(buffer->data(), *got), [this](const FreeSwitchFrame& frame) { take(frame); });
        co_return got;
    }

    void take(const FreeSwitchFrame& frame)
    {
        const auto now = wall_clock();
        if (frame.content_type == "auth/request") asked_ = true;
        if (frame.content_type == "command/reply") {
            ++replies_;
            refused_ = !frame.reply.starts_with("+OK");
        }
        if (frame.content_type == "api/response") {
            calls_.take(state_.agent_list(frame.body, now), where_, now, CallIntake::Pace::backlog);
        }
        const bool as_json = frame.content_type == "text/event-json";
        if (!as_json && frame.content_type != "text/event-plain") return;
        const auto read = [&](std::string_view body) { return state_.event(body, as_json); };
        calls_.read(read, frame.body, where_, now);
    }

    asio::io_context& io_;
    FreeSwitchClientSettings settings_;
    std::string where_;
    CallIntake calls_;
    FreeSwitchCalls state_;
    FreeSwitchFrameReader reader_;
    Backoff backoff_;
    asio::steady_timer wait_;
    PollTimer silence_;
    std::shared_ptr<ClientStream> stream_;
    Alive alive_ = std::make_shared<bool>(true);
    std::uint64_t replies_ = 0;
    bool asked_ = false;    // the server asked for the password
    bool refused_ = false;  // its last reply was an error
};

}  // namespace

std::unique_ptr<Feed> make_freeswitch_client(asio::io_context& io, FreeSwitchClientSettings settings,
                                             EnrolmentInForce enrolment, Feed::Handler handler)
{
    return std::make_unique<FreeSwitchClient>(io, std::move(settings), std::move(enrolment), std::move(handler));
}

}  // namespace breakwatch
