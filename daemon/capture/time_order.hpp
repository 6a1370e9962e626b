// Puts packets of a capture file in order of time: captures of several queues or ports, and merged ones, are
// out of it by a few places. Holds the last packets where their file lends them; what has to wait for longer than
// that is copied. One thread.
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
    // The same of a packet whose bytes go at once.
    void hold_copy(const Packet& packet);
    // What was lent from `gone` ends: copies the bytes of those that are held from there.
    void keep(Bytes gone);
    // The earliest, not when empty. Its bytes are valid for as long as they are lent, a copy until the next is made.
    Packet release();

  private:
    struct Slot {
        Packet packet;
        std::vector<std::uint8_t> octets;  // the copy
    };
    std::size_t& at(std::size_t place)
    {
        place += first_;
        return order_[place < order_.size() ? place : place - order_.size()];
    }
    static void copy(Slot& slot);

    std::vector<Slot> slots_;
    std::vector<std::size_t> order_;  // slots, as a ring: the held ones in order of time, then the free ones
    std::size_t first_ = 0;
    std::size_t held_ = 0;
};

}  // namespace breakwatch
