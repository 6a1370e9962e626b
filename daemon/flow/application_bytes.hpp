// What one packet adds to an exchange: application bytes, with handshakes, control frames,
// acknowledgements and repeats left out. Filled by TlsStream, QuicStream and ClearStream.
#pragma once

#include <cstdint>

namespace breakwatch {

struct ApplicationBytes {
    std::uint64_t bytes = 0;
    std::uint32_t records = 0;  // records (TLS) or datagrams (QUIC) begun in this packet
    std::uint32_t largest = 0;  // largest of those
    std::uint32_t first = 0;    // the first of those
    std::uint32_t missing = 0;  // of `bytes`: known from sequence numbers only, not seen here so far
    std::uint32_t found = 0;    // counted as missing by an earlier packet, and here they are
};

}  // namespace breakwatch
