// What several rings of one interface say, told in the order of its packets' times, as one ring would have told it: a
// moment is told when all rings have come past it. Whichever ring's thread moves the slowest on tells; nobody waits for
// another but for the lock, once a batch.
//
//     ring 0: Dissector, Sensor --take()--+
//                                         +--> Teller --> outlet  (under the lock)
//     ring 1: Dissector, Sensor --take()--+
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "app/capture_outlet.hpp"
#include "capture/statement_order.hpp"
#include "capture/teller.hpp"

namespace breakwatch {

class RingOrder {
  public:
    using Said = std::vector<StatementRecord::Said>;

    // What a statement here has for the number of its packet: its time in nanoseconds.
    static std::uint64_t key_of(Timestamp time) { return static_cast<std::uint64_t>(time.time_since_epoch().count()); }

    // `outlet` outlives it and is used under its lock alone. `most_waiting`: statements that wait for slow rings; more
    // are told out of order.
    RingOrder(unsigned rings, CaptureOutlet& outlet, const SensorLimits& limits, const LinkConfig& link,
              std::size_t most_waiting);

    // By the ring's thread: what it has said since, by the catalogue of that number; it says nothing more of before
    // `until`. `said` is empty afterwards. Returns what the flows of all rings have shown of routers since.
    std::vector<RouterFact> take(unsigned ring, Said& said, Timestamp until, std::uint32_t catalog);
    // Whether the ring's number is that of what is told now: only then it may go on to a later catalogue.
    bool may_renew(unsigned ring) const;
    // Whether it is open. The interface is up when all are.
    void state(unsigned ring, bool up, const std::string& feed, const std::string& what, Timestamp at);
    void keep_only(const DeviceFilter& filter);
    SensorCounters counters() const;
    std::size_t addresses() const;

  private:
    struct Ring {
        Said waiting;  // of the catalogue whose statements are told now
        Said later;    // of the ring's own, where that is a later one
        Timestamp until;
        std::uint32_t catalog = 0;
        bool up = false;
        std::vector<RouterFact> facts;
    };

    void tell_until(Timestamp end);
    void go_on_to_next_catalog();
    void tick(Timestamp now);

    mutable std::mutex mutex_;
    CaptureOutlet& outlet_;
    const std::size_t most_waiting_;
    std::vector<Ring> rings_;
    std::uint32_t catalog_ = 0;  // of what is told
    Timestamp ticked_;
    Teller teller_;
};

}  // namespace breakwatch
