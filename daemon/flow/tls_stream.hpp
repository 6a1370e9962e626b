// TLS record accounting for one direction of one TCP connection (RFC 8446 section 5.1): how many
// application bytes each segment adds. Works on record headers found by sequence number, so split
// records, retransmissions, reordering and loss are counted once. Where a header was lost or cut by
// the snap length it falls back to payload lengths until a segment shows a header again.
// Constant size, no allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "decode/byte_reader.hpp"
#include "flow/application_bytes.hpp"

namespace breakwatch {

class TlsStream {
  public:
    // `from_client` decides whether the first protected record can be the client's Finished.
    explicit TlsStream(bool from_client) : finished_due_(from_client) {}

    // A SYN or any segment before payload fixes where the stream begins.
    void begin(std::uint32_t next_sequence);
    // One segment: `captured` is what the capture kept of `length` payload octets.
    ApplicationBytes take(std::uint32_t sequence, Bytes captured, std::uint32_t length);

  private:
    enum class Step : std::uint8_t {
        seeking,  // no record header seen yet: handshake or the middle of a stream, nothing counts
        in_step,  // the place of the next header is known
        lost,     // it was known once; payload lengths count until it is known again
    };
    struct View;

    void skip_hole(std::uint32_t length, ApplicationBytes& out);
    std::uint32_t fill_hole(std::uint32_t sequence, std::uint32_t length);
    void consume(View view, ApplicationBytes& out);
    void take_body(View& view, ApplicationBytes& out);
    void take_header(View& view, ApplicationBytes& out);
    void find_header(View& view, ApplicationBytes& out);
    void begin_record(ApplicationBytes& out);

    std::uint32_t next_ = 0;       // sequence number after everything accounted for
    std::uint32_t hole_end_ = 0;   // of the latest hole
    std::uint32_t hole_left_ = 0;  // octets of it that were counted and have not come yet
    std::uint32_t body_left_ = 0;  // octets of the current record still to come
    std::array<std::uint8_t, 5> header_{};
    std::uint8_t header_size_ = 0;
    Step step_ = Step::seeking;
    bool begun_ = false;
    bool counting_ = false;  // the current record carries application data worth counting
    bool finished_due_;
};

}  // namespace breakwatch
