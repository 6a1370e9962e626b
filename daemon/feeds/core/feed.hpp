// A source of facts other than packets. Each feed is one adapter: its own format in, normalised
// observations out; customer data is dropped inside the adapter. Main thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "policy/observation.hpp"

namespace breakwatch {

// follow: files are tailed and sockets are listened on, for as long as the loop runs.
// once: files are read to their end; sockets are left out. Then the loop's run() returns.
enum class FeedMode : std::uint8_t { follow, once };

struct FeedStatus {
    std::string name;  // "calls:acd"
    bool up = false;
    std::uint64_t taken = 0;               // events understood
    std::uint64_t refused = 0;             // lines, records or files refused
    std::string last_refusal;              // "calls.ndjson:17: agent: missing; expected a string"
    std::optional<Timestamp> last_event;   // event time of the newest event
    std::uint64_t unmapped = 0;            // call events of agents whom enrolment does not name
    std::set<std::string> unmapped_names;  // of those agents; for the administrator's terminal alone
    // Of the source's clock to ours, estimated; negative: behind, or everything arrives late.
    std::optional<Duration> clock_ahead;
};

class Feed {
  public:
    using Handler = std::function<void(const Observation&)>;

    Feed() = default;
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;
    virtual ~Feed() = default;

    // Begins to read; every observation goes to the handler given at construction.
    virtual void start() = 0;
    virtual void stop() = 0;
    // SIGHUP: read again what is read whole (roster, enrolment), reopen what is tailed.
    virtual void reload() {}
    virtual FeedStatus status() const = 0;
};

}  // namespace breakwatch
