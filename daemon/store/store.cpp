#include "store/store.hpp"

#include <boost/json.hpp>
#include <utility>

#include "policy/event_catalogue.hpp"
#include "policy/text.hpp"
#include "store/chain_heads.hpp"
#include "store/chain_links.hpp"
#include "store/database.hpp"
#include "store/epoch.hpp"
#include "store/incident_json.hpp"
#include "store/ledger.hpp"
#include "store/octets.hpp"
#include "store/opening_table.hpp"
#include "store/purge_record.hpp"
#include "store/schema.hpp"
#include "store/sqlite_store.hpp"
#include "store/wording.hpp"

namespace breakwatch {

std::expected<void, std::string> SqliteStore::prepare(const std::vector<std::string>& sinks)
{
    if (auto done = prepare_schema(database_); !done) return done;
    if (auto done = check_key(); !done) return done;
    if (auto done = put_openers(database_, openers_); !done) return done;
    if (auto done = set_sinks(sinks); !done || !signing_) return done;
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return begun;
    if (auto done = be_signer(database_, *signing_); !done) return done;
    return transaction.commit();
}

std::expected<void, std::string> SqliteStore::settle(const std::filesystem::path& directory)
{
    auto settled = settle_epoch(database_, directory);
    if (!settled) return std::unexpected(settled.error());
    handed_out_ = std::move(*settled);
    return {};
}

// A key made anew beside an old database would leave every sealed identity closed for ever, unnoticed.
std::expected<void, std::string> SqliteStore::check_key()
{
    const StaffId probe{"breakwatch"};
    const auto sealed = meta(database_, "key-check");
    if (!sealed) return std::unexpected(sealed.error());
    if (sealed->empty()) return set_meta(database_, "key-check", key_->seal(probe));
    if (key_->unseal(*sealed) == probe) return {};
    return std::unexpected(
        "store: the identity key is not the one this database was made with; restore it from the backup, or "
        "move the state directory away to begin anew");
}

std::expected<void, std::string> SqliteStore::set_sinks(const std::vector<std::string>& sinks)
{
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return begun;
    if (auto done = database_.execute("DELETE FROM sinks"); !done) return done;
    for (const auto& sink : sinks) {
        auto put = database_.prepare("INSERT OR IGNORE INTO sinks (name) VALUES (?)");
        if (put.bind(sink).step() != Statement::Step::done)
            return std::unexpected(database_.error("recording the sinks"));
    }
    // A sink that is configured no more is owed nothing.
    if (auto done = database_.execute("DELETE FROM outbox WHERE sink NOT IN (SELECT name FROM sinks)"); !done)
        return done;
    return transaction.commit();
}

std::expected<std::optional<SqliteStore::Known>, std::string> SqliteStore::recorded(const Incident& incident)
{
    auto query = database_.prepare("SELECT sequence, evidence FROM alerts WHERE incident = ? AND revision = ?");
    query.bind(incident.id).bind(std::uint64_t{incident.revision});
    switch (query.step()) {
        case Statement::Step::row: return Known{static_cast<std::uint64_t>(query.integer(0)), query.text(1)};
        case Statement::Step::done: return std::nullopt;
        case Statement::Step::failed: break;
    }
    return std::unexpected(database_.error("looking for an incident"));
}

std::expected<std::uint32_t, std::string> SqliteStore::next_revision(const Incident& incident)
{
    auto query = database_.prepare("SELECT max(revision) FROM alerts WHERE incident = ?");
    if (query.bind(incident.id).step() != Statement::Step::row)
        return std::unexpected(database_.error("looking for an incident's revisions"));
    return static_cast<std::uint32_t>(query.integer(0)) + 1;
}

// Whether sinks were owed a revision of it before.
std::expected<bool, std::string> SqliteStore::was_told(const Incident& incident)
{
    auto query =
        database_.prepare("SELECT 1 FROM alerts WHERE incident = ? AND revision IS NOT NULL AND code <> ? LIMIT 1");
    query.bind(incident.id).bind(event::kHeld.code);
    switch (query.step()) {
        case Statement::Step::row: return true;
        case Statement::Step::done: return false;
        case Statement::Step::failed: break;
    }
    return std::unexpected(database_.error("looking for what was told of an incident"));
}

namespace {

// Whether a revision that is on disk says the same; one that cannot be read back, or whose content the retention took,
// does not count against it.
bool says_the_same(const std::string& evidence, const Incident& incident)
{
    const auto before = incident_from_json(evidence);
    return !before || same_conclusion(*before, incident);
}

}  // namespace

std::expected<void, std::string> SqliteStore::put_incident(const RecordIncident& effect, std::uint64_t sequence)
{
    auto put = database_.prepare(
        "INSERT INTO incidents (id, sequence, touched, staff) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
        "sequence = excluded.sequence, touched = excluded.touched, staff = iif(staff = x'', excluded.staff, staff)");
    put.bind(effect.incident.id).bind(sequence).bind(effect.incident.raised_at.time_since_epoch().count());
    put.bind_blob(octets_of(key_->seal(effect.staff)));
    if (put.step() != Statement::Step::done) return std::unexpected(database_.error("recording an incident"));
    if (openers_.empty()) return {};
    return put_sealed(database_, effect.staff, {effect.incident.id, effect.incident.subject.value}, openers_);
}

std::expected<std::uint64_t, std::string> SqliteStore::record(const RecordIncident& effect)
{
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    const auto known = recorded(effect.incident);
    if (!known) return std::unexpected(known.error());
    auto numbered = effect;
    auto& incident = numbered.incident;
    const auto told = was_told(incident);
    if (!told) return std::unexpected(told.error());
    incident.held = incident.held && !*told;
    if (*known) {
        if (says_the_same((*known)->evidence, incident)) return (*known)->sequence;
        // Its maker did not know how far the incident had got: nothing is lost by that.
        const auto next = next_revision(incident);
        if (!next) return std::unexpected(next.error());
        incident.revision = *next;
    }
    const auto sequence = append(
        database_, {make_alert(incident, *told), incident.id, incident.revision, to_json(incident), !incident.held});
    if (!sequence) return sequence;
    if (auto put = put_incident(numbered, *sequence); !put) return std::unexpected(put.error());
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return sequence;
}

std::expected<std::uint64_t, std::string> SqliteStore::record(const ReportHealth& effect)
{
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    const auto sequence = append(database_, {make_alert(effect), "", std::nullopt, "{}"});
    if (!sequence) return sequence;
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return sequence;
}

std::expected<std::vector<Alert>, std::string> SqliteStore::owed(const std::string& sink, std::size_t limit,
                                                                 std::uint64_t after)
{
    auto query = database_.prepare(
        "SELECT sequence, at, code, message_id, severity, fields, text, hash FROM outbox JOIN alerts USING (sequence) "
        "WHERE sink = ? AND sequence > ? ORDER BY sequence LIMIT ?");
    query.bind(sink).bind(after).bind(std::uint64_t{limit});
    auto alerts = read_alerts(std::move(query));
    if (!alerts || alerts->empty()) return alerts;
    if (auto kept = handed_out_.reach(alerts->back().sequence); !kept) return std::unexpected(kept.error());
    return alerts;
}

std::expected<std::vector<Alert>, std::string> SqliteStore::told_after(std::uint64_t after, std::size_t limit)
{
    auto query = database_.prepare(
        "SELECT sequence, at, code, message_id, severity, fields, text FROM alerts WHERE sequence > ? AND NOT (code = "
        "? "
        "AND incident <> '') ORDER BY sequence LIMIT ?");
    query.bind(after).bind(event::kHeld.code).bind(std::uint64_t{limit});
    return read_alerts(std::move(query));
}

std::expected<std::vector<Alert>, std::string> SqliteStore::read_alerts(Statement query)
{
    const auto epochs = Epochs::of(database_);
    if (!epochs) return std::unexpected(epochs.error());
    std::vector<Alert> alerts;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        Alert alert;
        alert.sequence = static_cast<std::uint64_t>(query.integer(0));
        const bool follows = !alerts.empty() && alerts.back().sequence + 1 == alert.sequence;
        alert.previous = follows ? alerts.back().sequence : told_before(database_, alert.sequence);
        epochs->put_into(alert);
        alert.at = Timestamp{Duration{query.integer(1)}};
        alert.code = query.text(2);
        alert.message_id = query.text(3);
        alert.severity = static_cast<Severity>(query.integer(4));
        fields_from_json(query.text(5), alert);
        alert.text = clean_text(query.text(6));
        if (signing_)
            alert.fields.emplace_back("head", to_word(breakwatch::sign({alert.sequence, query.blob(7)}, *signing_)));
        alerts.push_back(std::move(alert));
    }
    if (step == Statement::Step::failed) return std::unexpected(database_.error("reading alerts"));
    return alerts;
}

std::expected<void, std::string> SqliteStore::delivered(const std::string& sink, std::span<const SequenceRange> ranges)
{
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return begun;
    for (const auto& range : ranges) {
        auto remove = database_.prepare("DELETE FROM outbox WHERE sink = ? AND sequence BETWEEN ? AND ?");
        if (remove.bind(sink).bind(range.first).bind(range.last).step() != Statement::Step::done)
            return std::unexpected(database_.error("marking alerts delivered"));
    }
    return transaction.commit();
}

std::uint64_t SqliteStore::last_sequence()
{
    const auto last = breakwatch::last_sequence(database_).value_or(0);
    return told_before(database_, last + 1);
}

std::string SqliteStore::epoch()
{
    const auto epochs = Epochs::of(database_);
    return epochs ? epochs->latest() : "";
}

std::size_t SqliteStore::backlog(const std::string& sink)
{
    auto query = database_.prepare("SELECT count(*) FROM outbox WHERE sink = ?");
    return query.bind(sink).step() == Statement::Step::row ? static_cast<std::size_t>(query.integer(0)) : 0;
}

std::expected<std::vector<StoredIncident>, std::string> SqliteStore::incidents_since(
    Timestamp since, const std::function<void(const std::string&)>& spoilt)
{
    auto query = database_.prepare(
        "SELECT evidence, staff, id FROM incidents JOIN alerts USING (sequence) WHERE touched >= ? ORDER BY sequence");
    query.bind(since.time_since_epoch().count());
    std::vector<StoredIncident> found;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        auto incident = incident_from_json(query.text(0));
        const auto sealed = query.blob(1);
        auto staff = sealed.empty() ? std::optional(StaffId{}) : key_->unseal(sealed);
        if (!incident || !staff) {
            if (spoilt)
                spoilt("incident " + clean_text(query.text(2)) + " cannot be read back: " +
                       (incident ? "its identity is sealed with another key" : incident.error()));
            continue;
        }
        found.push_back({std::move(*incident), std::move(*staff)});
    }
    if (step == Statement::Step::failed) return std::unexpected(database_.error("reading incidents"));
    return found;
}

std::expected<bool, std::string> SqliteStore::has_older(Timestamp older_than)
{
    constexpr auto kTogether = std::chrono::days{1};
    auto query = database_.prepare(
        "SELECT 1 FROM incidents WHERE touched < ?1 UNION ALL SELECT 1 FROM mentions WHERE told < ?1 UNION ALL "
        "SELECT 1 FROM alerts WHERE at < ?2 AND evidence <> '' LIMIT 1");
    query.bind(older_than.time_since_epoch().count()).bind((older_than - kTogether).time_since_epoch().count());
    const auto step = query.step();
    if (step == Statement::Step::failed) return std::unexpected(database_.error("looking for old incidents"));
    return step == Statement::Step::row;
}

std::expected<std::size_t, std::string> SqliteStore::purge(Timestamp older_than, Timestamp now)
{
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return std::unexpected(begun.error());
    const auto due = has_older(older_than);
    if (!due) return std::unexpected(due.error());
    if (!*due) return 0;
    auto remove = database_.prepare("DELETE FROM incidents WHERE touched < ?");
    if (remove.bind(older_than.time_since_epoch().count()).step() != Statement::Step::done)
        return std::unexpected(database_.error("deleting old incidents"));
    PurgeRecord record{.older_than = older_than};
    record.incidents = static_cast<std::size_t>(database_.changes());
    if (auto done = purge_verdicts(database_); !done) return std::unexpected(done.error());
    if (auto done = purge_openings(database_); !done) return std::unexpected(done.error());
    if (auto done = purge_due(database_); !done) return std::unexpected(done.error());
    if (auto done = purge_mentions(older_than); !done) return std::unexpected(done.error());
    if (auto done = purge_rows(database_, record); !done) return std::unexpected(done.error());
    const auto told = append(database_, {make_purged_alert(record, now), "", std::nullopt, to_json(record)});
    if (!told) return std::unexpected(told.error());
    if (auto done = transaction.commit(); !done) return std::unexpected(done.error());
    return record.incidents;
}

std::expected<void, std::string> SqliteStore::sign(Timestamp now)
{
    if (!signing_) return {};
    Transaction transaction(database_);
    if (auto begun = transaction.begin(); !begun) return begun;
    if (auto kept = keep_head(database_, *signing_, now); !kept) return kept;
    return transaction.commit();
}

std::string SqliteStore::head()
{
    const auto end = chain_end(database_);
    return signing_ && end && end->sequence > 0 ? to_word(breakwatch::sign(*end, *signing_)) : "";
}

std::expected<std::size_t, std::string> SqliteStore::count_older(Timestamp older_than)
{
    auto query = database_.prepare("SELECT count(*) FROM incidents WHERE touched < ?");
    if (query.bind(older_than.time_since_epoch().count()).step() != Statement::Step::row)
        return std::unexpected(database_.error("counting old incidents"));
    return static_cast<std::size_t>(query.integer(0));
}

namespace {

std::filesystem::path database_file(const std::filesystem::path& directory)
{
    return directory / "breakwatch.db";
}

}  // namespace

std::expected<std::unique_ptr<Store>, std::string> open_store(const std::filesystem::path& directory,
                                                              const std::vector<std::string>& sinks,
                                                              std::shared_ptr<const IdentityKey> key,
                                                              std::shared_ptr<const ChainKey> signing,
                                                              std::vector<Opener> openers)
{
    auto database = Database::open(database_file(directory), Database::Mode::create);
    if (!database) return std::unexpected(database.error());
    auto store =
        std::make_unique<SqliteStore>(std::move(*database), std::move(key), std::move(signing), std::move(openers));
    if (auto done = store->prepare(sinks); !done) return std::unexpected(done.error());
    if (auto done = store->settle(directory); !done) return std::unexpected(done.error());
    return store;
}

std::unique_ptr<Store> make_memory_store(const std::vector<std::string>& sinks, std::shared_ptr<const IdentityKey> key)
{
    auto database = Database::open(":memory:", Database::Mode::create);
    if (!database) throw std::runtime_error(database.error());
    auto store = std::make_unique<SqliteStore>(std::move(*database), std::move(key), nullptr);
    if (auto done = store->prepare(sinks); !done) throw std::runtime_error(done.error());
    return store;
}

}  // namespace breakwatch
