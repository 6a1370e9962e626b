// What one record of a call system says, as its adapter read it. Nothing of the customer passes this
// point: no number, no name, no recording, no text that people typed.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/duty/agent_state.hpp"
#include "policy/duty/channel.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct CallStatement {
    enum class Type : std::uint8_t {
        call_start,
        call_end,
        login,
        logout,
        pause,
        unpause,
        heartbeat,
        refused  // one record of several in a text; `id` says why. It goes no further than CallIntake::parse
    };

    Type type = Type::heartbeat;
    Timestamp at;
    // What the call system calls the agent, one name or several for the same person (member name,
    // interface, extension). Enrolment says who that is.
    std::vector<std::string> agents = {};
    std::string id = {};  // of the call; the same in its start and its end
    std::string queue = {};
    std::string ended_by = {};  // "agent", "caller", "transfer", "server", "" unknown
    std::optional<Duration> talk = {};
    AgentStateEvent::Reason reason = AgentStateEvent::Reason::none;
    std::string source = {};  // empty: the feed's own name
    Channel channel = Channel::voice;
    // With call_end: the holds together, and the work after the customer left.
    std::optional<Duration> hold = {};
    std::optional<Duration> wrap_up = {};
    // Told before with this time, by a clock that is known to be wrong since.
    std::optional<Timestamp> instead_of = {};
};
using CallStatements = std::vector<CallStatement>;

inline constexpr std::size_t kLongestCallRecord = 64UL * 1024;  // octets
inline constexpr std::size_t kLongestCallText = 200;            // of an id, a name, a queue

// "Lunch" -> meal, "WC" -> break_: by the usual words of English, German, French, Spanish, Japanese.
AgentStateEvent::Reason reason_of(std::string_view text);

}  // namespace breakwatch
