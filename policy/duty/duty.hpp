// On shift or not, out of what a site goes by: the roster, the call system's own logins, or both. Where
// the two contradict each other it says so.
#pragma once

#include <cstdint>
#include <string>

#include "policy/duty/agent_duty.hpp"
#include "policy/duty/roster.hpp"

namespace breakwatch {

// both: on shift when either says so; a break as the call system has it, else as planned.
enum class DutyBasis : std::uint8_t { roster, call_system, both };

class Duty {
  public:
    Duty(const Roster& roster, const AgentDuty& agents, DutyBasis basis)
        : roster_(roster), agents_(agents), basis_(basis)
    {}

    DutyState at(const StaffId& staff, Timestamp time) const;

  private:
    const Roster& roster_;
    const AgentDuty& agents_;
    DutyBasis basis_;
};

}  // namespace breakwatch
