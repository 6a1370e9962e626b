// Bytes that come by offset, out of order, twice and overlapping: QUIC CRYPTO data, IP fragments,
// early TCP segments. What came first wins. Bounded by the cap given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "decode/byte_reader.hpp"

namespace breakwatch {

class IntervalBuffer {
  public:
    enum class Put : std::uint8_t { taken, overlapped, refused };
    static constexpr std::size_t kMostIntervals = 256;

    explicit IntervalBuffer(std::size_t cap) : cap_(cap) {}

    // refused: beyond the cap, or too many holes.
    Put put(std::size_t offset, Bytes bytes);
    // From offset 0 to the first hole.
    Bytes prefix() const;
    // Forgets the first `count` octets; offsets from then on count from there.
    void drop_front(std::size_t count);
    // Where the first bytes after the first hole begin; 0 when there are none.
    std::size_t after_first_hole() const;
    bool empty() const { return have_.empty(); }
    std::size_t size() const { return bytes_.size(); }

  private:
    struct Interval {
        std::size_t from = 0;
        std::size_t to = 0;
    };

    void insert(Interval interval);

    std::size_t cap_;
    std::vector<std::uint8_t> bytes_;
    std::vector<Interval> have_;  // by offset, apart from each other
};

}  // namespace breakwatch
