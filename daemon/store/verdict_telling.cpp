// The figures of verdicts as the SIEM is told of them.
#include <algorithm>
#include <set>
#include <utility>

#include "policy/text.hpp"
#include "store/ledger.hpp"
#include "store/verdict_table.hpp"
#include "store/wording.hpp"

namespace breakwatch {

namespace {

std::expected<std::uint64_t, std::string> told_until(Database& database)
{
    auto query = database.prepare("SELECT value FROM meta WHERE key = 'verdicts-told'");
    switch (query.step()) {
        case Statement::Step::row: return static_cast<std::uint64_t>(query.integer(0));
        case Statement::Step::done: return 0U;
        case Statement::Step::failed: break;
    }
    return std::unexpected(database.error("reading which verdicts were told"));
}

std::expected<void, std::string> set_told_until(Database& database, std::uint64_t sequence)
{
    auto put = database.prepare(
        "INSERT INTO meta (key, value) VALUES ('verdicts-told', ?) ON CONFLICT (key) DO UPDATE SET value = "
        "excluded.value");
    if (put.bind(sequence).step() != Statement::Step::done)
        return std::unexpected(database.error("recording which verdicts were told"));
    return {};
}

// What was given since, as far as it is to be told now.
struct Untold {
    std::uint64_t last = 0;                                // sequence number; 0: nothing
    std::map<std::string, std::set<std::string>> changed;  // platforms by rule
};

std::expected<Untold, std::string> untold(Database& database, std::uint64_t after, Timestamp now)
{
    const auto today = std::chrono::floor<std::chrono::days>(now);
    auto query = database.prepare("SELECT rule, platform, at, sequence FROM verdicts WHERE sequence > ?");
    query.bind(after);
    Untold found;
    bool of_another_day = false;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        found.changed[clean_text(query.text(0))].insert(clean_text(query.text(1)));
        of_another_day = of_another_day || Timestamp{Duration{query.integer(2)}} < today;
        found.last = std::max(found.last, static_cast<std::uint64_t>(query.integer(3)));
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("looking for new verdicts"));
    return of_another_day ? found : Untold{};
}

// Those of the rule, and, where it has several platforms, of each that changed.
std::expected<std::size_t, std::string> tell_rule(Database& database, const RuleVerdicts& figures,
                                                  const std::set<std::string>& changed, Timestamp now)
{
    std::vector<std::pair<std::string, VerdictCounts>> lines{{"", figures.all}};
    for (const auto& platform : changed) {
        const auto on = figures.platforms.find(platform);
        if (figures.platforms.size() < 2 || platform.empty()) continue;
        lines.emplace_back(platform, on == figures.platforms.end() ? VerdictCounts{} : on->second);
    }
    for (const auto& [platform, counts] : lines) {
        const auto alert = make_figures_alert(figures.rule, platform, counts, now);
        if (const auto told = append(database, {alert, "", std::nullopt, "{}"}); !told)
            return std::unexpected(told.error());
    }
    return lines.size();
}

}  // namespace

std::expected<std::size_t, std::string> tell_figures(Database& database, Timestamp now)
{
    const auto told = told_until(database);
    if (!told) return std::unexpected(told.error());
    const auto fresh = untold(database, *told, now);
    if (!fresh) return std::unexpected(fresh.error());
    if (fresh->last == 0) return 0U;
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    const auto counted = count_verdicts(database);
    if (!counted) return std::unexpected(counted.error());
    std::size_t alerts = 0;
    for (const auto& [rule, platforms] : fresh->changed) {
        const auto figures = std::ranges::find(*counted, rule, &RuleVerdicts::rule);
        // All of them taken back: none is left.
        const auto none = RuleVerdicts{rule, {}, {}};
        const auto lines = tell_rule(database, figures == counted->end() ? none : *figures, platforms, now);
        if (!lines) return lines;
        alerts += *lines;
    }
    if (auto set = set_told_until(database, fresh->last); !set) return std::unexpected(set.error());
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return alerts;
}

}  // namespace breakwatch
