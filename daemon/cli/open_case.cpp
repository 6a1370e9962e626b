#include "cli/open_case.hpp"

#include <algorithm>
#include <chrono>

#include "base/clock.hpp"
#include "report/plain_text.hpp"

namespace breakwatch {

Outcome no_such_incident(const CaseFile& file, const std::string& id, const std::filesystem::path& state)
{
    auto text = "there is no incident '" + printable(id) + "' in " + state.string();
    const auto incidents = file.incidents();
    if (!incidents || incidents->empty()) return failed(text + "; it holds no incident at all", tool_not_found);
    const auto begins = [&](const Incident& each) { return id.size() >= 4 && each.id.starts_with(id); };
    if (const auto near = std::ranges::find_if(*incidents, begins); near != incidents->end())
        text += "; did you mean " + near->id + "?";
    return failed(text + "; `breakwatch incidents` lists them", tool_not_found);
}

std::expected<CaseView, Outcome> view_case(const std::filesystem::path& state, const std::string& id)
{
    const auto file = CaseFile::open(state);
    if (!file) return std::unexpected(failed(file.error()));
    auto incident = file->incident(id);
    if (!incident) return std::unexpected(failed(incident.error()));
    if (!*incident) return std::unexpected(no_such_incident(*file, id, state));
    auto evidence = file->evidence(id);
    auto audit = file->audit();
    const auto verdicts = file->verdicts();
    const auto figures = file->verdict_figures();
    auto verification = file->verify();
    if (!evidence) return std::unexpected(failed(evidence.error()));
    if (!audit) return std::unexpected(failed(audit.error()));
    if (!verdicts) return std::unexpected(failed(verdicts.error()));
    if (!figures) return std::unexpected(failed(figures.error()));
    if (!verification) return std::unexpected(failed(verification.error()));
    std::erase_if(*audit, [&](const AuditEntry& entry) { return entry.subject != id; });
    const auto given = verdicts->find(id);
    const auto rule = std::ranges::find(*figures, (*incident)->rule, &RuleVerdicts::rule);
    const auto of_rule = rule == figures->end() ? std::nullopt : std::optional(*rule);
    return CaseView{.incident = std::move(**incident),
                    .evidence = std::move(*evidence),
                    .openings = std::move(*audit),
                    .verdict = given == verdicts->end() ? std::nullopt : std::optional(given->second),
                    .rule_verdicts = of_rule,
                    .verification = std::move(*verification),
                    .site = file->site(),
                    .version = BREAKWATCH_VERSION,
                    .now = wall_clock()};
}

}  // namespace breakwatch
