#include "feeds/calls/freeswitch/freeswitch_client.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "feeds/calls/freeswitch/freeswitch_calls.hpp"
#include "feeds/calls/freeswitch/freeswitch_frame.hpp"

namespace breakwatch {

namespace {

namespace asio = boost::asio;
using asio::awaitable;

const std::string kAgentList = "api callcenter_config agent list\n\n";

class FreeSwitchProtocol final : public CallProtocol {
  public:
    explicit FreeSwitchProtocol(const ServerAddress& server) : where_(to_string(server)) {}

    awaitable<Begun> begin(CallConnection& server, std::string secret) override
    {
        const auto asked = co_await server.read_until([this] { return asked_; });
        if (!asked) co_return std::unexpected(Failure{asked.error()});
        const auto let_in = co_await command(server, "auth " + secret);
        if (refused_) {
            co_return std::unexpected(
                Failure{"the password was refused; expected that of its event_socket.conf.xml", true});
        }
        if (!let_in) co_return std::unexpected(Failure{let_in.error()});
        const auto subscribed = co_await command(server, "event json CUSTOM callcenter::info");
        if (!subscribed) co_return std::unexpected(Failure{subscribed.error()});
        if (refused_) co_return std::unexpected(Failure{"the subscription was refused"});
        const auto listed = co_await server.write(kAgentList);
        if (!listed) co_return std::unexpected(Failure{listed.error()});
        co_return Begun();
    }
    std::string question() override { return kAgentList; }
    void take(std::string_view bytes, CallIntake& calls, Timestamp now) override
    {
        reader_.feed(bytes, [&](const FreeSwitchFrame& frame) { take(frame, calls, now); });
    }
    void lost(Timestamp) override
    {
        state_.lost();
        reader_.reset();
        asked_ = refused_ = false;
    }

  private:
    using Done = CallConnection::Done;

    // Sends a command and reads until its reply, which is left in refused_.
    awaitable<Done> command(CallConnection& server, std::string text)
    {
        const auto before = replies_;
        const auto sent = co_await server.write(text + "\n\n");
        if (!sent) co_return sent;
        const auto answered = co_await server.read_until([this, before] { return replies_ > before; });
        co_return answered;
    }

    void take(const FreeSwitchFrame& frame, CallIntake& calls, Timestamp now)
    {
        if (frame.content_type == "auth/request") asked_ = true;
        if (frame.content_type == "command/reply") {
            ++replies_;
            refused_ = !frame.reply.starts_with("+OK");
        }
        if (frame.content_type == "api/response") {
            calls.take(state_.agent_list(frame.body, now), where_, now, CallIntake::Pace::backlog);
        }
        const bool as_json = frame.content_type == "text/event-json";
        if (!as_json && frame.content_type != "text/event-plain") return;
        const auto read = [&](std::string_view body) { return state_.event(body, as_json); };
        calls.read(read, frame.body, where_, now);
    }

    std::string where_;
    FreeSwitchCalls state_;
    FreeSwitchFrameReader reader_;
    std::uint64_t replies_ = 0;
    bool asked_ = false;    // the server asked for the password
    bool refused_ = false;  // its last reply was an error
};

}  // namespace

std::unique_ptr<Feed> make_freeswitch_client(asio::io_context& io, const CallClientSettings& settings,
                                             EnrolmentInForce enrolment, Feed::Handler handler)
{
    return make_call_client(io, settings, std::make_unique<FreeSwitchProtocol>(settings.server), std::move(enrolment),
                            std::move(handler));
}

}  // namespace breakwatch
