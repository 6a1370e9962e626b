#include "feeds/calls/asterisk/ami_client.hpp"

#include <openssl/evp.h>

#include <array>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <utility>

#include "feeds/calls/asterisk/ami_calls.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
using asio::awaitable;

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

class AmiProtocol final : public CallProtocol {
  public:
    explicit AmiProtocol(const AmiClientSettings& settings)
        : settings_(settings), where_(to_string(settings.connection.server))
    {}

    awaitable<Begun> begin(CallConnection& server, std::string secret) override
    {
        const auto login = co_await log_in(server, secret);
        if (!login) co_return std::unexpected(Failure{login.error()});
        if (answer_ == Answer::error && !logged_in_) {
            co_return std::unexpected(Failure{
                "login of '" + settings_.user + "' refused; expected user and secret of its manager.conf", true});
        }
        logged_in_ = true;
        state_.status_asked();
        const auto asked = co_await server.write(action("QueueStatus"));
        if (!asked) co_return std::unexpected(Failure{asked.error()});
        co_return Begun();
    }
    std::string question() override { return action("Ping"); }
    void take(std::string_view bytes, CallIntake& calls, Timestamp now) override
    {
        reader_.feed(bytes, [&](const AmiFrame& frame) { take(frame, calls, now); });
    }
    void lost(Timestamp now) override
    {
        if (logged_in_) state_.lost(now);
        logged_in_ = false;
        reader_.reset();
        actions_ = 0;
    }

  private:
    enum class Answer : std::uint8_t { none, success, error };
    using Done = CallConnection::Done;

    // Success is in answer_. An event in the middle of it proves the login as well as the answer does.
    awaitable<Done> log_in(CallConnection& server, std::string secret)
    {
        challenge_.clear();
        const auto challenged = co_await exchange(server, action("Challenge", "AuthType: MD5\r\n"));
        if (!challenged || logged_in_) co_return challenged;
        const auto key = challenge_.empty() ? std::string() : challenge_key(challenge_, secret);
        if (key.empty() && !settings_.connection.server.tls) {
            co_return std::unexpected("offers no MD5 challenge; a secret in plain text is sent over TLS only");
        }
        const auto proof = key.empty() ? "Secret: " + secret + "\r\n" : "AuthType: MD5\r\nKey: " + key + "\r\n";
        const auto user = "Username: " + settings_.user + "\r\n";
        co_return co_await exchange(server, action("Login", user + proof + "Events: agent\r\n"));
    }

    // Sends an action and reads until its answer, which is left in answer_ and challenge_.
    awaitable<Done> exchange(CallConnection& server, std::string text)
    {
        waited_for_ = actions_;
        answer_ = Answer::none;
        const auto sent = co_await server.write(std::move(text));
        if (!sent) co_return sent;
        const auto answered = co_await server.read_until([this] { return answer_ != Answer::none || logged_in_; });
        co_return answered;
    }

    void take(const AmiFrame& frame, CallIntake& calls, Timestamp now)
    {
        if (!frame["Event"].empty()) {
            logged_in_ = true;
            // Rows of a status tell of times past, which says nothing of the clocks.
            const bool row = frame["Event"].starts_with("QueueMember") && frame["ActionID"].size() > 0;
            const bool dated = !row && !frame["Timestamp"].empty();
            calls.take(state_.take(frame, now), where_, now,
                       dated ? CallIntake::Pace::live : CallIntake::Pace::backlog);
            return tell_unseen(calls, now);
        }
        if (frame["ActionID"] != id_of(waited_for_)) return;
        if (frame["Response"] == "Success") answer_ = Answer::success;
        if (frame["Response"] == "Error") answer_ = Answer::error;
        if (!frame["Challenge"].empty()) challenge_ = frame["Challenge"];
    }

    void tell_unseen(CallIntake& calls, Timestamp now)
    {
        if (state_.calls_unseen() == told_unseen_) return;
        calls.refuse(
            where_, "calls began and ended while the connection was down: only the last end of an agent is known", now);
        told_unseen_ = state_.calls_unseen();
    }

    std::string id_of(unsigned number) const { return settings_.action_prefix + "-" + std::to_string(number); }
    std::string action(const std::string& name, const std::string& headers = "")
    {
        return "Action: " + name + "\r\n" + headers + "ActionID: " + id_of(++actions_) + "\r\n\r\n";
    }

    AmiClientSettings settings_;
    std::string where_;
    AmiCalls state_;
    AmiFrameReader reader_;
    unsigned actions_ = 0;
    unsigned waited_for_ = 0;  // number of the action whose answer is waited for
    Answer answer_ = Answer::none;
    std::string challenge_;
    bool logged_in_ = false;
    std::uint64_t told_unseen_ = 0;
};

}  // namespace

std::unique_ptr<Feed> make_ami_client(asio::io_context& io, const AmiClientSettings& settings,
                                      EnrolmentInForce enrolment, Feed::Handler handler)
{
    return make_call_client(io, settings.connection, std::make_unique<AmiProtocol>(settings), std::move(enrolment),
                            std::move(handler));
}

}  // namespace breakwatch
