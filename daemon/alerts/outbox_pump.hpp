// Moves what the store owes to a sink, in order, a batch at a time: given first, marked after, so that an end in
// between sends once more and loses nothing. What a receiver does not acknowledge stays owed until its connection has
// stayed up for a while; of that, only numbers are kept. Main thread only.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "alerts/sink.hpp"

namespace boost::asio {
class io_context;
}

namespace breakwatch {

// The store, as a pump sees it. Handlers run on the main thread.
struct OutboxAccess {
    // The first `limit` after a number; nothing when there is nothing, or when reading failed.
    std::function<void(const std::string& sink, std::uint64_t after, std::size_t limit,
                       std::function<void(std::vector<Alert>)>)>
        owed;
    // In one transaction; whether it is done.
    std::function<void(const std::string& sink, std::vector<SequenceRange> ranges, std::function<void(bool)>)>
        delivered;
};

struct OutboxPumpTimes {
    std::chrono::milliseconds confirm_after{60'000};  // 0: written is done
    std::chrono::milliseconds pause{5'000};           // while marking fails
    // Before what a second break in a row left in doubt is sent again; doubled up to confirm_after.
    std::chrono::milliseconds repeat{1'000};
    // All of the outbox is looked through so often: reading may have failed, and what was sent may be owed anew.
    std::chrono::milliseconds look{30'000};
};

class OutboxPump {
  public:
    // `io` and `sink` outlive the pump. Nothing moves before the first wake().
    OutboxPump(boost::asio::io_context& io, Sink& sink, OutboxAccess access, OutboxPumpTimes times = {});
    ~OutboxPump();
    OutboxPump(const OutboxPump&) = delete;
    OutboxPump& operator=(const OutboxPump&) = delete;

    void wake();   // something new was recorded
    void broke();  // the sink's connection: what was not acknowledged may be lost
    void stop();
    // Owed still, and given to the sink: no more than a mark or a confirmation is missing.
    std::size_t unconfirmed() const;

  private:
    class Rounds;
    std::shared_ptr<Rounds> rounds_;
};

}  // namespace breakwatch
