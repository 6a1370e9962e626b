// One incident with all that the store knows around it: what `show` and `report` tell.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "policy/incident/incident.hpp"
#include "report/site_zone.hpp"
#include "store/site_facts.hpp"
#include "store/store.hpp"

namespace breakwatch {

struct CaseView {
    Incident incident;
    std::vector<EvidenceEntry> evidence;
    std::vector<AuditEntry> openings;           // of this incident
    std::optional<GivenVerdict> verdict;        // what people found it to be
    std::optional<RuleVerdicts> rule_verdicts;  // of its rule; none: no incident of it has one
    Verification verification;                  // of the whole store
    std::optional<SiteFacts> site;              // none: an older daemon wrote the store
    std::string version;                        // of this program
    Timestamp now;                              // for what is overdue

    const RuleFacts* rule() const { return site ? site->rule(incident.rule) : nullptr; }
    SiteZone zone() const { return SiteZone(site ? site->time_zone : ""); }
};

// "state:closed, verdict false", "verdict false" of an entry of the audit trail that gave one; "identity-opened,
// approved by anna and bob".
inline std::string action_in_words(const AuditEntry& entry)
{
    if (entry.action == kVerdictAction) return entry.action + " " + entry.verdict;
    return entry.action + (entry.verdict.empty() ? "" : ", verdict " + entry.verdict) +
           (entry.openers.empty() ? "" : ", approved by " + entry.openers);
}

}  // namespace breakwatch
