// Alerts as RFC 5424 messages to one receiver. Main thread only.
#pragma once

#include <memory>

#include "alerts/sink.hpp"
#include "alerts/transports/syslog_transport.hpp"
#include "config/config.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

// Connects at once, so that the status tells a dead receiver before there is an alert. A
// configuration without a host name gets the machine's. `io` outlives the sink.
std::unique_ptr<Sink> make_syslog_sink(boost::asio::io_context& io, const SyslogConfig& config,
                                       const SyslogTimes& times = {});

}  // namespace breakwatch
