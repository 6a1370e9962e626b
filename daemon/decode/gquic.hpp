// Google QUIC before TLS (versions Q024 to Q050): the CHLO message that names the server. Up to Q046
// it stands in the clear; in Q050 it is inside an Initial packet as in QUIC version 1.
// Form: "QUIC Crypto" and "QUIC Wire Layout Specification" of the Chromium project.
#pragma once

#include <optional>
#include <string_view>

#include "decode/byte_reader.hpp"
#include "decode/tls_client_hello.hpp"

namespace breakwatch {

// The CHLO in the first packet of `datagram`, if it is one with a version in the clear. Empty name: a
// CHLO without SNI.
std::optional<std::string_view> gquic_server_name(Bytes datagram);
// A CHLO message as it stands in CRYPTO frames.
ClientHelloScan scan_gquic_hello(Bytes message);

}  // namespace breakwatch
