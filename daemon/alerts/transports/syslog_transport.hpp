// The ways a syslog message leaves: UDP (RFC 5426), TCP with octet counting (RFC 6587 section
// 3.4.1), the machine's own log socket. One attempt each; trying again is the sink's. Main thread
// only; nothing here blocks it.
#pragma once

#include <boost/system/error_code.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "config/config.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct SyslogTimes {
    using Milliseconds = std::chrono::milliseconds;

    Milliseconds connect{10'000};  // name resolution and connection together
    Milliseconds write{10'000};    // until the peer's kernel has it; longer is a failure
    // After a datagram, for the peer's "port unreachable".
    Milliseconds refusal{50};
    Milliseconds first_retry{1'000};  // doubled at each failure in a row
    Milliseconds longest_retry{30'000};
};

class SyslogTransport {
  public:
    using Handler = std::function<void(boost::system::error_code)>;

    SyslogTransport() = default;
    SyslogTransport(const SyslogTransport&) = delete;
    SyslogTransport& operator=(const SyslogTransport&) = delete;
    virtual ~SyslogTransport() = default;

    // One request at a time. The handler is called later, never from within; after a failure the
    // next request connects anew.
    virtual void connect(Handler handler) = 0;
    // Connects where need be and hands over one message without its framing.
    virtual void send(std::string message, Handler handler) = 0;
    // No handler is called after this, whatever was under way.
    virtual void close() = 0;
    virtual bool connected() const = 0;
    virtual std::string peer() const = 0;  // "192.0.2.7:514", "[2001:db8::7]:514", "/dev/log"
};

// Shared, because what is under way keeps its transport alive: the owner ends it with close().
std::shared_ptr<SyslogTransport> make_udp_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                    const SyslogTimes& times);
std::shared_ptr<SyslogTransport> make_tcp_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                    const SyslogTimes& times);
// A datagram socket, or a stream where the path is one (messages then end with NUL, as syslog(3)
// does).
std::shared_ptr<SyslogTransport> make_local_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                      const SyslogTimes& times);
std::shared_ptr<SyslogTransport> make_syslog_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                       const SyslogTimes& times);

}  // namespace breakwatch
