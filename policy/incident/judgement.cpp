#include "policy/incident/judgement.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {

namespace {

// A finding of a platform that the catalogue does not know (any more) is taken for a public one.
Surface surface_of(const Finding& finding, const PlatformCatalog& catalog)
{
    const auto match = catalog.find(finding.server_name);
    return match ? catalog.row(match->row).surface : Surface::public_;
}

bool in_progress(const Call& call, Timestamp at)
{
    return !call.ended || at < *call.ended;
}

std::optional<Call> call_for(const Rule& rule, const StaffId& staff, Timestamp at, const CallTimeline& calls)
{
    auto call = calls.nearest(staff, at, rule.within, rule.channels);
    if (call && in_progress(*call, at) && !rule.during_call) return std::nullopt;
    return call;
}

// Completes the judgement if the rule holds.
bool holds(const Rule& rule, const Finding& finding, const Facts& facts, Judgement& judgement)
{
    const auto& staff = judgement.binding.staff;
    if (!concerns(rule, finding, surface_of(finding, facts.catalog))) return false;
    if (!concerns_zone(rule, judgement.binding.zone)) return false;
    if (rule.on_shift && !judgement.duty.on_shift && !judgement.duty.unknown) return false;
    auto call = call_for(rule, staff, finding.at, facts.calls);
    if (!call) return false;
    judgement.outcome = Judgement::Outcome::incident;
    judgement.severity = rule.severity;
    judgement.least_confidence = rule.least_confidence;
    judgement.key = IncidentKey{staff, rule.id, finding.platform, {Occasion::Kind::call, call->source, call->id}};
    judgement.call = std::move(*call);
    return true;
}

// Whether there would be an incident if the device were surely that person's.
bool would_hold(const Binding& binding, const Finding& finding, const Facts& facts, Rule::Kind kind)
{
    Judgement judgement;
    judgement.binding = binding;
    judgement.duty = facts.duty.at(binding.staff, finding.at);
    return std::ranges::any_of(facts.rules, [&](const Rule& rule) {
        return rule.kind == kind && finding.confidence >= rule.least_confidence &&
               holds(rule, finding, facts, judgement);
    });
}

}  // namespace

Judgement judge(const Finding& finding, const Facts& facts, const DutyState& duty, Rule::Kind kind)
{
    Judgement judgement;
    auto bindings = facts.bindings.bindings_at(finding.device, finding.at);
    for (const auto& binding : bindings) judgement.people.push_back(binding.staff);
    if (bindings.empty()) return judgement;
    judgement.outcome = Judgement::Outcome::ambiguous;
    if (bindings.size() > 1 || bindings.front().grade == Grade::weak)
        judgement.would_be_incident =
            std::ranges::any_of(bindings, [&](const Binding& b) { return would_hold(b, finding, facts, kind); });
    if (bindings.size() > 1) return judgement;
    judgement.outcome = Judgement::Outcome::weak;
    judgement.binding = std::move(bindings.front());
    const auto& binding = judgement.binding;
    if (binding.grade == Grade::weak) return judgement;

    judgement.outcome = Judgement::Outcome::outside;
    judgement.duty = facts.duty.at(binding.staff, finding.at);
    const bool was_on_shift = duty.shift && duty.shift->staff == binding.staff && !duty.from_call_system;
    if (!judgement.duty.on_shift && was_on_shift) judgement.duty = duty;
    // A rule that the finding satisfies by itself comes before one for which it only counts with others.
    for (const auto least : {&Rule::least_confidence, &Rule::weak_confidence}) {
        for (const auto& rule : facts.rules) {
            if (rule.kind != kind || finding.confidence < rule.*least) continue;
            if (holds(rule, finding, facts, judgement)) return judgement;
        }
    }
    return judgement;
}

}  // namespace breakwatch
