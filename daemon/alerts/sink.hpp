// Where alerts go. One of the true seams of the house. Main thread only (the io_context's).
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "store/alert.hpp"

namespace breakwatch {

// What a sink tells of itself for status and health.
struct SinkStatus {
    std::string name;
    bool connected = false;
    std::uint64_t sent = 0;
    std::uint64_t failures = 0;  // attempts that failed
    std::uint64_t truncated = 0;
    std::uint64_t kept_back = 0;  // by its filter (filtered_sink.hpp)
    std::string last_error;       // "syslog siem: 127.0.0.1:514: connection refused"
};

class Sink {
  public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    virtual const std::string& name() const = 0;
    // Hands one alert over, retrying with back-off as long as needed; `done` is called on the main
    // thread once the transport took it (syslog has no acknowledgement: written is not received).
    // One delivery at a time; the next begins after `done`.
    virtual void deliver(const Alert& alert, std::function<void()> done) = 0;
    // Not owed and not retried: a heartbeat, or a word of the moment that the store cannot take.
    virtual void heartbeat(const Alert& alert) = 0;
    virtual void stop() = 0;
    virtual SinkStatus status() const = 0;
};

}  // namespace breakwatch
