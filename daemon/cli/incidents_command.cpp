#include "cli/incidents_command.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <expected>
#include <optional>
#include <vector>

#include "base/clock.hpp"
#include "report/plain_text.hpp"
#include "report/site_zone.hpp"
#include "report/story.hpp"
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

constexpr std::size_t kListWidth = 80;

// With what is set by people.
struct Row {
    Incident incident;
    std::optional<Verdict> verdict;
};

std::string due_of(const Incident& incident, const DueTimes& times, Timestamp now)
{
    const auto due = next_due(incident, times);
    if (!due) return "";
    return std::string("; ") + (due->at < now ? "OVERDUE " : "due ") + utc_date_time(due->at).substr(0, 16);
}

// What it is about, after its first line.
std::string detail_of(const Incident& incident)
{
    auto text = incident.platform.empty() ? kind_of(incident) : incident.platform + ", " + kind_of(incident);
    if (incident.findings.empty()) return text;
    text += ", " + sureness(incident, incident.confidence) + ", " +
            (during_call(incident) ? std::string("in the call") : to_words(incident.after_call) + " after the call");
    return incident.finding_count > 1 ? text + ", " + counted(incident.finding_count, "finding") : text;
}

// Two lines each, so that eighty columns hold them.
std::string as_table(const std::vector<Row>& rows, const DueTimes& times, Timestamp now)
{
    TextTable table({"ID", "TIME (UTC)", "SUBJECT", "STATE", "VERDICT"});
    for (const auto& [incident, verdict] : rows) {
        table.add({incident.id, utc_date_time(begin_of(incident)), incident.subject.value,
                   incident.held ? "held" : in_words(incident.state), std::string(verdict ? name(*verdict) : "none")},
                  "  " + shortened(printable(detail_of(incident) + due_of(incident, times, now)), kListWidth - 2));
    }
    return table.render();
}

std::string as_json(const std::vector<Row>& rows)
{
    std::string out = "[";
    for (const auto& row : rows) {
        auto told = boost::json::parse(to_json(row.incident));
        if (row.verdict) told.as_object()["verdict"] = name(*row.verdict);
        out += (out.size() > 1 ? ",\n" : "") + boost::json::serialize(told);
    }
    return out + "]\n";
}

std::optional<Timestamp> since_of(const IncidentsOptions& options)
{
    if (options.since.empty()) return Timestamp::min();
    return parse_rfc3339(options.since.size() == 10 ? options.since + "T00:00:00Z" : options.since);
}

// What is wrong with the filters; empty: nothing.
std::string objection_to_options(const IncidentsOptions& options)
{
    if (!since_of(options))
        return "--since: found '" + printable(options.since) +
               "'; expected a date or a time such as 2026-11-23T09:00:00Z, or +09:00 for Z";
    if (!options.state_is.empty() && !parse_state(options.state_is))
        return "--state: found '" + printable(options.state_is) +
               "'; expected detected, triaged, principal_notified, answered or closed";
    if (!options.verdict.empty() && options.verdict != "none" && !parse_verdict(options.verdict))
        return "--verdict: found '" + printable(options.verdict) + "'; expected true, false, unknown or none";
    return "";
}

std::expected<std::vector<Row>, Outcome> rows_of(const CaseFile& file, const IncidentsOptions& options)
{
    auto incidents = file.incidents();
    if (!incidents) return std::unexpected(failed(incidents.error()));
    const auto progress = file.progress();
    if (!progress) return std::unexpected(failed(progress.error()));
    std::vector<Row> rows;
    for (auto& incident : *incidents) {
        const auto set = progress->find(incident.id);
        const auto verdict = set == progress->end() ? std::nullopt : set->second.verdict;
        const bool fits = options.verdict.empty() ||
                          (options.verdict == "none" ? !verdict : verdict == parse_verdict(options.verdict));
        const bool in_state = options.state_is.empty() || name(incident.state) == options.state_is;
        if (!fits || !in_state || incident.raised_at < *since_of(options)) continue;
        rows.push_back({std::move(incident), verdict});
    }
    return rows;
}

}  // namespace

Outcome run_incidents(const IncidentsOptions& options)
{
    if (const auto objection = objection_to_options(options); !objection.empty()) return failed(objection, tool_usage);
    const auto file = CaseFile::open(options.state);
    if (!file) return failed(file.error());
    const auto rows = rows_of(*file, options);
    if (!rows) return rows.error();
    std::string spoilt;
    for (const auto& each : file->spoilt()) spoilt += printable(each) + "\n";
    if (options.json) return {tool_success, as_json(*rows), spoilt};
    if (options.ids) {
        Outcome outcome{tool_success, "", spoilt};
        for (const auto& row : *rows) outcome.out += printable(row.incident.id) + "\n";
        return outcome;
    }
    if (rows->empty())
        return {tool_success, "No incidents. That is no proof that nothing was posted: breakwatch(1), CAVEATS.\n",
                spoilt};
    const auto site = file->site();
    const auto now = wall_clock();
    return {tool_success, as_table(*rows, site ? site->due : DueTimes{}, now), spoilt};
}

}  // namespace breakwatch
