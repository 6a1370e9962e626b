// Who was on duty, and which call was the nearest: by going through everything.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

#include "slow_join.hpp"

namespace breakwatch::test {

bool SlowJoin::on_shift(const StaffId& staff, Timestamp at) const
{
    if (history_.duty_from == DutyBasis::roster) return rostered(staff, at);
    if (history_.duty_from == DutyBasis::call_system) return logged_in(staff, at);
    return rostered(staff, at) || logged_in(staff, at);
}

// The last word decides: whoever logs in, pauses or comes back is in.
bool SlowJoin::logged_in(const StaffId& staff, Timestamp at) const
{
    const AgentStateEvent* last = nullptr;
    for (const auto& event : history_.agents) {
        if (event.staff != staff || event.at > at) continue;
        if (last == nullptr || event.at > last->at) last = &event;
    }
    return last != nullptr && last->kind != AgentStateEvent::Kind::logout;
}

bool SlowJoin::rostered(const StaffId& staff, Timestamp at) const
{
    bool on = false;
    for (const auto& row : history_.duty) {
        if (row.staff != staff || at < row.start || at >= row.end) continue;
        if (row.activity == DutyActivity::off) return false;
        on = true;
    }
    return on;
}

std::vector<Call> SlowJoin::calls_of(const StaffId& staff) const
{
    std::map<std::string, Call> calls;
    std::map<std::string, Timestamp> derived;
    for (const auto& event : history_.calls) {
        if (event.staff != staff) continue;
        auto& call = calls[event.id];
        call.id = event.id;
        call.source = event.source;
        if (event.type == CallEvent::Type::call_start) {
            call.answered = std::min(call.answered.value_or(event.at), event.at);
            continue;
        }
        call.ended = std::max(call.ended.value_or(event.at), event.at);
        if (!event.talk) continue;
        const auto begin = event.at - *event.talk;
        const auto [entry, fresh] = derived.try_emplace(event.id, begin);
        entry->second = std::min(entry->second, begin);
    }
    std::vector<Call> all;
    for (auto& [id, call] : calls) {
        if (!call.answered && derived.contains(id)) call.answered = derived[id];
        all.push_back(call);
    }
    return all;
}

std::optional<Call> SlowJoin::nearest_call(const StaffId& staff, Timestamp at) const
{
    const auto calls = calls_of(staff);
    std::optional<Call> best;
    for (const auto& call : calls) {  // in progress: the one answered last
        if (!call.answered || *call.answered > at || (call.ended && *call.ended <= at)) continue;
        const bool replaced = std::ranges::any_of(calls, [&](const Call& other) {
            return other.answered && *other.answered > *call.answered && *other.answered <= at;
        });
        if (!call.ended && (replaced || at - *call.answered >= CallLimits{}.longest_call)) continue;
        if (!best || *call.answered > *best->answered) best = call;
    }
    if (best) return best;
    for (const auto& call : calls) {  // else the one that ended last
        if (!call.ended || *call.ended > at || at - *call.ended > history_.rule.within) continue;
        if (!best || *call.ended > *best->ended) best = call;
    }
    return best;
}

}  // namespace breakwatch::test
