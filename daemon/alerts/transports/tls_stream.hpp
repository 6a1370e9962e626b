// Streams by TLS, as a destination's `tls:` asks for.
#pragma once

#include "alerts/transports/byte_stream.hpp"
#include "config/config.hpp"

namespace breakwatch {

// The files are read at each connection.
std::unique_ptr<ByteStream> make_tls_stream(boost::asio::io_context& io, TlsSettings settings);
TlsSettings tls_settings_of(const SyslogConfig& config);

}  // namespace breakwatch
