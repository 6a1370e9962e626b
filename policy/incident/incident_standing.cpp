// Whether an incident is raised or held.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "policy/activity/detector_model.hpp"
#include "policy/incident/incident_book.hpp"
#include "policy/incident/told_findings.hpp"

namespace breakwatch {

bool IncidentBook::is_held(const IncidentKey& key, const Case& open, const Incident& incident) const
{
    if (!plan_ || open.raised || (open.told && !open.told->held)) return false;
    if (open.presence || incident.tier == Tier::corroborated) return false;
    if (incident.finding_count == 0) return true;  // withdrawn before anybody was told
    return !sure_enough(key.platform, open, incident.findings) && !corroborated(key, incident.findings);
}

// What may be alerted by itself has to reach by itself what its rule asks for.
bool IncidentBook::sure_enough(const std::string& platform, const Case& open,
                               const std::vector<Finding>& findings) const
{
    const bool measured = is_measured(measured_, platform);
    std::vector<double> confidences;
    for (const auto& finding : findings) {
        if (may_alert(plan_->mode, finding, measured)) keep_highest(confidences, finding.confidence);
    }
    return !confidences.empty() && reaches(combined_confidence(confidences), open.least_confidence);
}

// Somebody saw a post, and one of these stood out as being it: that is an incident of the mention's rule. In mode
// complaint that one is enough.
bool IncidentBook::corroborated(const IncidentKey& key, const std::vector<Finding>& findings) const
{
    if (plan_->mode == AlertMode::complaint) return false;
    const auto is_it = [&](const Finding& seen) {
        return seen.tier == Tier::corroborated && std::ranges::find(findings, seen.at, &Finding::at) != findings.end();
    };
    for (auto entry = cases_.lower_bound({key.staff, {}, {}, {}});
         entry != cases_.end() && entry->first.staff == key.staff; ++entry) {
        const auto& [other, open] = *entry;
        if (other.platform != key.platform || other.rule == key.rule) continue;
        const auto part_is_it = [&](const auto& part) { return is_it(part.second.finding); };
        if (std::ranges::any_of(open.parts, part_is_it) || std::ranges::any_of(open.settled, is_it)) return true;
    }
    return false;
}

void IncidentBook::corroborates(const IncidentKey& key)
{
    for (auto entry = cases_.lower_bound({key.staff, {}, {}, {}});
         entry != cases_.end() && entry->first.staff == key.staff; ++entry) {
        const auto& [other, open] = *entry;
        if (other.platform == key.platform && open.told && open.told->held) due_.insert(other);
    }
}

void IncidentBook::decide(AlertBudget& budget)
{
    auto contenders = std::exchange(contenders_, {});
    std::ranges::sort(contenders);
    for (const auto& [at, key] : contenders) compete(key, at, budget);
}

// By the settled findings until then: which those are does not hang on when the rest came.
void IncidentBook::compete(const IncidentKey& key, Timestamp at, AlertBudget& budget)
{
    const auto entry = cases_.find(key);
    if (entry == cases_.end() || !plan_) return;
    auto& open = entry->second;
    if (open.presence || open.settled_tier == Tier::corroborated || (open.told && !open.told->held)) return;
    std::vector<Finding> until;
    std::ranges::copy_if(open.settled, std::back_inserter(until), [at](const Finding& f) {
        return f.at <= at && f.kind != FindingKind::media_upload;  // of which nothing says that it was made public
    });
    if (until.empty()) return;
    std::vector<double> confidences;
    for (const auto& finding : until) keep_highest(confidences, finding.confidence);
    const auto confidence = combined_confidence(confidences);
    if (!reaches(confidence, open.least_confidence) || sure_enough(key.platform, open, until)) return;
    const auto score = static_cast<std::uint32_t>(std::lround(confidence * 1e4));
    // Of thousands of findings of one incident few raise its score, and only those are compared with the others.
    if (budget.competes(key, score)) open.rank = budget.rank(key, at, score);
    open.raised = budget.compete(key, at, score, plan_->mode == AlertMode::budget ? plan_->per_day : 0);
    if (open.raised) due_.insert(key);
}

void IncidentBook::count(const Case& open, const Incident& incident)
{
    ++(open.told ? updated_ : opened_);
    if (!open.told && incident.held) ++held_;
    if (open.told && open.told->held && !incident.held) ++held_raised_;
}

}  // namespace breakwatch
