// A call system that is connected to and listened to: connects, logs in, proves a quiet connection with a question,
// and after a loss connects anew with back-off. What is said over it is the protocol's. Main thread only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_intake.hpp"
#include "feeds/core/client_stream.hpp"
#include "feeds/core/feed.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct CallClientSettings {
    CallIntakeSettings intake;
    ServerAddress server;
    std::string secret_file;                     // read at each login
    std::chrono::milliseconds step{10'000};      // connecting and each answer take no longer
    std::chrono::milliseconds quiet{30'000};     // so long without a byte: a question; once more: lost
    std::chrono::milliseconds refused{300'000};  // a refused login is tried again so much later
};

// One connection, as its protocol sees it. Errors are in words; after stop() everything is one.
class CallConnection {
  public:
    using Done = std::expected<void, std::string>;

    virtual boost::asio::awaitable<Done> write(std::string text) = 0;
    // Reads, and gives to the protocol what came, until `enough` holds; each read within a step.
    virtual boost::asio::awaitable<Done> read_until(std::function<bool()> enough) = 0;

  protected:
    ~CallConnection() = default;
};

class CallProtocol {
  public:
    struct Failure {
        std::string why;
        bool credentials = false;  // the server refused user or secret: not tried again soon
    };
    using Begun = std::expected<void, Failure>;

    CallProtocol() = default;
    CallProtocol(const CallProtocol&) = delete;
    CallProtocol& operator=(const CallProtocol&) = delete;
    virtual ~CallProtocol() = default;

    // From the connection to the moment when all that happens is told: login, and how things stand.
    virtual boost::asio::awaitable<Begun> begin(CallConnection& server, std::string secret) = 0;
    // What a server that is alive answers.
    virtual std::string question() = 0;
    virtual void take(std::string_view bytes, CallIntake& calls, Timestamp now) = 0;
    // The connection is gone: half a frame is none, and what happens now goes unseen.
    virtual void lost(Timestamp now) = 0;
};

std::unique_ptr<Feed> make_call_client(boost::asio::io_context& io, CallClientSettings settings,
                                       std::unique_ptr<CallProtocol> protocol, EnrolmentInForce enrolment,
                                       Feed::Handler handler);
// "pbx.example:5038": how messages name the server.
std::string to_string(const ServerAddress& server);

}  // namespace breakwatch
