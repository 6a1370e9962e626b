#include "policy/incident/judgement.hpp"

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

std::optional<Call> call_for(const Rule& rule, const StaffId& staff, Timestamp at,
                             const CallTimeline& calls)
{
    auto call = calls.nearest(staff, at, rule.within);
    if (call && in_progress(*call, at) && !rule.during_call) return std::nullopt;
    return call;
}

}  // namespace

Judgement judge(const Finding& finding, const Facts& facts, const DutyState& duty)
{
    Judgement judgement;
    auto bindings = facts.bindings.bindings_at(finding.device, finding.at);
    for (const auto& binding : bindings) judgement.people.push_back(binding.staff);
    if (bindings.empty()) return judgement;
    judgement.outcome = Judgement::Outcome::ambiguous;
    if (bindings.size() > 1) return judgement;
    judgement.outcome = Judgement::Outcome::weak;
    judgement.binding = std::move(bindings.front());
    const auto& binding = judgement.binding;
    if (binding.grade == Grade::weak) return judgement;

    judgement.outcome = Judgement::Outcome::outside;
    judgement.duty = facts.duty.at(binding.staff, finding.at);
    const bool was_on_shift =
        duty.shift && duty.shift->staff == binding.staff && !duty.from_call_system;
    if (!judgement.duty.on_shift && was_on_shift) judgement.duty = duty;
    const auto surface = surface_of(finding, facts.catalog);
    for (const auto& rule : facts.rules) {
        if (!concerns(rule, finding, surface) || !concerns_zone(rule, binding.zone)) continue;
        if (rule.on_shift && !judgement.duty.on_shift) continue;
        auto call = call_for(rule, binding.staff, finding.at, facts.calls);
        if (!call) continue;
        judgement.outcome = Judgement::Outcome::incident;
        judgement.severity = rule.severity;
        judgement.key =
            IncidentKey{binding.staff, rule.id, finding.platform, call->source, call->id};
        judgement.call = std::move(*call);
        break;
    }
    return judgement;
}

}  // namespace breakwatch
