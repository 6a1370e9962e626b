// What must survive a restart, as values: findings that wait for late facts, and the facts that a live source tells
// once. Told by the engine as it changes, kept sealed by the store, and given back at the next start. Files that are
// read anew (rosters, enrolment, rules) are no part of it.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/duty/agent_state.hpp"
#include "policy/identity/kept_statement.hpp"
#include "policy/incident/judgement.hpp"

namespace breakwatch {

// A finding that may still be judged otherwise, or (settled) one that an incident is made of.
struct KeptFinding {
    Finding finding;
    bool settled = false;
    DutyState duty = {};  // as judged: a newer roster file may hold tomorrow only
    // The rest for those of an incident only.
    std::optional<IncidentKey> key = {};
    Severity severity = Severity::warning;
    double least_confidence = 0;
    Binding binding = {};
    Call call = {};
};

using Memory =
    std::variant<HeldAddress, EndedAddress, SessionEvent, Suspicion, CallEvent, AgentStateEvent, KeptFinding>;

struct MemoryChange {
    Memory memory;
    std::optional<StaffId> owner;  // whose withdrawal ends it; none: nobody's, or not known yet
    Timestamp until;               // nothing asks for it any more
    std::string key;               // what it replaces; "": itself alone, told again it is the same
    bool gone = false;             // that of `key` is decided
};

struct MemoryChanges {
    std::vector<MemoryChange> rows;
    std::vector<StaffId> forgotten;  // of whom nothing may stay
};

}  // namespace breakwatch
