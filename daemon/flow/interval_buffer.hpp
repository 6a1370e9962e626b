// Bytes that come by offset, out of order, twice and overlapping: QUIC CRYPTO data, IP fragments,
// early TCP segments. What came first wins. Holds what came and no holes; bounded by the cap given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "decode/byte_reader.hpp"

namespace breakwatch {

class IntervalBuffer {
  public:
    // differing: overlapped, with other octets than those that are there. Nobody's stack sends that.
    enum class Put : std::uint8_t { taken, overlapped, differing, refused };
    static constexpr std::size_t kMostIntervals = 256;

    // `most_intervals`: fewer where one packet can bring many pieces, each of which costs us a walk.
    explicit IntervalBuffer(std::size_t cap, std::size_t most_intervals = kMostIntervals)
        : cap_(cap), most_(most_intervals)
    {}

    // refused: beyond the cap, or too many pieces.
    Put put(std::size_t offset, Bytes bytes);
    // From offset 0 to the first hole.
    Bytes prefix() const;
    // Forgets the first `count` octets; offsets from then on count from there.
    void drop_front(std::size_t count);
    // Where the first bytes after the first hole begin; 0 when there are none.
    std::size_t after_first_hole() const;
    bool empty() const { return pieces_.empty(); }
    std::size_t size() const { return size_; }  // octets held
    // What it takes to hold them: a piece of one octet costs as much as one of sixty.
    std::size_t footprint() const { return footprint_; }

  private:
    struct Piece {
        std::size_t from = 0;
        std::vector<std::uint8_t> bytes;
        std::size_t to() const { return from + bytes.size(); }
    };

    void fill(std::size_t offset, Bytes bytes);
    void join_front();
    void weigh();

    std::size_t cap_;
    std::size_t most_;
    std::size_t size_ = 0;
    std::size_t footprint_ = 0;
    std::vector<Piece> pieces_;  // by offset, none over another
};

}  // namespace breakwatch
