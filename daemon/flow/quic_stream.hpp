// QUIC datagram accounting for one direction (RFC 9000): application bytes are the 1-RTT and 0-RTT
// packets of a datagram, by size only. Datagrams small enough to hold nothing but acknowledgements
// and flow control do not count; a datagram seen twice (two mirror ports) counts once. Constant
// size, no allocation.
#pragma once

#include <array>
#include <cstdint>

#include "decode/byte_reader.hpp"
#include "flow/application_bytes.hpp"

namespace breakwatch {

class QuicStream {
  public:
    ApplicationBytes take(Bytes captured, std::uint32_t length);

  private:
    bool seen_before(Bytes captured, std::uint32_t length);

    // Hashes of the last datagrams: protected packets never repeat on the wire (packet numbers).
    std::array<std::uint32_t, 16> recent_{};
    std::uint8_t next_recent_ = 0;
};

// Octets of 1-RTT and 0-RTT packets in a datagram of `length` octets.
std::uint32_t quic_application_length(Bytes captured, std::uint32_t length);

}  // namespace breakwatch
