// One direction of a TCP connection put in order, as far as its first flights are wanted: in-order
// segments pass through without a copy, early ones wait for the hole before them, old ones are cut off.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "decode/byte_reader.hpp"
#include "flow/heap_octets.hpp"
#include "flow/interval_buffer.hpp"
#include "policy/types.hpp"

namespace breakwatch {

class StreamOrder {
  public:
    static constexpr std::size_t kMostWaiting = 64UL * 1024;
    static constexpr std::size_t kMostPieces = 64;  // 64 KiB in full segments are 45
    // How long a hole may stay: longer than any sender waits before it sends again (RFC 6298).
    static constexpr Duration kPatience = std::chrono::seconds{5};

    // The SYN fixes where the stream begins.
    void begin(std::uint32_t initial_sequence);
    // The bytes that are next in order, if any: a view of `payload` or of what waited, valid until the next call.
    Bytes push(std::uint32_t sequence, Bytes payload, Timestamp at);
    // Gives up the hole before what waits and returns what follows.
    Bytes skip_hole();
    // `count` octets from `sequence` on were sent but not captured; if they are next, they are passed over.
    void skip_cut(std::uint32_t sequence, std::uint32_t count);
    // The other side has everything before `number`.
    void acknowledged(std::uint32_t number) { acknowledged_ = number; }

    bool is_next(std::uint32_t sequence) const { return begun_ && sequence == next_; }
    // Whether the segment starts before what is next and ends after it.
    bool overlaps(std::uint32_t sequence, std::size_t length) const;
    // Takes the segment at `sequence` for the next, whatever came at that place before.
    void restart(std::uint32_t sequence);
    // What waits will not be reached by itself: the receiver has what is missing, or it is missing for
    // long. `sequence`: of a segment that has just come, in case it fills the hole.
    bool hole_is_lost(std::uint32_t sequence, Timestamp at) const;
    bool waiting() const { return !early_.empty(); }
    bool too_much_waits() const { return overflow_; }
    // Two contents came for one place while it waited.
    bool differs() const { return differs_; }
    std::size_t held() const { return early_.footprint() + heap_octets(joined_.capacity()); }

  private:
    Bytes take_ready();

    bool begun_ = false;
    bool overflow_ = false;
    bool differs_ = false;
    std::uint32_t next_ = 0;  // sequence number expected
    std::optional<std::uint32_t> acknowledged_;
    Timestamp hole_since_;
    IntervalBuffer early_{kMostWaiting, kMostPieces};  // offsets count from next_
    std::vector<std::uint8_t> joined_;
};

}  // namespace breakwatch
