// What must survive a restart, as values: findings that wait for late facts, and the facts that a live source tells
// once. Told by the engine as it changes, kept sealed by the store, and given back at the next start. Files that are
// read anew (rosters, enrolment, rules) are no part of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "policy/duty/agent_state.hpp"
#include "policy/identity/kept_statement.hpp"
#include "policy/incident/alert_budget.hpp"
#include "policy/incident/judgement.hpp"
#include "policy/mention/mention.hpp"

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

// An exchange of the short-term record (policy/mention/exchange_record.hpp), as the mention rules judged it last,
// without its device.
struct RecordedExchange {
    Finding finding;
    Judgement judgement;
    std::vector<std::string> contacts;  // ids of those that the person had handled by then
};

// A mention, and the exchange that it made an incident of, if any.
struct KeptMention {
    Mention mention;
    std::uint32_t revision = 0;  // of what was answered last; 0: nothing yet
    bool final = false;
    std::optional<IncidentKey> key = {};
    Finding finding = {};
};

// The network was watched from then to then.
struct WatchedSpan {
    Timestamp from;
    Timestamp until;
};

// Of the short-term record: before then something may be missing.
struct CompleteSince {
    Timestamp at;
};

// The order of the alternatives is the format: new ones at the end.
using Memory = std::variant<HeldAddress, EndedAddress, SessionEvent, Suspicion, CallEvent, AgentStateEvent, KeptFinding,
                            RecordedExchange, KeptMention, WatchedSpan, CompleteSince, BudgetScore>;

struct MemoryChange {
    Memory memory;
    std::optional<StaffId> owner;  // whose withdrawal ends it; none: nobody's, or not known yet
    Timestamp until;               // nothing asks for it any more
    std::string key;               // what it replaces; "": itself alone, told again it is the same
    bool gone = false;             // that of `key` is decided
    bool after_effects = false;    // true only once what it tells of is stored
};

struct MemoryChanges {
    std::vector<MemoryChange> rows;
    std::vector<StaffId> forgotten;  // of whom nothing may stay
};

}  // namespace breakwatch
