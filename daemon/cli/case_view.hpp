// One incident with all that the store knows around it: what `show` and `report` tell.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/outcome.hpp"
#include "cli/site_zone.hpp"
#include "policy/incident/incident.hpp"
#include "store/site_facts.hpp"
#include "store/store.hpp"

namespace breakwatch {

struct CaseView {
    Incident incident;
    std::vector<EvidenceEntry> evidence;
    std::vector<AuditEntry> openings;     // of this incident
    std::optional<Verdict> verdict;       // what people found it to be
    Verification verification;            // of the whole store
    std::optional<SiteFacts> site;        // none: an older daemon wrote the store
    std::string version;                  // of this program
    Timestamp now;                        // for what is overdue

    const RuleFacts* rule() const { return site ? site->rule(incident.rule) : nullptr; }
    SiteZone zone() const { return SiteZone(site ? site->time_zone : ""); }
};

// ", verdict false-alarm" where an entry of the audit trail gave one.
std::string with_verdict(const AuditEntry& entry);

// The outcome says what failed, or that there is no such incident and which one was nearly named.
std::expected<CaseView, Outcome> view_case(const std::filesystem::path& state, const std::string& id);

}  // namespace breakwatch
