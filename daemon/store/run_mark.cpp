#include "store/run_mark.hpp"

#include "store/database.hpp"

namespace breakwatch {

namespace {

std::expected<Database, std::string> open(const std::filesystem::path& directory)
{
    return Database::open(directory / "breakwatch.db", Database::Mode::create);
}

std::expected<std::optional<Timestamp>, std::string> marked(Database& database)
{
    auto query = database.prepare("SELECT value FROM meta WHERE key = 'run-began'");
    switch (query.step()) {
        case Statement::Step::row: return Timestamp{Duration{query.integer(0)}};
        case Statement::Step::done: return std::nullopt;
        case Statement::Step::failed: break;
    }
    return std::unexpected(database.error("looking for the run before"));
}

std::expected<std::optional<std::int64_t>, std::string> number(Database& database, const char* sql,
                                                               std::string_view key = {})
{
    auto query = database.prepare(sql);
    if (!key.empty()) query.bind(key);
    switch (query.step()) {
        case Statement::Step::row: return query.integer(0);
        case Statement::Step::done: return std::nullopt;
        case Statement::Step::failed: break;
    }
    return std::unexpected(database.error("reading the clock of the last run"));
}

constexpr const char* kMeta = "SELECT value FROM meta WHERE key = ?";

}  // namespace

std::expected<std::optional<ClockMark>, std::string> clock_mark(const std::filesystem::path& directory)
{
    auto database = open(directory);
    if (!database) return std::unexpected(database.error());
    const auto seen = number(*database, kMeta, "clock-seen");
    if (!seen) return std::unexpected(seen.error());
    if (!*seen) {
        const auto last = number(*database, "SELECT at FROM alerts ORDER BY sequence DESC LIMIT 1");
        if (!last) return std::unexpected(last.error());
        return *last ? std::optional(ClockMark{Timestamp{Duration{**last}}}) : std::nullopt;
    }
    ClockMark mark{Timestamp{Duration{**seen}}};
    const auto unaccounted = number(*database, kMeta, "clock-unaccounted");
    const auto owed = number(*database, kMeta, "clock-owed");
    const auto believed = number(*database, kMeta, "clock-believed");
    for (const auto* each : {&unaccounted, &owed, &believed}) {
        if (!*each) return std::unexpected(each->error());
    }
    mark.unaccounted = Duration{unaccounted->value_or(0)};
    mark.owed = Duration{owed->value_or(0)};
    if (*believed) mark.believed = Timestamp{Duration{**believed}};
    return mark;
}

std::expected<void, std::string> keep_clock_mark(const std::filesystem::path& directory, const ClockMark& mark)
{
    auto database = open(directory);
    if (!database) return std::unexpected(database.error());
    Transaction transaction(*database);
    if (auto begun = transaction.begin(); !begun) return begun;
    if (auto gone = database->execute("DELETE FROM meta WHERE key = 'clock-believed'"); !gone) return gone;
    const auto put = [&](const char* key, std::int64_t value) {
        auto insert = database->prepare("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)");
        return insert.bind(std::string_view(key)).bind(value).step() == Statement::Step::done;
    };
    const bool done = put("clock-seen", mark.seen.time_since_epoch().count()) &&
                      put("clock-unaccounted", mark.unaccounted.count()) && put("clock-owed", mark.owed.count()) &&
                      (!mark.believed || put("clock-believed", mark.believed->time_since_epoch().count()));
    if (!done) return std::unexpected(database->error("keeping the clock of this run"));
    return transaction.commit();
}

std::expected<std::optional<Timestamp>, std::string> begin_run(const std::filesystem::path& directory, Timestamp now)
{
    auto database = open(directory);
    if (!database) return std::unexpected(database.error());
    auto before = marked(*database);
    if (!before) return before;
    auto put = database->prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('run-began', ?)");
    if (put.bind(now.time_since_epoch().count()).step() != Statement::Step::done)
        return std::unexpected(database->error("marking the run"));
    return before;
}

std::expected<void, std::string> end_run(const std::filesystem::path& directory)
{
    auto database = open(directory);
    if (!database) return std::unexpected(database.error());
    return database->execute("DELETE FROM meta WHERE key = 'run-began'");
}

}  // namespace breakwatch
