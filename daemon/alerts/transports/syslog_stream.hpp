// Syslog messages on a stream, one after the other: TCP and TLS (RFC 6587, RFC 5425), or of this machine.
#pragma once

#include "alerts/transports/framing.hpp"
#include "alerts/transports/syslog_connection.hpp"

namespace breakwatch {

std::shared_ptr<SyslogTransport> make_stream_transport(boost::asio::io_context& io, SyslogPeer peer,
                                                       std::unique_ptr<ByteStream> stream,
                                                       SyslogConfig::Framing framing, const SyslogTimes& times);

}  // namespace breakwatch
