#include "cli/incidents_command.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "cli/plain_text.hpp"
#include "cli/site_zone.hpp"
#include "cli/story.hpp"
#include "store/incident_json.hpp"
#include "store/site_facts.hpp"
#include "store/store.hpp"

namespace breakwatch {

namespace {

Timestamp begin_of(const Incident& incident)
{
    return incident.findings.empty() ? incident.raised_at : incident.findings.front().at;
}

std::string kind_of(const Incident& incident)
{
    if (withdrawn(incident)) return "withdrawn";
    return incident.findings.empty() ? "device in zone" : in_words(incident.findings.front().kind);
}

std::string dash(const std::string& text)
{
    return text.empty() ? "-" : text;
}

std::string due_of(const Incident& incident, const DueTimes& times, Timestamp now)
{
    const auto due = next_due(incident, times);
    if (!due) return "-";
    return (due->at < now ? "OVERDUE " : "") + utc_date_time(due->at).substr(0, 16);
}

std::string as_table(const std::vector<Incident>& incidents, const DueTimes& times, Timestamp now)
{
    TextTable table({"ID", "TIME (UTC)", "SUBJECT", "PLATFORM", "KIND", "CONFIDENCE", "AFTER CALL", "FINDINGS", "STATE", "NEXT DUE (UTC)"});
    for (const auto& incident : incidents) {
        const bool posted = !incident.findings.empty();
        const auto gap = during_call(incident) ? std::string("in call") : to_words(incident.after_call);
        table.add({incident.id, utc_date_time(begin_of(incident)), incident.subject.value, dash(incident.platform),
                   kind_of(incident), posted ? percent(incident.confidence) : "-", posted ? gap : "-",
                   std::to_string(incident.finding_count), in_words(incident.state), due_of(incident, times, now)});
    }
    return table.render();
}

std::string as_json(const std::vector<Incident>& incidents)
{
    std::string out = "[";
    for (const auto& incident : incidents) out += (out.size() > 1 ? ",\n" : "") + to_json(incident);
    return out + "]\n";
}

}  // namespace

Outcome run_incidents(const IncidentsOptions& options)
{
    const auto since = options.since.empty()      ? std::optional(Timestamp::min())
                       : options.since.size() == 10 ? parse_rfc3339(options.since + "T00:00:00Z")
                                                    : parse_rfc3339(options.since);
    if (!since)
        return failed("--since: found '" + printable(options.since) + "'; expected a date or a time such as 2026-11-23T09:00:00Z",
                      tool_usage);
    const auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error().text);
    auto incidents = file->incidents();
    if (!incidents) return failed(incidents.error().text);
    std::erase_if(*incidents, [&](const Incident& incident) { return incident.raised_at < *since; });
    if (options.json) return {tool_success, as_json(*incidents), ""};
    if (options.ids) {
        Outcome outcome;
        for (const auto& incident : *incidents) outcome.out += printable(incident.id) + "\n";
        return outcome;
    }
    if (incidents->empty())
        return {tool_success, "No incidents. That is no proof that nothing was posted: breakwatch(1), CAVEATS.\n", ""};
    const auto site = file->site();
    const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
    return {tool_success, as_table(*incidents, site ? site->due : DueTimes{}, now), ""};
}

}  // namespace breakwatch
