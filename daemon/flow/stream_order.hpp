// One direction of a TCP connection put in order, as far as its first flights are wanted: in-order
// segments pass through without a copy, early ones wait for the hole before them, old ones are cut off.
#pragma once

#include <cstdint>
#include <vector>

#include "decode/byte_reader.hpp"
#include "flow/interval_buffer.hpp"

namespace breakwatch {

class StreamOrder {
  public:
    static constexpr std::size_t kMostWaiting = 128UL * 1024;

    // The SYN fixes where the stream begins.
    void begin(std::uint32_t initial_sequence);
    // The bytes that are next in order, if any: a view of `payload` or of what waited, valid until the next call.
    Bytes push(std::uint32_t sequence, Bytes payload);
    // Gives up the hole before what waits (it was acknowledged, or too much waits) and returns what follows.
    Bytes skip_hole();
    bool waiting() const { return !early_.empty(); }
    bool too_much_waits() const { return overflow_; }

  private:
    bool begun_ = false;
    bool overflow_ = false;
    std::uint32_t next_ = 0;        // sequence number expected
    IntervalBuffer early_{kMostWaiting};  // offsets count from next_
    std::vector<std::uint8_t> joined_;
};

}  // namespace breakwatch
