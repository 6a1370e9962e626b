#include <algorithm>
#include <array>
#include <stdexcept>

#include "alerts/transports/syslog_transport.hpp"

namespace breakwatch {

namespace {

constexpr std::array kTransports{
    AlertTransport{"local", "the machine's own log socket", 0, false, false, make_local_transport},
    AlertTransport{"udp", "a datagram each (RFC 5426)", 514, false, true, make_udp_transport},
    AlertTransport{"tcp", "a connection (RFC 6587)", 514, false, false, make_tcp_transport},
    AlertTransport{"tls", "a connection by TLS (RFC 5425)", 6514, true, false, make_tls_transport},
    AlertTransport{"relp", "a connection whose receiver acknowledges", 2514, true, false, make_relp_transport},
    AlertTransport{"file", "lines of a file", 0, false, false, make_file_transport},
};

}  // namespace

std::span<const AlertTransport> alert_transports()
{
    return kTransports;
}

const AlertTransport& alert_transport(std::string_view word)
{
    const auto transport = std::ranges::find(kTransports, word, &AlertTransport::word);
    if (transport == kTransports.end()) throw std::logic_error("no transport of alerts: " + std::string(word));
    return *transport;
}

std::shared_ptr<SyslogTransport> make_syslog_transport(boost::asio::io_context& io, const SyslogConfig& config,
                                                       const SyslogTimes& times)
{
    return alert_transport(config.transport).make(io, config, times);
}

}  // namespace breakwatch
