#include "intake/ami_client.hpp"

#include <openssl/evp.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <utility>

#include "intake/ami_calls.hpp"
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

// Asterisk's Key: MD5 over challenge and secret, in lower-case hex. Empty where MD5 is not to be had (FIPS).
std::string challenge_key(std::string_view challenge, std::string_view secret)
{
    const auto text = std::string(challenge) + std::string(secret);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) return {};
    std::string hex;
    for (unsigned int i = 0; i < size; ++i) {
        std::array<char, 3> pair{};
        std::snprintf(pair.data(), pair.size(), "%02x", digest[i]);
        hex += pair.data();
    }
    return hex;
}

// A value of ours in a frame: a line end would begin another header.
bool is_plain(std::string_view text) { return text.find_first_of("\r\n") == std::string_view::npos; }

class AmiClient final : public Feed {
  public:
    AmiClient(asio::io_context& io, AmiClientSettings settings, EnrolmentInForce enrolment, Handler handler)
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
    ~AmiClient() override { AmiClient::stop(); }

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
    enum class Answer : std::uint8_t { none, success, error };

    // Holds `alive` itself: after each wait it looks before it touches the feed.
    awaitable<void> run(Alive alive)
    {
        while (*alive) {
            const auto stream = std::make_shared<ClientStream>(io_, settings_.server);
            stream_ = stream;
            const auto end = co_await session(alive, stream);
            if (!*alive) co_return;
            stream->close();
            if (logged_in_) state_.lost(wall_clock());
            logged_in_ = false;
            if (end == End::lost) wait_.expires_after(backoff_.next());
            if (end == End::refused) wait_.expires_after(settings_.refused);
            (void)co_await wait_.async_wait(asio::as_tuple(asio::use_awaitable));
        }
    }

    // From the connection to its loss, which is told with its reason.
    awaitable<End> session(Alive alive, std::shared_ptr<ClientStream> stream)
    {
        reader_.reset();
        actions_ = 0;
        login_ = 0;
        answer_ = Answer::none;
        challenge_.clear();
        const auto secret = read_secret(settings_.secret_file);
        if (!secret) co_return down(secret.error());
        if (!is_plain(*secret)) co_return down(settings_.secret_file + ": expected one line");
        const auto connected = co_await stream->connect(settings_.step);
        if (!*alive) co_return End::lost;
        if (!connected) co_return down(connected.error());

        const auto login = co_await log_in(alive, stream, *secret);
        if (!*alive) co_return End::lost;
        if (!login) co_return down(login.error());
        if (answer_ == Answer::error && !logged_in_) {
            calls_.tell_down(where_ + ": login of '" + settings_.user + "' refused; expected user and secret of its manager.conf", wall_clock());
            co_return End::refused;
        }
        state_.status_asked();
        const auto asked = co_await stream->write(action("QueueStatus"), settings_.step);
        if (!*alive) co_return End::lost;
        if (!asked) co_return down(asked.error());
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

    // Success is in answer_. An event in the middle of it proves the login as well as the answer does.
    awaitable<std::expected<void, std::string>> log_in(Alive alive, std::shared_ptr<ClientStream> stream, std::string secret)
    {
        auto done = co_await exchange(alive, stream, action("Challenge", "AuthType: MD5\r\n"));
        if (!done || !*alive) co_return done;
        if (logged_in_) co_return done;
        const auto key = challenge_.empty() ? std::string() : challenge_key(challenge_, secret);
        if (key.empty() && !settings_.server.tls) {
            co_return std::unexpected("offers no MD5 challenge; a secret in plain text is sent over TLS only");
        }
        const auto proof = key.empty() ? "Secret: " + secret + "\r\n" : "AuthType: MD5\r\nKey: " + key + "\r\n";
        const auto user = "Username: " + settings_.user + "\r\n";
        co_return co_await exchange(alive, stream, action("Login", user + proof + "Events: agent\r\n"));
    }

    // Sends an action and reads until its answer, which is left in answer_ and challenge_.
    awaitable<std::expected<void, std::string>> exchange(Alive alive, std::shared_ptr<ClientStream> stream, std::string text)
    {
        login_ = actions_;
        answer_ = Answer::none;
        const auto sent = co_await stream->write(text, settings_.step);
        if (!*alive || !sent) co_return sent;
        while (answer_ == Answer::none && !logged_in_) {
            const auto got = co_await read(alive, stream, settings_.step);
            if (!*alive) co_return std::expected<void, std::string>();
            // A refused login is answered and closed: what was said counts.
            if (!got && answer_ == Answer::none) co_return std::unexpected(got.error());
        }
        co_return std::expected<void, std::string>();
    }

    // Until the connection ends; why it did.
    awaitable<std::string> listen(Alive alive, std::shared_ptr<ClientStream> stream)
    {
        logged_in_ = true;
        bool pinged = false;
        while (true) {
            const auto got = co_await read(alive, stream, pinged ? settings_.step : settings_.quiet);
            if (!*alive) co_return "stopped";
            if (got) {
                pinged = false;
                continue;
            }
            if (pinged || !got.error().starts_with("no answer")) co_return got.error();
            pinged = true;
            const auto sent = co_await stream->write(action("Ping"), settings_.step);
            if (!*alive) co_return "stopped";
            if (!sent) co_return sent.error();
        }
    }

    awaitable<std::expected<std::size_t, std::string>> read(Alive alive, std::shared_ptr<ClientStream> stream, milliseconds limit)
    {
        auto buffer = std::make_unique<std::array<char, kReadSize>>();
        const auto got = co_await stream->read_some(*buffer, limit);
        if (!*alive || !got) co_return got;
        reader_.feed(std::string_view(buffer->data(), *got), [this](const AmiFrame& frame) { take(frame); });
        co_return got;
    }

    void take(const AmiFrame& frame)
    {
        const auto now = wall_clock();
        if (!frame["Event"].empty()) {
            logged_in_ = true;
            const bool row = frame["Event"].starts_with("QueueMember") && frame["ActionID"].size() > 0;
            // Rows of a status tell of times past, which says nothing of the clocks.
            calls_.take(state_.take(frame, now), where_, now, row || frame["Timestamp"].empty() ? CallIntake::Pace::backlog : CallIntake::Pace::live);
            return tell_unseen(now);
        }
        if (frame["ActionID"] != id_of(login_)) return;
        if (frame["Response"] == "Success") answer_ = Answer::success;
        if (frame["Response"] == "Error") answer_ = Answer::error;
        if (!frame["Challenge"].empty()) challenge_ = frame["Challenge"];
    }

    void tell_unseen(Timestamp now)
    {
        if (state_.calls_unseen() == told_unseen_) return;
        calls_.refuse(where_, "calls began and ended while the connection was down: only the last end of an agent is known", now);
        told_unseen_ = state_.calls_unseen();
    }

    std::string id_of(unsigned number) const { return settings_.action_prefix + "-" + std::to_string(number); }
    std::string action(const std::string& name, const std::string& headers = "")
    {
        return "Action: " + name + "\r\n" + headers + "ActionID: " + id_of(++actions_) + "\r\n\r\n";
    }

    asio::io_context& io_;
    AmiClientSettings settings_;
    std::string where_;
    CallIntake calls_;
    AmiCalls state_;
    AmiFrameReader reader_;
    Backoff backoff_;
    asio::steady_timer wait_;
    PollTimer silence_;
    std::shared_ptr<ClientStream> stream_;
    Alive alive_ = std::make_shared<bool>(true);
    unsigned actions_ = 0;
    unsigned login_ = 0;  // number of the action whose answer is waited for
    Answer answer_ = Answer::none;
    std::string challenge_;
    bool logged_in_ = false;
    std::uint64_t told_unseen_ = 0;
};

}  // namespace

std::unique_ptr<Feed> make_ami_client(asio::io_context& io, AmiClientSettings settings, EnrolmentInForce enrolment,
                                      Feed::Handler handler)
{
    return std::make_unique<AmiClient>(io, std::move(settings), std::move(enrolment), std::move(handler));
}

}  // namespace breakwatch
