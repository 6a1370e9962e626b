// Puts packets of a capture file in order of time: captures of several queues or ports, and merged ones, are
// out of it by a few places. Holds copies of the last packets; allocates only until its places have grown to
// the packets' size. One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "flow/packet.hpp"

namespace breakwatch {

class TimeOrder {
  public:
    // A packet is put right by fewer places than these, and by at most this much time: more is another clock.
    static constexpr std::size_t kPlaces = 256;
    static constexpr Duration kLongest = std::chrono::minutes{1};

    explicit TimeOrder(std::size_t places = kPlaces);

    bool empty() const { return held_ == 0; }
    bool full() const { return held_ == slots_.size(); }
    // Not when full. Of equal times the one that came first stays first.
    void hold(const Packet& packet);
    // The earliest, not when empty; its bytes are valid until the next is held.
    Packet release();

  private:
    struct Slot {
        Packet packet;
        std::vector<std::uint8_t> octets;
    };
    std::size_t& at(std::size_t place) { return order_[(first_ + place) % order_.size()]; }

    std::vector<Slot> slots_;
    std::vector<std::size_t> order_;  // slots, as a ring: the held ones in order of time, then the free ones
    std::size_t first_ = 0;
    std::size_t held_ = 0;
};

}  // namespace breakwatch
