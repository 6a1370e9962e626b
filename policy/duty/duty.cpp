#include "policy/duty/duty.hpp"

namespace breakwatch {

namespace {

std::string clock_of(Timestamp time)
{
    return to_rfc3339(time).substr(11, 8) + "Z";
}

std::string conflict_of(const DutyState& planned, const AgentDuty::State& told)
{
    if (planned.on_shift && told.logged_out) {
        return "the roster has this person on shift, the call system has them logged out since " + clock_of(told.since);
    }
    if (!planned.on_shift && told.logged_in) {
        return "the call system has this person logged in since " + clock_of(told.since) +
               ", the roster has no shift of theirs then";
    }
    return {};
}

}  // namespace

DutyState Duty::at(const StaffId& staff, Timestamp time) const
{
    auto planned = roster_.at(staff, time);
    const auto told = agents_.at(staff, time);
    DutyState by_calls;
    by_calls.on_shift = told.logged_in;
    by_calls.shift = told.shift;
    by_calls.pause = told.pause;
    by_calls.from_call_system = true;

    // Where the roster could not be read, a login is the better word.
    if (planned.unknown && told.logged_in) {
        by_calls.conflict = planned.conflict;
        return by_calls;
    }
    const bool roster_decides =
        basis_ == DutyBasis::roster || (basis_ == DutyBasis::both && (planned.on_shift || planned.unknown));
    auto state = roster_decides ? planned : by_calls;
    if (basis_ == DutyBasis::both && told.pause) state.pause = told.pause;
    // A site that goes by its call system may have no roster at all: silence is no contradiction.
    if (state.unknown) return state;
    if (basis_ != DutyBasis::call_system || planned.on_shift) state.conflict = conflict_of(planned, told);
    return state;
}

}  // namespace breakwatch
