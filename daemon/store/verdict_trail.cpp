// Verdicts in the chain of alerts: every one ever given, and what they come to.
#include <boost/json.hpp>
#include <set>
#include <utility>

#include "policy/text.hpp"
#include "store/incident_json.hpp"
#include "store/store.hpp"
#include "store/verdict_table.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

// The last word of the audit trail about an incident's verdict.
struct LastWord {
    VerdictChange change;
    std::uint64_t sequence = 0;
    bool closed = false;
};
using Trail = std::map<std::string, LastWord>;

std::string word_of(const json::object& entry, const char* key)
{
    const auto* value = entry.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// An entry of the audit trail says something of the verdict where it gives one, or takes it back by reopening a closed
// incident; earlier versions did not write that down.
void follow(Trail& trail, const Statement& row)
{
    boost::system::error_code error;
    const auto value = json::parse(clean_text(row.text(3)), error);
    if (error || !value.is_object()) return;
    const auto& entry = value.get_object();
    const auto action = word_of(entry, "action");
    const bool sets_state = action.starts_with(kStateAction);
    if (!sets_state && action != kVerdictAction) return;
    auto& word = trail[row.text(2)];
    const bool closes = action == kStateAction + std::string(name(IncidentState::closed));
    const bool reopens = sets_state && word.closed && !closes;
    if (sets_state) word.closed = closes;
    const auto said = word_of(entry, "verdict");
    if (said.empty() && !reopens) return;
    word.change = {parse_verdict(said), sets_state ? "" : word_of(entry, "reason"), word_of(entry, "who"),
                   Timestamp{Duration{row.integer(1)}}};
    word.sequence = static_cast<std::uint64_t>(row.integer(0));
}

std::expected<Trail, std::string> trail_of(Database& database)
{
    auto query = database.prepare(
        "SELECT sequence, at, incident, evidence FROM alerts WHERE incident <> '' AND revision IS NULL AND evidence "
        "<> '' ORDER BY sequence");
    Trail trail;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) follow(trail, query);
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the audit trail"));
    std::erase_if(trail, [](const auto& each) { return each.second.sequence == 0; });
    return trail;
}

// A verdict in force, against the chain.
struct KeptVerdict {
    std::string incident;
    VerdictChange change;
    std::uint64_t sequence = 0;
    bool told_no_more = false;  // the retention took away what its alert said
    bool of_incident = false;   // rule and platform are the incident's
};

std::expected<std::vector<KeptVerdict>, std::string> kept_verdicts(Database& database)
{
    auto query = database.prepare(
        "SELECT verdicts.incident, verdict, verdicts.sequence, ifnull(told.evidence = '', verdicts.sequence < (SELECT "
        "min(sequence) FROM alerts)), reference, given_by, verdicts.at, rule, platform, ifnull(about.evidence, '') "
        "FROM "
        "verdicts LEFT JOIN alerts AS told ON told.sequence = verdicts.sequence LEFT JOIN incidents ON id = "
        "verdicts.incident LEFT JOIN alerts AS about ON about.sequence = incidents.sequence");
    std::vector<KeptVerdict> all;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const auto incident = incident_from_json(query.text(9));
        all.push_back(
            {clean_text(query.text(0)),
             {parse_verdict(query.text(1)), query.text(4), query.text(5), Timestamp{Duration{query.integer(6)}}},
             static_cast<std::uint64_t>(query.integer(2)),
             query.integer(3) != 0,
             !incident || (incident->rule == query.text(7) && incident->platform == query.text(8))});
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the verdicts"));
    return all;
}

// Whether there is an incident of that id on the list.
std::expected<bool, std::string> is_listed(Database& database, const std::string& incident)
{
    auto query = database.prepare("SELECT 1 FROM incidents WHERE id = ?");
    const auto step = query.bind(incident).step();
    if (step == Statement::Step::failed) return std::unexpected(database.error("looking for an incident"));
    return step == Statement::Step::row;
}

}  // namespace

std::expected<std::map<std::string, GivenVerdict>, std::string> verdicts_of_trail(Database& database)
{
    auto trail = trail_of(database);
    if (!trail) return std::unexpected(trail.error());
    std::map<std::string, GivenVerdict> all;
    for (auto& [incident, word] : *trail) {
        auto& change = word.change;
        if (change.verdict)
            all[incident] = {*change.verdict, std::move(change.reference), std::move(change.who), change.at};
    }
    return all;
}

std::expected<void, std::string> fill_verdicts(Database& database)
{
    const auto trail = trail_of(database);
    if (!trail) return std::unexpected(trail.error());
    for (const auto& [id, word] : *trail) {
        auto query = database.prepare("SELECT evidence FROM incidents JOIN alerts USING (sequence) WHERE id = ?");
        if (query.bind(id).step() != Statement::Step::row) continue;
        const auto incident = incident_from_json(query.text(0));
        query.reset();
        if (!incident) continue;
        if (auto put = put_verdict(database, *incident, word.change, word.sequence); !put) return put;
    }
    return {};
}

std::expected<void, std::string> verify_verdicts(Database& database, std::vector<std::string>& wrong)
{
    const auto kept = kept_verdicts(database);
    if (!kept) return std::unexpected(kept.error());
    auto trail = trail_of(database);
    if (!trail) return std::unexpected(trail.error());
    for (const auto& row : *kept) {
        const auto told = trail->find(row.incident);
        const bool same = told != trail->end() && told->second.sequence == row.sequence &&
                          told->second.change == row.change && row.of_incident;
        if (!same && !row.told_no_more)
            wrong.push_back("the verdict on incident " + row.incident + " is not the last that the alerts tell");
        if (told != trail->end()) trail->erase(told);
    }
    for (const auto& [incident, word] : *trail) {
        const auto listed = is_listed(database, incident);
        if (!listed) return std::unexpected(listed.error());
        if (*listed)
            wrong.push_back("the verdict on incident " + incident + " was taken off; alert " +
                            std::to_string(word.sequence) + " tells it");
    }
    return {};
}

}  // namespace breakwatch
