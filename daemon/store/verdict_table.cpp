#include "store/verdict_table.hpp"

#include "policy/text.hpp"

namespace breakwatch {

const char* const kVerdictTable = R"sql(
    -- What people found an incident to be; earlier ones are in the chain alone.
    CREATE TABLE verdicts (
        incident TEXT PRIMARY KEY,
        rule TEXT NOT NULL,                -- the incident's, and so is the platform
        platform TEXT NOT NULL,
        verdict TEXT NOT NULL,             -- true, false, unknown; "" taken back
        reference TEXT NOT NULL,           -- of a ticket; "" none
        given_by TEXT NOT NULL,
        at INTEGER NOT NULL,               -- ns since 1970
        sequence INTEGER NOT NULL          -- the alert that tells of it
    ) WITHOUT ROWID;
    CREATE INDEX verdicts_sequence ON verdicts (sequence);
    )sql";

bool keeps_verdicts(Database& database)
{
    return database.has_table("verdicts");
}

std::expected<std::map<std::string, GivenVerdict>, std::string> read_verdicts(Database& database)
{
    if (!keeps_verdicts(database)) return verdicts_of_trail(database);
    auto query =
        database.prepare("SELECT incident, verdict, reference, given_by, at FROM verdicts WHERE verdict <> ''");
    std::map<std::string, GivenVerdict> all;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        if (const auto verdict = parse_verdict(query.text(1)))
            all[query.text(0)] = {*verdict, clean_text(query.text(2)), clean_text(query.text(3)),
                                  Timestamp{Duration{query.integer(4)}}};
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the verdicts"));
    return all;
}

std::expected<std::vector<RuleVerdicts>, std::string> count_verdicts(Database& database)
{
    std::vector<RuleVerdicts> all;
    if (!keeps_verdicts(database)) return all;
    auto query = database.prepare(
        "SELECT rule, platform, verdict, count(*) FROM verdicts WHERE verdict <> '' GROUP BY rule, platform, verdict "
        "ORDER BY rule");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const auto verdict = parse_verdict(query.text(2));
        if (!verdict) continue;
        const auto rule = clean_text(query.text(0));
        if (all.empty() || all.back().rule != rule) all.push_back({rule, {}, {}});
        const auto count = static_cast<std::uint64_t>(query.integer(3));
        all.back().all.add(*verdict, count);
        all.back().platforms[clean_text(query.text(1))].add(*verdict, count);
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("counting the verdicts"));
    return all;
}

std::expected<void, std::string> put_verdict(Database& database, const Incident& incident, const VerdictChange& change,
                                             std::uint64_t sequence)
{
    auto put = database.prepare(
        "INSERT OR REPLACE INTO verdicts (incident, rule, platform, verdict, reference, given_by, at, sequence) VALUES "
        "(?, ?, ?, ?, ?, ?, ?, ?)");
    put.bind(incident.id).bind(incident.rule).bind(incident.platform);
    put.bind(change.verdict ? name(*change.verdict) : std::string_view{}).bind(change.reference).bind(change.who);
    put.bind(change.at.time_since_epoch().count()).bind(sequence);
    if (put.step() != Statement::Step::done) return std::unexpected(database.error("recording a verdict"));
    return {};
}

std::expected<void, std::string> purge_verdicts(Database& database)
{
    return database.execute("DELETE FROM verdicts WHERE incident NOT IN (SELECT id FROM incidents)");
}

}  // namespace breakwatch
