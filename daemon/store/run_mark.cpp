#include "store/run_mark.hpp"

#include "store/database.hpp"

namespace breakwatch {

namespace {

std::expected<Database, StoreError> open(const std::filesystem::path& directory)
{
    return Database::open(directory / "breakwatch.db", Database::Mode::create);
}

std::expected<std::optional<Timestamp>, StoreError> marked(Database& database)
{
    auto query = database.prepare("SELECT value FROM meta WHERE key = 'run-began'");
    switch (query.step()) {
        case Statement::Step::row: return Timestamp{Duration{query.integer(0)}};
        case Statement::Step::done: return std::nullopt;
        case Statement::Step::failed: break;
    }
    return std::unexpected(database.error("looking for the run before"));
}

}  // namespace

std::expected<std::optional<Timestamp>, StoreError> begin_run(const std::filesystem::path& directory, Timestamp now)
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

std::expected<void, StoreError> end_run(const std::filesystem::path& directory)
{
    auto database = open(directory);
    if (!database) return std::unexpected(database.error());
    return database->execute("DELETE FROM meta WHERE key = 'run-began'");
}

}  // namespace breakwatch
