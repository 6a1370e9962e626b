// What a call system says of its agents themselves: logged in or out, on a break or back from it.
// Where there is no work-force plan, who is on shift is derived from these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

struct AgentStateEvent {
    enum class Kind : std::uint8_t { login, logout, pause, unpause };
    // What a pause is for, as far as its reason tells. The text itself stays in the adapter: people
    // write names into it.
    enum class Reason : std::uint8_t { none, break_, meal, training, after_call_work, other };

    std::string source;  // feed name
    StaffId staff;       // as the call system names the agent, until it is mapped
    Kind kind = Kind::login;
    Reason reason = Reason::none;  // of a pause
    // The queue it is about; empty: all of them. An agent paused in one queue still answers others.
    std::string queue;
    Timestamp at;  // event time of the source
    // It was told before with this time, by a clock that is known to be wrong since.
    std::optional<Timestamp> instead_of = {};
};
std::string_view name(AgentStateEvent::Kind kind);
std::string_view name(AgentStateEvent::Reason reason);

}  // namespace breakwatch
