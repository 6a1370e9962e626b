// Calls put together from what an adapter says, and the recorded truth they are held against.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "feeds/calls/core/call_statement.hpp"
#include "unit/feeds/recorded_feeds.hpp"

namespace breakwatch::test {

struct TrueCall {
    std::string queue;
    std::string agent;  // interface
    std::string agent_name;
    Timestamp answered;
    Timestamp ended;
    std::string ended_by;
};

inline std::vector<TrueCall> true_calls(const std::string& run)
{
    std::vector<TrueCall> calls;
    for (const auto& row : read_jsonl(run + "/calls.jsonl")) {
        calls.push_back({text(row, "queue"), text(row, "agent"), text(row, "agent_name"), time(row, "answered_at"),
                         time(row, "ended_at"), text(row, "ended_by")});
    }
    return calls;
}

struct SaidCall {
    std::string queue;
    std::vector<std::string> agents;
    std::optional<Timestamp> answered;
    std::optional<Timestamp> ended;
    std::string ended_by;
};

// As the engine settles them: the earliest answer, the latest end.
class SaidCalls {
  public:
    void take(const CallStatements& statements)
    {
        for (const auto& each : statements) {
            if (each.type == CallStatement::Type::call_start) {
                auto& call = of(each);
                if (!call.answered || each.at < *call.answered) call.answered = each.at;
            } else if (each.type == CallStatement::Type::call_end) {
                auto& call = of(each);
                if (!call.ended || each.at >= *call.ended) {
                    call.ended = each.at;
                    call.ended_by = each.ended_by;
                }
                if (each.talk && !call.answered) call.answered = each.at - *each.talk;
            } else if (each.type != CallStatement::Type::heartbeat) {
                states.push_back(each);
            }
        }
    }
    std::vector<SaidCall> all() const
    {
        std::vector<SaidCall> every;
        for (const auto& [id, call] : calls_) every.push_back(call);
        return every;
    }
    std::vector<CallStatement> states;

  private:
    SaidCall& of(const CallStatement& statement)
    {
        auto& call = calls_[statement.agents.front() + "|" + statement.id];
        call.queue = statement.queue;
        call.agents = statement.agents;
        return call;
    }
    std::map<std::string, SaidCall> calls_;
};

inline bool near(const std::optional<Timestamp>& said, Timestamp truth, Duration tolerance)
{
    if (!said) return false;
    const auto off = *said - truth;
    return (off.count() < 0 ? -off : off) <= tolerance;
}

inline bool is_agent(const SaidCall& said, const TrueCall& truth)
{
    return std::ranges::any_of(said.agents,
                               [&](const auto& name) { return name == truth.agent || name == truth.agent_name; });
}

// The said call that is this true one; none or several: null.
inline const SaidCall* match(const std::vector<SaidCall>& said, const TrueCall& truth, Duration tolerance)
{
    const SaidCall* found = nullptr;
    for (const auto& call : said) {
        if (call.queue != truth.queue || !is_agent(call, truth) || !near(call.ended, truth.ended, tolerance)) continue;
        if (found != nullptr) return nullptr;
        found = &call;
    }
    return found;
}

// Every true call once, and none besides.
inline void check_equal(const std::vector<SaidCall>& said, const std::vector<TrueCall>& truth, Duration tolerance)
{
    CHECK(said.size() == truth.size());
    for (const auto& call : truth) {
        INFO(call.queue << " " << call.agent << " " << to_rfc3339(call.ended));
        const auto* found = match(said, call, tolerance);
        REQUIRE(found != nullptr);
        CHECK(near(found->answered, call.answered, tolerance));
        CHECK(found->ended_by == call.ended_by);
    }
}

}  // namespace breakwatch::test
