// Calls of FreeSWITCH's mod_callcenter: events of subclass callcenter::info, as JSON or plain text, and the
// agent list, which after a reconnect makes good what happened unseen. Pure. Of the caller
// (CC-Member-CID-Name, CC-Member-CID-Number) nothing is read.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "feeds/calls/core/call_statement.hpp"

namespace breakwatch {

class FreeSwitchCalls {
  public:
    static constexpr std::size_t kMostAgents = 50'000;

    // The body of a text/event-json or text/event-plain frame.
    std::expected<CallStatements, std::string> event(std::string_view body, bool as_json);
    // The answer to "callcenter_config agent list": name|...|status|state|...|last_bridge_start|last_bridge_end|...
    CallStatements agent_list(std::string_view text, Timestamp now);
    // The connection is gone: calls that run now may end unseen.
    void lost();

  private:
    struct Agent {
        std::string open;  // id of the call in progress; empty: none
        std::string queue;
        std::string status;
        Timestamp answered;
        Timestamp last_end;  // as far as told
        bool before_gap = false;
    };
    using Get = std::function<std::string(std::string_view)>;

    CallStatements told(const Get& get);
    CallStatements status_changed(const std::string& agent, const std::string& status, Timestamp at);
    void make_good(const std::string& name, Agent& agent, Timestamp start, Timestamp end, bool talking,
                   CallStatements& said);

    std::map<std::string, Agent> agents_;
};

}  // namespace breakwatch
