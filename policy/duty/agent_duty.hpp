// Who is on duty as the call system itself tells: from login to logout, with the pauses between. Events
// come late, twice and out of order; they are kept as said and judged when asked, so that the same set
// in any order gives the same answers.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/duty/agent_state.hpp"
#include "policy/duty/roster.hpp"

namespace breakwatch {

struct AgentDutyLimits {
    std::size_t events = 200'000;
    std::size_t events_per_person = 1'000;  // a state is worked out by going through them
    Duration horizon = std::chrono::hours{26};
    // A login without a logout, or any later word, says nothing after so long.
    Duration longest_shift = std::chrono::hours{16};
};

class AgentDuty {
  public:
    // What the call system says of one person at a moment. Nothing known: neither in nor out.
    struct State {
        bool logged_in = false;
        Timestamp since;                    // of the login or logout
        bool logged_out = false;            // by an event, not for want of one
        std::optional<DutyInterval> shift;  // login to logout; `end` is the end of time while unknown
        std::optional<DutyInterval> pause;  // breaks and meals; not training or after-call work
    };

    explicit AgentDuty(const AgentDutyLimits& limits = {}) : limits_(limits) {}

    // False for repeats and when full.
    bool observe(const AgentStateEvent& event);
    State at(const StaffId& staff, Timestamp time) const;
    void expire(Timestamp now);
    void forget(const StaffId& staff);
    // Logins and pauses as intervals, by staff and start.
    std::vector<DutyInterval> intervals() const;
    std::size_t size() const { return size_; }
    std::uint64_t refused_full() const { return refused_full_; }

  private:
    struct Event {
        Timestamp at;
        // Of one moment: who logs out and in again is in, who pauses and comes back is back.
        enum class Kind : std::uint8_t { logout, login, pause, unpause } kind = Kind::login;
        AgentStateEvent::Reason reason = AgentStateEvent::Reason::none;
        std::string source;
        std::string queue;
        auto operator<=>(const Event&) const = default;
    };
    using Events = std::vector<Event>;  // of one person, by time
    struct Walk;

    static Event::Kind kind_of(AgentStateEvent::Kind kind);
    Walk walk(const StaffId& staff, const Events& events, Timestamp until) const;

    AgentDutyLimits limits_;
    std::unordered_map<StaffId, Events> people_;
    std::size_t size_ = 0;
    std::uint64_t refused_full_ = 0;
};

}  // namespace breakwatch
