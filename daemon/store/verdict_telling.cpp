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
        found.changed[query.text(0)].insert(query.text(1));
        of_another_day = of_another_day || Timestamp{Duration{query.integer(2)}} < today;
        found.last = std::max(found.last, static_cast<std::uint64_t>(query.integer(3)));
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("looking for new verdicts"));
    return of_another_day ? found : Untold{};
}

}  // namespace

std::expected<std::size_t, std::string> tell_figures(Database& database, Timestamp now)
{
    const auto told = told_until(database);
    if (!told) return std::unexpected(told.error());
    const auto fresh = untold(database, *told, now);
    if (!fresh) return std::unexpected(fresh.error());
    if (fresh->last == 0) return 0U;
    const auto counted = count_verdicts(database);
    if (!counted) return std::unexpected(counted.error());
    std::map<std::string, RuleVerdicts> rules;
    for (const auto& each : *counted) rules[each.rule] = each;
    std::size_t alerts = 0;
    for (const auto& [rule, platforms] : fresh->changed) {
        auto& figures = rules[rule];
        std::vector<std::pair<std::string, VerdictCounts>> lines{{"", figures.all}};
        for (const auto& platform : platforms) {
            if (figures.platforms.size() > 1) lines.emplace_back(platform, figures.platforms[platform]);
        }
        for (const auto& [platform, counts] : lines) {
            const auto recorded =
                append(database, {make_figures_alert(rule, platform, counts, now), "", std::nullopt, "{}"});
            if (!recorded) return std::unexpected(recorded.error());
            ++alerts;
        }
    }
    if (auto set = set_told_until(database, fresh->last); !set) return std::unexpected(set.error());
    return alerts;
}

}  // namespace breakwatch
