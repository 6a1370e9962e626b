// Where alerts go. One of the true seams of the house. Main thread only (the io_context's).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

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
    std::string security;         // what TLS agreed on: "TLSv1.3, TLS_AES_256_GCM_SHA384"; "" it is in clear
};

// Of a batch: how many from the first were taken; and whether that is the receiver's own word, so that they are done.
struct SinkTaken {
    std::size_t count = 0;
    bool confirmed = false;
};

// Something about a sink that somebody has to see to, or that it is over.
struct SinkNotice {
    Severity severity = Severity::warning;
    std::string text;
};

class Sink {
  public:
    struct Handlers {
        std::function<void()> broke;  // what was taken and not confirmed may be lost
        std::function<void(const SinkNotice&)> tell;
    };

    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    virtual const std::string& name() const = 0;
    // What there was to tell before is told now.
    virtual void listen(Handlers handlers) = 0;
    // What was done with before this run, in order: those that a filter kept back are no gap now either.
    virtual void recall(const std::vector<Alert>& /*alerts*/) {}
    virtual std::size_t window() const = 0;  // the most alerts of a batch
    // Makes one attempt, after the pause that failures before it ask for; `done` is called on the main thread. What was
    // not taken is to be given again, and what was taken before and not confirmed, too. One batch at a time.
    virtual void deliver(std::vector<Alert> batch, std::function<void(SinkTaken)> done) = 0;
    // Not owed and not retried: a heartbeat, or a word of the moment that the store cannot take.
    virtual void heartbeat(const Alert& alert) = 0;
    virtual void stop() = 0;
    virtual SinkStatus status() const = 0;
};

}  // namespace breakwatch
