#include "policy/incident/incident_book.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "policy/activity/activity_window.hpp"
#include "policy/activity/detector_model.hpp"
#include "policy/incident/story.hpp"
#include "policy/incident/told_findings.hpp"

namespace breakwatch {

namespace {

// The story begins some time before the call's end, or before the finding while the call goes on.
constexpr Duration kVolumeBefore = std::chrono::minutes{5};
// What is surely known when a finding is told, at the earliest: more would depend on when a slice came and the post was
// judged.
constexpr Duration kVolumeAfter = kPostHold;
constexpr Duration kOctetsAfter = std::chrono::minutes{1};
// Accounting reports so far from the story still tell of it.
constexpr Duration kReportReach = std::chrono::minutes{15};

IncidentDuty facts_of(const DutyState& duty)
{
    IncidentDuty told;
    const auto end = [](const DutyInterval& part) {
        return part.end == Timestamp::max() ? std::nullopt : std::optional(part.end);
    };
    told.from_call_system = duty.from_call_system;
    told.conflict = duty.conflict;
    if (duty.shift) {
        told.shift_start = duty.shift->start;
        told.shift_end = end(*duty.shift);
        told.site = duty.shift->site;
    }
    if (duty.pause) {
        told.pause_start = duty.pause->start;
        told.pause_end = end(*duty.pause);
    }
    return told;
}

IncidentBinding facts_of(const Binding& binding)
{
    return {binding.grade, binding.zone, binding.from, binding.to, binding.reason, binding.doubts};
}

Duration after(const IncidentCall& call, Timestamp at)
{
    if (call.ended) return at - *call.ended;
    return call.answered ? std::min(*call.answered - at, Duration{-1}) : Duration{-1};
}

}  // namespace

IncidentBook::IncidentBook(Limits limits, Pseudonymise pseudonymise)
    : limits_(limits), pseudonymise_(std::move(pseudonymise))
{}

// What was known of a call stays known: a feed that is read anew after a restart tells its start
// first.
void IncidentBook::learn(IncidentCall& known, const Call& call)
{
    known.source = call.source;
    known.id = call.id;
    known.channel = call.channel;
    if (!call.queue.empty()) known.queue = call.queue;
    if (call.answered) known.answered = call.answered;
    if (!call.ended) return;
    known.ended = call.ended;
    known.ended_by = call.ended_by;
    if (call.hold) known.hold = call.hold;
    if (call.wrap_up) known.wrap_up = call.wrap_up;
}

void IncidentBook::put(FindingNumber number, const Finding& finding, const Judgement& judgement)
{
    const auto known = case_of_.find(number);
    if (known != case_of_.end() && known->second != *judgement.key) withdraw(number);
    if (!cases_.contains(*judgement.key)) make_room();
    auto& open = cases_[*judgement.key];
    // A finding that an earlier run has put on disk already.
    if (std::ranges::find(open.settled, story_order(finding), story_order) != open.settled.end()) return;
    if (open.settled_count == 0) open.least_confidence = judgement.least_confidence;
    open.parts.insert_or_assign(number, Part{finding, judgement});
    learn(open.call, judgement.call);
    open.touched = std::max(open.touched, finding.at);
    case_of_.insert_or_assign(number, *judgement.key);
    due_.insert(*judgement.key);
    if (finding.tier == Tier::corroborated) corroborates(*judgement.key);
}

void IncidentBook::put(const IncidentKey& key, const Presence& presence)
{
    if (!cases_.contains(key)) make_room();
    auto& open = cases_[key];
    if (open.presence && open.presence->at <= presence.at) return;
    open.presence = presence;
    open.touched = std::max(open.touched, presence.at);
    due_.insert(key);
}

void IncidentBook::withdraw(FindingNumber number)
{
    const auto known = case_of_.find(number);
    if (known == case_of_.end()) return;
    cases_.at(known->second).parts.erase(number);
    due_.insert(known->second);
    case_of_.erase(known);
}

bool IncidentBook::settle(FindingNumber number)
{
    const auto known = case_of_.find(number);
    if (known == case_of_.end()) return true;
    const auto key = known->second;
    auto& open = cases_.at(key);
    case_of_.erase(known);
    auto part = std::move(open.parts.extract(number).mapped());
    if (plan_) contenders_.emplace_back(part.finding.at, key);
    insert_in_order(open.settled, part.finding);
    ++open.settled_count;
    keep_highest(open.settled_confidences, part.finding.confidence);
    open.settled_tier = std::min(open.settled_tier, part.finding.tier);
    const bool first = !open.first || story_order(part.finding) < story_order(open.first->finding);
    if (first) open.first = std::move(part);
    return open.told.has_value() || due_.contains(key);
}

void IncidentBook::call_changed(const Call& call)
{
    for (auto entry = cases_.lower_bound({call.staff, {}, {}, {}});
         entry != cases_.end() && entry->first.staff == call.staff; ++entry) {
        auto& [key, open] = *entry;
        if (key.occasion != Occasion{Occasion::Kind::call, call.source, call.id}) continue;
        learn(open.call, call);
        due_.insert(key);
    }
}

void IncidentBook::conclude(Incident& incident, const Case& open)
{
    incident.findings = open.settled;
    incident.finding_count = open.settled_count + static_cast<std::uint32_t>(open.parts.size());
    if (incident.finding_count == 0) return;
    incident.tier = open.settled_tier;
    auto confidences = open.settled_confidences;
    for (const auto& [number, part] : open.parts) {
        insert_in_order(incident.findings, part.finding);
        keep_highest(confidences, part.finding.confidence);
        incident.tier = std::min(incident.tier, part.finding.tier);
    }
    const auto confidence = combined_confidence(confidences);
    if (!reaches(confidence, open.least_confidence)) {
        incident.findings.clear();
        incident.finding_count = 0;
        return;
    }
    incident.confidence = std::round(confidence * 1e4) / 1e4;
    for (auto& finding : incident.findings) finding.device = Device{};
}

void IncidentBook::octets_counted(const StaffId& staff, Timestamp at)
{
    for (auto entry = cases_.lower_bound({staff, {}, {}, {}}); entry != cases_.end() && entry->first.staff == staff;
         ++entry) {
        const auto& [key, open] = *entry;
        if (!open.presence && at - open.touched <= 2 * kReportReach) due_.insert(key);
    }
}

// The timeline, and how much of the device's traffic could be seen and named.
void IncidentBook::measure(Incident& incident, const Part& first, const Sources& sources)
{
    const auto& device = first.finding.device;
    const bool after_end = incident.after_call.count() >= 0;
    const auto from = (after_end ? *incident.call.ended : first.finding.at) - kVolumeBefore;
    const auto last = incident.findings.back().at;
    incident.volume = sources.volumes.slices(device, from, last + kVolumeAfter);
    incident.coverage = sources.volumes.coverage(device, from, last + kVolumeAfter);
    const auto counted = sources.bindings.octets(first.judgement.binding.mac, from, last + kOctetsAfter, kReportReach);
    if (!counted || counted->from < sources.watched_since) return;
    incident.coverage.network = counted->octets;
    incident.coverage.seen = sources.volumes.octets(device, counted->from, counted->to);
}

Incident IncidentBook::compose(const IncidentKey& key, const Case& open, const Sources& sources) const
{
    Incident incident;
    incident.subject = pseudonymise_(key.staff);
    incident.id = open.told ? open.told->id : incident_id(incident.subject, key);
    incident.occasion = key.occasion;
    incident.rule = key.rule;
    incident.platform = key.platform;
    conclude(incident, open);
    const bool by_shape = incident.finding_count > 0 && incident.tier == Tier::b;
    incident.measured = !plan_ || !by_shape || is_measured(measured_, key.platform);
    if (!incident.measured) incident.rank = open.rank || !open.told ? open.rank : open.told->rank;
    if (open.presence) {
        incident.severity = open.presence->severity;
        incident.duty = facts_of(open.presence->duty);
        incident.binding = facts_of(open.presence->binding);
        incident.seen = open.presence->at;
        incident.reasons = {"a device where devices are not allowed, at " + to_rfc3339(open.presence->at)};
    } else if (incident.finding_count == 0) {
        incident.call = open.call;
        incident.state = IncidentState::closed;
        if (open.told) {
            incident.severity = Severity::notice;
            incident.duty = open.told->duty;
            incident.binding = open.told->binding;
        }
        incident.reasons = {
            "withdrawn: facts that came later tell another story (another call, another person, or "
            "off duty)"};
        return incident;
    } else {
        const Part* first = open.first ? &*open.first : nullptr;
        for (const auto& [number, part] : open.parts) {
            if (first == nullptr || story_order(part.finding) < story_order(first->finding)) first = &part;
        }
        incident.severity = first->judgement.severity;
        incident.call = open.call;
        incident.after_call = after(open.call, first->finding.at);
        incident.duty = facts_of(first->judgement.duty);
        incident.binding = facts_of(first->judgement.binding);
        measure(incident, *first, sources);
        if (incident.volume.empty() && open.told) {  // told by an earlier run
            incident.volume = open.told->volume;
            incident.coverage = open.told->coverage;
        }
    }
    for (auto& reason : reasons_of(incident)) incident.reasons.push_back(std::move(reason));
    incident.gaps = gaps_of(incident, sources.health);
    return incident;
}

std::vector<RecordIncident> IncidentBook::revise(Timestamp now, const Sources& sources)
{
    std::vector<RecordIncident> revisions;
    for (const auto& key : due_) {
        const auto entry = cases_.find(key);
        if (entry == cases_.end()) continue;
        auto& open = entry->second;
        auto incident = compose(key, open, sources);
        incident.raised_at = std::max(now, open.touched);
        incident.held = is_held(key, open, incident);
        if (open.told && same_conclusion(*open.told, incident)) continue;
        if (!open.told && incident.state == IncidentState::closed) continue;
        incident.revision = open.told ? open.told->revision + 1 : 1;
        count(open, incident);
        open.told = incident;
        open.touched = std::max(open.touched, incident.raised_at);  // a mention may be of days ago
        revisions.push_back({std::move(incident), key.staff});
    }
    due_.clear();
    return revisions;
}

void IncidentBook::forget(const StaffId& staff)
{
    std::erase_if(case_of_, [&staff](const auto& entry) { return entry.second.staff == staff; });
    std::erase_if(cases_, [&staff](const auto& entry) { return entry.first.staff == staff; });
    std::erase_if(due_, [&staff](const IncidentKey& key) { return key.staff == staff; });
}

void IncidentBook::tidy(Timestamp now)
{
    std::erase_if(cases_, [&](const auto& entry) {
        const auto& open = entry.second;
        const bool corroborated = open.settled_count > 0 && open.settled_tier == Tier::corroborated;
        return open.parts.empty() && now - open.touched > (corroborated ? limits_.keep_corroborated : limits_.keep);
    });
}

// What is forgotten here has been told long since; only its extension is lost.
void IncidentBook::make_room()
{
    if (cases_.size() < limits_.incidents) return;
    auto oldest = cases_.end();
    for (auto entry = cases_.begin(); entry != cases_.end(); ++entry) {
        if (!entry->second.parts.empty() || due_.contains(entry->first)) continue;
        if (oldest == cases_.end() || entry->second.touched < oldest->second.touched) oldest = entry;
    }
    if (oldest != cases_.end()) cases_.erase(oldest);
}

}  // namespace breakwatch
