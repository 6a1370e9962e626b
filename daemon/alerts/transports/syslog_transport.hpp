// The ways a syslog message leaves, one a file: alert_transports() is their table. One attempt each; trying again is
// the sink's. Main thread only; nothing here blocks it.
#pragma once

#include <boost/system/error_code.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/transports/byte_stream.hpp"
#include "config/config.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

struct SyslogTimes {
    using Milliseconds = std::chrono::milliseconds;

    Milliseconds connect{10'000};  // name resolution, connection, and agreeing on TLS or RELP together
    Milliseconds write{10'000};    // until the peer's kernel has it, or the receiver says so; longer is a failure
    // After a datagram, for the peer's "port unreachable".
    Milliseconds refusal{50};
    Milliseconds first_retry{1'000};  // doubled at each failure in a row, with a jitter of a quarter
    Milliseconds longest_retry{30'000};
    Milliseconds quiet{60'000};  // so long without a failure ends a trouble
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
    // Connects where need be and hands over messages, in order, each without its framing.
    virtual void send(std::vector<std::string> messages, Handler handler) = 0;
    // No handler is called after this, whatever was under way.
    virtual void close() = 0;
    // Called when the connection breaks while there is no request.
    virtual void when_lost(Handler handler) = 0;

    virtual bool connected() const = 0;
    virtual std::string peer() const = 0;  // "192.0.2.7:514", "[2001:db8::7]:514", "/dev/log"
    // Of the request that failed with it: in words.
    virtual std::string reason(boost::system::error_code error) const = 0;
    // Whether that is a fault of the receiver that lasts until somebody mends it: not that it is absent.
    virtual bool refused() const { return false; }
    // So many messages may be given at once.
    virtual std::size_t window() const = 0;
    // Whether the receiver itself says what it has; and how many it has of the last send, from the first.
    virtual bool acknowledges() const { return false; }
    virtual std::size_t acknowledged() const { return 0; }
    // Of the connection, where it is of TLS.
    virtual std::optional<TlsAgreed> agreed() const { return std::nullopt; }
};

// A transport by the word a configuration calls it.
struct AlertTransport {
    std::string_view word;
    std::string_view meaning;
    std::uint16_t port;  // the usual one; 0: none
    bool tls;            // whether the keys of `tls:` mean something to it
    bool datagrams;      // each message by itself: its size is bounded, and a refusal shows at the next one
    // Shared, because what is under way keeps its transport alive: the owner ends it with close().
    std::shared_ptr<SyslogTransport> (*make)(boost::asio::io_context& io, const SyslogConfig& config,
                                             const SyslogTimes& times);
};

// The built-in ones, a file each.
std::shared_ptr<SyslogTransport> make_local_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                      const SyslogTimes& times);
std::shared_ptr<SyslogTransport> make_udp_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                    const SyslogTimes& times);
std::shared_ptr<SyslogTransport> make_tcp_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                    const SyslogTimes& times);
std::shared_ptr<SyslogTransport> make_tls_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                    const SyslogTimes& times);
std::shared_ptr<SyslogTransport> make_relp_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                     const SyslogTimes& times);
std::shared_ptr<SyslogTransport> make_file_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                     const SyslogTimes& times);

std::span<const AlertTransport> alert_transports();
// A word that is none of theirs did not pass the reader of configurations (std::logic_error).
const AlertTransport& alert_transport(std::string_view word);
std::shared_ptr<SyslogTransport> make_syslog_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                       const SyslogTimes& times);

}  // namespace breakwatch
