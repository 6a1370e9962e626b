// Looks for the server name in the client's Initial packets of one UDP conversation: coalesced,
// CRYPTO frames in any order over several datagrams, again after Retry or on a reused port.
#pragma once

#include <cstdint>
#include <memory>

#include "decode/counters.hpp"
#include "decode/quic_initial.hpp"
#include "decode/tls_client_hello.hpp"
#include "flow/interval_buffer.hpp"

namespace breakwatch {

class QuicHunt {
  public:
    explicit QuicHunt(std::size_t cap) : cap_(cap), crypto_(cap) {}

    // One datagram. `yes`: the hello is complete; its views live until the next call.
    ClientHelloScan take(Bytes datagram, QuicInitialOpener& opener, DecodeCounters& counters);
    // So many packets did not open that this is no QUIC we can read.
    bool over() const { return failures_ >= kMostFailures; }

  private:
    static constexpr unsigned kMostFailures = 24;

    ClientHelloScan take_initial(const QuicLongHeader& header, QuicInitialOpener& opener, DecodeCounters& counters);
    bool open(const QuicLongHeader& header, QuicInitialOpener& opener, Bytes& frames);

    std::size_t cap_;
    bool has_keys_ = false;
    bool told_ = false;       // the hello under these keys was handed over
    unsigned failures_ = 0;
    QuicInitialKeys keys_;
    IntervalBuffer crypto_;
};

}  // namespace breakwatch
