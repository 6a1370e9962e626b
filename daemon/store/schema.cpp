#include "store/schema.hpp"

#include <array>

#include "store/chain_heads.hpp"
#include "store/chain_links.hpp"
#include "store/due_book.hpp"
#include "store/ledger.hpp"
#include "store/opening_table.hpp"
#include "store/purge_record.hpp"
#include "store/verdict_table.hpp"
#include "store/wording.hpp"

namespace breakwatch {

namespace {

// Entry n leads from version n to n + 1 (PRAGMA user_version). Never edited once released.
const std::array kMigrations{
    R"sql(
    -- Append-only, chained: hash = H(hash before, sequence, at, digest); digest = H(all the rest).
    CREATE TABLE alerts (
        sequence INTEGER PRIMARY KEY,      -- 1.. without gaps
        at INTEGER NOT NULL,               -- event time, ns since 1970
        code TEXT NOT NULL,
        message_id TEXT NOT NULL,
        severity INTEGER NOT NULL,
        incident TEXT,                     -- the incident it is about, if any
        revision INTEGER,                  -- of the incident; none for audit entries
        fields TEXT NOT NULL,              -- JSON list of name and value
        text TEXT NOT NULL,
        evidence TEXT NOT NULL,            -- the incident or the audit entry as JSON
        digest BLOB NOT NULL,
        hash BLOB NOT NULL
    );
    CREATE UNIQUE INDEX alerts_revision ON alerts (incident, revision) WHERE revision IS NOT NULL;
    -- Each incident's last revision is the evidence of alert `sequence`.
    CREATE TABLE incidents (
        id TEXT PRIMARY KEY,
        sequence INTEGER NOT NULL REFERENCES alerts (sequence),
        touched INTEGER NOT NULL,          -- when last revised, event time
        staff BLOB NOT NULL                -- sealed
    ) WITHOUT ROWID;
    CREATE TABLE sinks (name TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TABLE outbox (
        sink TEXT NOT NULL,
        sequence INTEGER NOT NULL,
        PRIMARY KEY (sink, sequence)
    ) WITHOUT ROWID;
    CREATE TABLE meta (key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    )sql",
    R"sql(
    -- Bindings and duty of the last hours; each row sealed.
    CREATE TABLE journal (
        id TEXT PRIMARY KEY,               -- keyed hash
        owner TEXT NOT NULL,               -- pseudonym
        until INTEGER NOT NULL,            -- the latest moment it tells of, ns since 1970
        sealed BLOB NOT NULL
    ) WITHOUT ROWID;
    )sql",
    R"sql(
    -- What a restart would lose of the facts in memory; each row sealed.
    CREATE TABLE memory (
        number INTEGER PRIMARY KEY,        -- in the order told
        id TEXT NOT NULL UNIQUE,           -- keyed hash
        owner TEXT NOT NULL,               -- pseudonym; "" nobody's
        until INTEGER NOT NULL,            -- nothing asks for it any more, ns since 1970
        sealed BLOB NOT NULL
    );
    CREATE INDEX memory_until ON memory (until);
    CREATE INDEX memory_owner ON memory (owner);
    )sql",
    R"sql(
    -- Posts that somebody saw, and what is known of each; who it could have been is sealed.
    CREATE TABLE mentions (
        number INTEGER PRIMARY KEY,        -- in the order told
        source TEXT NOT NULL,
        reference TEXT NOT NULL,
        told INTEGER NOT NULL,             -- when it was entered last, or first answered, ns since 1970
        entered INTEGER NOT NULL,          -- the alert that tells of its entering, which moves on each time; 0 by a feed
        entered_by TEXT NOT NULL,          -- "" by a feed
        mention TEXT NOT NULL,             -- JSON
        answer TEXT NOT NULL,              -- JSON, evidence of alert `sequence`; "" none yet
        revision INTEGER NOT NULL,         -- of the last answer, also of one that an entering took away; 0 none
        sealed BLOB NOT NULL,              -- the answer and its candidates; empty: no answer
        sequence INTEGER NOT NULL,         -- of the last alert about it
        UNIQUE (source, reference)
    );
    CREATE INDEX mentions_entered ON mentions (entered);
    )sql", kVerdictTable, kHeadTable, kOpeningTables, kDueTables,
};

// What an earlier version's retention took away has no record of its own: from now on it stands in the chain.
std::expected<void, std::string> record_earlier_purges(Database& database)
{
    PurgeRecord record;
    auto begin = chain_begin(database);
    if (!begin) return std::unexpected(begin.error());
    auto emptied = emptied_rows(database);
    if (!emptied) return std::unexpected(emptied.error());
    if (begin->sequence == 0 && emptied->empty()) return {};
    record.begins_after = std::move(*begin);
    record.emptied = std::move(*emptied);
    auto query = database.prepare("SELECT ifnull(max(at), 0), ifnull(min(at), 0) FROM alerts");
    if (query.step() != Statement::Step::row) return std::unexpected(database.error("looking for old alerts"));
    record.older_than = Timestamp{Duration{query.integer(1)}};
    const Timestamp now{Duration{query.integer(0)}};
    query.reset();
    const auto told = append(database, {make_purged_alert(record, now), "", std::nullopt, to_json(record)});
    if (!told) return std::unexpected(told.error());
    return {};
}

// What the tables of a step are filled with.
std::expected<void, std::string> fill(Database& database, const char* step)
{
    if (step == kVerdictTable) return fill_verdicts(database);
    if (step == kHeadTable) return record_earlier_purges(database);
    return {};
}

}  // namespace

std::expected<void, std::string> prepare_schema(Database& database)
{
    for (const char* pragma :
         {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "PRAGMA foreign_keys=ON", "PRAGMA secure_delete=ON"}) {
        if (auto done = database.execute(pragma); !done) return done;
    }
    Transaction transaction(database);
    if (auto begun = transaction.begin(); !begun) return begun;
    auto query = database.prepare("PRAGMA user_version");
    if (query.step() != Statement::Step::row) return std::unexpected(database.error("reading its version"));
    const auto version = static_cast<std::size_t>(query.integer(0));
    if (version > kMigrations.size()) {
        return std::unexpected("store: the database is of a later version of breakwatch; expected version " +
                               std::to_string(kMigrations.size()) + ", found " + std::to_string(version));
    }
    query.reset();
    for (std::size_t step = version; step < kMigrations.size(); ++step) {
        if (auto done = database.execute(kMigrations[step]); !done) return done;
        if (auto done = fill(database, kMigrations[step]); !done) return done;
    }
    const auto stamp = "PRAGMA user_version=" + std::to_string(kMigrations.size());
    if (auto done = database.execute(stamp.c_str()); !done) return done;
    return transaction.commit();
}

}  // namespace breakwatch
