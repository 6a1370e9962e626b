// The journal, and what a restart would lose: sealed rows that their owners' withdrawal takes away.
#include <unordered_set>
#include <utility>

#include "policy/engine.hpp"
#include "store/octets.hpp"
#include "store/opening_table.hpp"
#include "store/sqlite_store.hpp"

namespace breakwatch {

std::expected<void, std::string> SqliteStore::keep_journal(const JournalUpdate& update)
{
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return begun;
    auto put = database_.prepare("INSERT OR REPLACE INTO journal (id, owner, until, sealed) VALUES (?, ?, ?, ?)");
    for (const auto& row : update.rows) {
        put.bind(row.id).bind(row.owner).bind(row.until.time_since_epoch().count()).bind_blob(octets_of(row.sealed));
        if (put.step() != Statement::Step::done) return std::unexpected(database_.error("writing the journal"));
        put.reset();
    }
    auto remove = database_.prepare("DELETE FROM journal WHERE until < ?");
    if (remove.bind(update.forget_before.time_since_epoch().count()).step() != Statement::Step::done)
        return std::unexpected(database_.error("deleting from the journal"));
    if (auto done = forget_of_others("journal", update.owners); !done) return done;
    return transaction.commit();
}

// Who withdrew, or is enrolled no more, has no rows: not those of an earlier run either.
std::expected<void, std::string> SqliteStore::forget_of_others(const char* table,
                                                               const std::vector<std::string>& owners)
{
    const std::unordered_set<std::string> kept(owners.begin(), owners.end());
    std::vector<std::string> gone;
    auto query = database_.prepare(std::string("SELECT DISTINCT owner FROM ") + table + " WHERE owner <> ''");
    while (query.step() == Statement::Step::row) {
        if (!kept.contains(query.text(0))) gone.push_back(query.text(0));
    }
    query.reset();
    for (const auto& owner : gone) {
        auto remove = database_.prepare(std::string("DELETE FROM ") + table + " WHERE owner = ?");
        if (remove.bind(owner).step() != Statement::Step::done)
            return std::unexpected(database_.error("deleting what is of people no longer enrolled"));
    }
    return {};
}

std::expected<std::size_t, std::string> SqliteStore::keep_memory(const MemoryUpdate& update)
{
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    auto put = database_.prepare("INSERT OR REPLACE INTO memory (id, owner, until, sealed) VALUES (?, ?, ?, ?)");
    for (const auto* rows : {&update.put, &update.put_last}) {
        for (const auto& row : *rows) {
            put.bind(row.id).bind(row.owner).bind(row.until.time_since_epoch().count());
            if (put.bind_blob(octets_of(row.sealed)).step() != Statement::Step::done)
                return std::unexpected(database_.error("keeping what a restart needs"));
            put.reset();
        }
    }
    const auto remove = [this](const char* sql, const std::vector<std::string>& names) {
        auto statement = database_.prepare(sql);
        for (const auto& name : names) {
            if (statement.bind(name).step() != Statement::Step::done) return false;
            statement.reset();
        }
        return true;
    };
    if (!remove("DELETE FROM memory WHERE id = ?", update.gone) ||
        !remove("DELETE FROM memory WHERE owner = ?", update.forgotten))
        return std::unexpected(database_.error("forgetting what a restart does not need"));
    const bool none = update.put.empty() && update.put_last.empty();
    const auto over = none ? std::size_t{0} : make_room_in_memory();
    if (!over) return over;
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return over;
}

// Counting all rows is too much for each time: the numbers tell how many there are at most.
std::expected<std::size_t, std::string> SqliteStore::make_room_in_memory()
{
    auto most = database_.prepare("SELECT ifnull(max(number) - min(number), 0) FROM memory");
    if (most.step() != Statement::Step::row) return std::unexpected(database_.error("counting what a restart needs"));
    if (static_cast<std::size_t>(most.integer(0)) < kMostMemory) return 0;
    auto count = database_.prepare("SELECT count(*) FROM memory");
    if (count.step() != Statement::Step::row) return std::unexpected(database_.error("counting what a restart needs"));
    const auto rows = static_cast<std::size_t>(count.integer(0));
    if (rows <= kMostMemory) return 0;
    auto remove =
        database_.prepare("DELETE FROM memory WHERE number IN (SELECT number FROM memory ORDER BY until LIMIT ?)");
    if (remove.bind(std::uint64_t{rows - kMostMemory}).step() != Statement::Step::done)
        return std::unexpected(database_.error("making room for what a restart needs"));
    return rows - kMostMemory;
}

std::expected<std::vector<Memory>, std::string> SqliteStore::memory(
    const std::vector<std::string>& owners, const std::function<void(const std::string&)>& spoilt)
{
    const std::unordered_set<std::string> wanted(owners.begin(), owners.end());
    auto query = database_.prepare("SELECT owner, sealed FROM memory ORDER BY number");
    std::vector<Memory> found;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const auto owner = query.text(0);
        if (!owner.empty() && !wanted.contains(owner)) continue;
        auto memory = unseal_memory(query.blob(1), *key_);
        if (memory) {
            found.push_back(std::move(*memory));
        } else if (spoilt) {
            spoilt(memory.error());
        }
    }
    if (step == Statement::Step::failed) return std::unexpected(database_.error("reading what an earlier run kept"));
    return found;
}

std::expected<void, std::string> SqliteStore::tidy_memory(Timestamp now, const std::vector<std::string>& owners)
{
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return begun;
    auto remove = database_.prepare("DELETE FROM memory WHERE until < ?");
    if (remove.bind(now.time_since_epoch().count()).step() != Statement::Step::done)
        return std::unexpected(database_.error("forgetting what a restart does not need"));
    if (auto done = forget_of_others("memory", owners); !done) return done;
    const EngineSettings usual;
    if (auto done = forget_copies(database_, now - std::max(usual.incident_open, usual.record_reach)); !done)
        return done;
    const bool forgot = database_.changes() > 0;
    if (auto done = end_requests(database_, now); !done) return done;
    if (auto done = transaction.commit(); !done || !forgot) return done;
    // The log holds the pages as they were before.
    return database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace breakwatch
