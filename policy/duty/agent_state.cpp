#include "policy/duty/agent_state.hpp"

namespace breakwatch {

std::string_view name(AgentStateEvent::Kind kind)
{
    switch (kind) {
        case AgentStateEvent::Kind::login: return "login";
        case AgentStateEvent::Kind::logout: return "logout";
        case AgentStateEvent::Kind::pause: return "pause";
        case AgentStateEvent::Kind::unpause: break;
    }
    return "unpause";
}

std::string_view name(AgentStateEvent::Reason reason)
{
    switch (reason) {
        case AgentStateEvent::Reason::none: return "none";
        case AgentStateEvent::Reason::break_: return "break";
        case AgentStateEvent::Reason::meal: return "meal";
        case AgentStateEvent::Reason::training: return "training";
        case AgentStateEvent::Reason::after_call_work: return "after-call-work";
        case AgentStateEvent::Reason::other: break;
    }
    return "other";
}

}  // namespace breakwatch
