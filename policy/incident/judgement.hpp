// The join, asked of one finding: whose device, on duty or not, which call, which rule. A pure
// function of the facts known at the moment of asking.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/activity/platform_catalog.hpp"
#include "policy/duty/call_timeline.hpp"
#include "policy/duty/duty.hpp"
#include "policy/identity/binding_table.hpp"
#include "policy/incident/incident.hpp"
#include "policy/incident/rules.hpp"

namespace breakwatch {

// What is known; owned by the engine.
struct Facts {
    const PlatformCatalog& catalog;
    const BindingTable& bindings;
    const Duty& duty;
    const CallTimeline& calls;
    const Rules& rules;
};

struct Judgement {
    enum class Outcome : std::uint8_t {
        unattributed,  // nobody's device, as far as known
        ambiguous,     // more than one person's
        weak,          // somebody's, but not surely enough to name anybody
        outside,       // no rule holds
        incident       // or part of one: the book decides whether it is sure enough
    };

    Outcome outcome = Outcome::unattributed;
    std::vector<StaffId> people;     // all whom the device may have been: whose later calls matter
    bool would_be_incident = false;  // ambiguous or weak: a rule holds for one of them
    // The rest for `incident` only.
    std::optional<IncidentKey> key;
    Severity severity = Severity::warning;
    double least_confidence = 0;  // of the incident, all its findings taken together
    Binding binding;
    DutyState duty;
    Call call;
};

// `duty` as an earlier judgement of the finding had it: who was on shift by the roster stays so, for a
// newer roster file may hold tomorrow only. Of the rules only those of `kind` are asked.
Judgement judge(const Finding& finding, const Facts& facts, const DutyState& duty = {},
                Rule::Kind kind = Rule::Kind::post_after_call);

}  // namespace breakwatch
