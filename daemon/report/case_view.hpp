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
    std::vector<AuditEntry> openings;  // of this incident
    std::optional<Verdict> verdict;    // what people found it to be
    Verification verification;         // of the whole store
    std::optional<SiteFacts> site;     // none: an older daemon wrote the store
    std::string version;               // of this program
    Timestamp now;                     // for what is overdue

    const RuleFacts* rule() const { return site ? site->rule(incident.rule) : nullptr; }
    SiteZone zone() const { return SiteZone(site ? site->time_zone : ""); }
};

// ", verdict false-alarm" where an entry of the audit trail gave one.
inline std::string with_verdict(const AuditEntry& entry)
{
    return entry.verdict.empty() ? "" : ", verdict " + entry.verdict;
}

}  // namespace breakwatch
