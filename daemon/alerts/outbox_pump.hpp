// Moves what the store owes to a sink, in order, one alert at a time: delivered first, marked
// after, so that an end in between sends once more and loses nothing. Main thread only.
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
    // The first `limit` by sequence; nothing when there is nothing, or when reading failed.
    std::function<void(const std::string& sink, std::size_t limit, std::function<void(std::vector<Alert>)>)> owed;
    // The handler runs in either case; an alert that is owed again was not marked.
    std::function<void(const std::string& sink, std::uint64_t sequence, std::function<void()>)> delivered;
};

struct OutboxPumpTimes {
    std::chrono::milliseconds pause{5'000};  // while marking fails
    std::chrono::milliseconds look{30'000};  // without a wake(): reading may have failed
};

class OutboxPump {
  public:
    // `io` and `sink` outlive the pump. Nothing moves before the first wake().
    OutboxPump(boost::asio::io_context& io, Sink& sink, OutboxAccess access, OutboxPumpTimes times = {});
    ~OutboxPump();
    OutboxPump(const OutboxPump&) = delete;
    OutboxPump& operator=(const OutboxPump&) = delete;

    void wake();  // something new was recorded
    void stop();

  private:
    class Rounds;
    std::shared_ptr<Rounds> rounds_;
};

}  // namespace breakwatch
