// Everything the policy can be told.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "policy/activity/exchange.hpp"
#include "policy/activity/finding.hpp"
#include "policy/duty/agent_state.hpp"
#include "policy/duty/call_timeline.hpp"
#include "policy/duty/roster.hpp"
#include "policy/identity/enrolment.hpp"
#include "policy/identity/lease.hpp"
#include "policy/identity/session.hpp"
#include "policy/identity/suspicion.hpp"
#include "policy/incident/alert_mode.hpp"
#include "policy/incident/rules.hpp"
#include "policy/mention/mention.hpp"

namespace breakwatch {

// Bytes of a device since the last such statement, by how the server was named. `platform` is the
// catalogue name, "" for all other servers: which ones is never told.
struct TrafficVolume {
    Device device;
    Timestamp from;
    Duration length{0};
    std::string platform;
    std::uint64_t up = 0;
    std::uint64_t down = 0;
    std::uint64_t named = 0;
    std::uint64_t by_dns = 0;
    std::uint64_t encrypted = 0;
    std::uint64_t unnamed = 0;
};

// A feed (or the capture) went down or came back; told on.
struct FeedState {
    std::string feed;  // "calls:acd", "roster", "capture:eth1"
    bool up = true;
    std::string what;  // in words, what the operator should know
    Timestamp at;
};

// Bad input was refused; the last good state stays.
struct InputRefused {
    std::string feed;
    std::string where;  // "roster.csv:14:3"
    std::string what;   // what was expected
    Timestamp at;
    bool taken = false;  // all the same: only to be known
};

// How far a source's clock is from this machine's, as its events and their arrival show.
struct FeedClock {
    std::string feed;     // "calls:acd"
    Duration ahead{0};    // negative: behind
    bool beyond = false;  // more than the feed may be off
    Timestamp at;
    Duration corrected{0};  // taken out of its times
};

// Something that breakwatch cannot see came (or is over); told on.
struct SightState {
    std::string spot;     // "one_way"; unique within the subject
    std::string subject;  // "capture:eth1", "calls:acd"
    bool over = false;
    Severity severity = Severity::warning;
    std::string what;
    std::string change;  // the likely cause, and what to change
    Timestamp at;
};

struct Tick {
    Timestamp now;
};

// A `Finding` comes from a detector outside (a sensor of another site, tests); the engine makes its
// own out of exchanges.
using Observation = std::variant<Exchange, Finding, TrafficVolume, Lease, AddressSighting, SessionEvent, Suspicion,
                                 CallEvent, AgentStateEvent, Mention, Roster, Enrolment, Rules, AlertPlan, FeedState,
                                 FeedClock, InputRefused, SightState, Tick>;

}  // namespace breakwatch
