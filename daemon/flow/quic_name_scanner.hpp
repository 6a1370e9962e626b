// Looks for the server name in the client's Initial packets of one UDP conversation: coalesced,
// CRYPTO frames in any order over several datagrams, again after Retry or on a reused port.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "decode/counters.hpp"
#include "decode/quic_initial.hpp"
#include "decode/tls_client_hello.hpp"
#include "flow/five_tuple.hpp"
#include "flow/interval_buffer.hpp"

namespace breakwatch {

class QuicNameScanner {
  public:
    explicit QuicNameScanner(std::size_t cap) : cap_(cap), crypto_(cap, kMostPieces) {}

    // One datagram. `yes`: the hello is complete; its views live until the next call.
    ClientHelloScan take(Bytes datagram, Direction direction, QuicInitialOpener& opener, DecodeCounters& counters);
    // Whether the hello was handed over, and this is the direction it came from.
    bool told(Direction direction) const { return told_ && direction == client_; }
    // So many packets did not open that this is no QUIC we can read.
    bool over() const { return failures_ >= kMostFailures; }
    // Of the connection under the present keys: a hash of the destination id its client chose first; 0
    // where that is too short to be of one connection only (RFC 9000 section 7.2 asks for eight octets).
    std::uint64_t connection() const { return connection_; }
    std::size_t held() const { return crypto_.footprint(); }
    // The views of the hello that take() gave are not needed any more.
    void forget_hello()
    {
        if (told_ && !crypto_.empty()) crypto_ = IntervalBuffer(cap_, kMostPieces);
    }
    // Originator and responder were swapped: the client is the originator now.
    void roles_flipped() { client_ = Direction::from_originator; }

  private:
    static constexpr unsigned kMostFailures = 24;
    static constexpr std::size_t kMostPieces = 64;  // of one hello; senders that scatter theirs use a dozen

    ClientHelloScan take_initial(const QuicLongHeader& header, Direction direction, QuicInitialOpener& opener,
                                 DecodeCounters& counters);
    std::optional<Bytes> open(const QuicLongHeader& header, QuicInitialOpener& opener);
    static ClientHelloScan scan_whole(Bytes frames);
    void collect(Bytes frames, QuicHandshake handshake, DecodeCounters& counters);

    std::size_t cap_;
    std::optional<Direction> client_;  // whose Initials the keys open
    bool told_ = false;                // the hello under these keys was handed over
    unsigned failures_ = 0;
    std::uint64_t connection_ = 0;
    QuicInitialKeys keys_;
    IntervalBuffer crypto_;
};

}  // namespace breakwatch
