// What an earlier run told and what it kept: incidents are extended after a restart, and not raised again.
#include <algorithm>

#include "policy/incident/incident_book.hpp"
#include "policy/incident/told_findings.hpp"

namespace breakwatch {

void IncidentBook::remember(const Incident& incident, const StaffId& staff)
{
    const bool presence = incident.occasion.kind != Occasion::Kind::call;
    const IncidentKey key{staff, incident.rule, incident.platform, incident.occasion};
    make_room();
    auto& open = cases_[key];
    open.told = incident;
    open.touched = incident.raised_at;
    open.call = incident.call;
    const Binding binding{staff,
                          {},
                          {},
                          incident.binding.from,
                          incident.binding.to,
                          incident.binding.grade,
                          incident.binding.zone,
                          incident.binding.reason,
                          incident.binding.doubts};
    DutyState duty;
    duty.from_call_system = incident.duty.from_call_system;
    duty.conflict = incident.duty.conflict;
    if (incident.duty.shift_start) {
        duty.on_shift = true;
        duty.shift = {staff, *incident.duty.shift_start, incident.duty.shift_end.value_or(Timestamp::max()),
                      DutyActivity::shift, incident.duty.site};
    }
    if (incident.duty.pause_start) {
        duty.pause = {staff, *incident.duty.pause_start, incident.duty.pause_end.value_or(Timestamp::max()),
                      DutyActivity::break_, incident.duty.site};
    }
    if (presence) {
        open.presence = Presence{incident.seen.value_or(incident.raised_at), binding, duty, incident.severity};
        return;
    }
    open.settled = incident.findings;
    open.settled_count = incident.finding_count;
    for (const auto& finding : incident.findings) {
        keep_highest(open.settled_confidences, finding.confidence);
    }
    open.settled_tier = incident.tier;
    if (incident.findings.empty()) return;
    Judgement judgement;
    judgement.outcome = Judgement::Outcome::incident;
    judgement.key = key;
    judgement.severity = incident.severity;
    judgement.binding = binding;
    judgement.duty = duty;
    open.first = Part{incident.findings.front(), judgement};
}

void IncidentBook::reopen(const IncidentKey& key, const Finding& finding)
{
    const auto entry = cases_.find(key);
    if (entry == cases_.end()) return;
    auto& open = entry->second;
    const auto found = std::ranges::find(open.settled, story_order(finding), story_order);
    const bool listed = found != open.settled.end();
    // Of a long incident not every finding is listed: then this is one of the rest.
    if (!listed && open.settled_count <= open.settled.size()) return;
    --open.settled_count;
    due_.insert(key);
    if (!listed) return;
    open.settled.erase(found);
    const auto confidence = place_of(open.settled_confidences, finding.confidence);
    if (confidence != open.settled_confidences.end()) open.settled_confidences.erase(confidence);
    open.settled_tier = Tier::corroborated;
    for (const auto& rest : open.settled) open.settled_tier = std::min(open.settled_tier, rest.tier);
    if (!open.first || story_order(open.first->finding) != story_order(finding)) return;
    if (open.settled.empty())
        open.first.reset();
    else
        open.first->finding = open.settled.front();
}

void IncidentBook::recall(const Finding& finding, const Judgement& judgement)
{
    if (!cases_.contains(*judgement.key)) make_room();
    auto& open = cases_[*judgement.key];
    const auto found = std::ranges::find(open.settled, story_order(finding), story_order);
    const bool listed = found != open.settled.end();
    const bool among_the_rest = open.settled_count > open.settled.size();
    if (open.settled_count == 0 || listed) open.least_confidence = judgement.least_confidence;
    if (listed) {
        found->confidence = finding.confidence;
        const auto confidence = place_of(open.settled_confidences, finding.confidence);
        if (confidence != open.settled_confidences.end()) *confidence = finding.confidence;
    }
    if (!listed && !among_the_rest) {
        insert_in_order(open.settled, finding);
        ++open.settled_count;
        keep_highest(open.settled_confidences, finding.confidence);
        open.settled_tier = std::min(open.settled_tier, finding.tier);
    }
    // On disk the first one has no device.
    if (!open.first || story_order(finding) <= story_order(open.first->finding)) open.first = Part{finding, judgement};
    learn(open.call, judgement.call);
    open.touched = std::max(open.touched, finding.at);
    // Whether it had competed before the end is what the budget was given back.
    if (plan_) contenders_.emplace_back(finding.at, *judgement.key);
}

}  // namespace breakwatch
