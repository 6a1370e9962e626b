// The way of one interface's observations to the main thread: a queue, and what found it full. One thread at a time
// but for the two figures.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "app/observation_queue.hpp"
#include "policy/observation.hpp"
#include "policy/watermarks.hpp"

namespace breakwatch {

// An observation, whose it is, and by which catalogue its numbers are to be read.
struct Handed {
    Observation observation;
    std::uint32_t catalog = 0;
    SourceId source = 0;
};

class CaptureOutlet {
  public:
    using Queue = ObservationQueue<Handed>;

    // `queue` outlives it.
    CaptureOutlet(Queue& queue, SourceId source, std::size_t most_kept)
        : queue_(queue), source_(source), most_kept_(most_kept)
    {}

    void hand_over(Observation&& observation, std::uint32_t catalog);
    void retry_kept();
    // False: the queue is full again, drain and repeat.
    bool flush();

    // Any thread. Observations that found the queue full and wait for room; exchanges and volumes that were dropped.
    std::size_t waiting() const { return waiting_; }
    std::uint64_t dropped() const { return dropped_; }

  private:
    Queue& queue_;
    const SourceId source_;
    const std::size_t most_kept_;
    // Leases, sightings and states, oldest first.
    std::deque<Handed> kept_;
    std::atomic<std::size_t> waiting_{0};
    std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace breakwatch
