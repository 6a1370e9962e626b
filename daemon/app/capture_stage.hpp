// The captures: of each configured interface a thread with its own sensor and tables, or one of each of its rings, and
// a queue. What they tell comes out on the main thread as one stream, each observation with its source; when event time
// has come to is the engine's business (policy/watermarks.hpp).
//
//     eth1 -> CaptureThread ----------------------> CaptureOutlet, queue --+
//                                                                          +--> take(), then the engine
//     eth2 ring 0 -> CaptureThread --+                                     |
//                                    +> RingOrder -> CaptureOutlet, queue --+
//     eth2 ring 1 -> CaptureThread --+
//
// An interface is read by itself: both directions of a conversation have to come by the same one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/capture_thread.hpp"
#include "app/thread_watch.hpp"

namespace breakwatch {

// Everything from the main thread; both are called on it, from handlers of the loop and from stop().
struct CaptureEvents {
    std::function<void(const Observation&, SourceId)> observed;
    // What is observed from here on was made with the catalogue of that number, whoever tells it.
    std::function<void(std::uint32_t number)> catalog_changed;
};

class CaptureStage {
  public:
    static constexpr std::size_t kQueued = 65'536;        // observations of one capture
    static constexpr std::size_t kQueuedOfEach = 32'768;  // of each of several

    // `sources`: open, one for each ring of each of `config.interfaces`. `catalog` has number 0.
    CaptureStage(boost::asio::io_context& io, const CaptureConfig& config,
                 std::vector<std::unique_ptr<PacketSource>> sources,
                 const std::shared_ptr<const PlatformCatalog>& catalog,
                 const std::shared_ptr<const DeviceFilter>& filter, const MemoryPlan& memory, CaptureEvents events);

    void start();
    // Ends all threads; what they have told, and what they still hold, is observed before it returns.
    void stop();
    // A later catalogue, under a greater number, from each thread's next batch on.
    void use(const std::shared_ptr<const PlatformCatalog>& catalog, std::uint32_t number);
    void set_filter(const std::shared_ptr<const DeviceFilter>& filter);

    // In the order of the interfaces.
    std::vector<CaptureStatus> status() const;
    std::vector<const Pulse*> pulses() const;
    // The first thread that ended by itself: which, and why.
    std::optional<std::pair<std::string, std::string>> fault() const;

  private:
    struct Capture {
        Capture(boost::asio::io_context& io, SourceId id, std::size_t queued, std::size_t most_kept);

        CaptureOutlet::Queue queue;
        CaptureOutlet outlet;
        boost::asio::posix::stream_descriptor wake;
        std::unique_ptr<RingOrder> order;  // of several rings
        std::vector<std::unique_ptr<CaptureThread>> threads;
        Timestamp time;       // of its last tick that was observed
        std::size_t due = 0;  // observations that were there when the draining began
    };

    void for_each_thread(const std::function<void(CaptureThread&)>& work);
    static CaptureStatus status_of(const Capture& capture);
    void wait_for(Capture& capture);
    void drain();
    Capture* furthest_behind();
    void drain_to_tick(Capture& capture);
    std::optional<std::uint32_t> next_catalog();

    CaptureEvents events_;
    std::vector<std::unique_ptr<Capture>> captures_;
    std::uint32_t catalog_ = 0;  // in force
    bool stopped_ = false;
};

// The captures as one: sums, up when all are, the first one's error. One alone is itself.
CaptureStatus total(const std::vector<CaptureStatus>& captures);

}  // namespace breakwatch
