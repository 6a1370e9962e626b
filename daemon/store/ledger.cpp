#include "store/ledger.hpp"

#include <sodium.h>

#include <boost/json.hpp>

#include "policy/event_catalogue.hpp"
#include "policy/text.hpp"
#include "store/octets.hpp"
#include "store/verdict_table.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

constexpr std::size_t kHashOctets = 32;

std::string hash_of(const std::string& text)
{
    std::string hash(kHashOctets, '\0');
    crypto_generichash(octets_in(hash).data(), hash.size(), octets_of(text).data(), text.size(), nullptr, 0);
    return hash;
}

std::string digest_of(const Alert& alert, const std::string& incident, std::int64_t revision, const std::string& fields,
                      const std::string& evidence)
{
    // A JSON list keeps the parts apart, whatever is in them.
    return hash_of(json::serialize(json::array{alert.code, alert.message_id, static_cast<int>(alert.severity), incident,
                                               revision, fields, alert.text, evidence}));
}

std::string link(const std::string& before, std::uint64_t sequence, std::int64_t at, const std::string& digest)
{
    return hash_of(before + std::to_string(sequence) + "@" + std::to_string(at) + ":" + digest);
}

struct Tail {
    std::uint64_t sequence = 0;
    std::string hash;
};

std::expected<Tail, std::string> read_tail(Database& database, Statement query)
{
    switch (query.step()) {
        case Statement::Step::row: return Tail{static_cast<std::uint64_t>(query.integer(0)), query.blob(1)};
        case Statement::Step::done: return Tail{};
        case Statement::Step::failed: break;
    }
    return std::unexpected(database.error("reading the last alert"));
}

// Where the chain begins: after the last row that the retention took away.
std::expected<Tail, std::string> anchor(Database& database)
{
    return read_tail(database,
                     database.prepare("SELECT (SELECT value FROM meta WHERE key = 'anchor-sequence'), value FROM meta "
                                      "WHERE key = 'anchor-hash'"));
}

std::expected<Tail, std::string> tail(Database& database)
{
    auto last =
        read_tail(database, database.prepare("SELECT sequence, hash FROM alerts ORDER BY sequence DESC LIMIT 1"));
    if (last && last->sequence == 0) return anchor(database);
    return last;
}

std::expected<void, std::string> set_meta(Database& database, std::string_view key, const std::string& value)
{
    auto put = database.prepare(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    put.bind(key).bind_blob(octets_of(value));
    if (put.step() != Statement::Step::done) return std::unexpected(database.error("moving the chain's begin"));
    return {};
}

}  // namespace

std::string to_hex(const std::string& octets)
{
    std::string text(octets.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), octets_of(octets).data(), octets.size());
    text.pop_back();
    return text;
}

std::string fields_to_json(const Alert& alert)
{
    json::array fields;
    for (const auto& [name, value] : alert.fields) fields.push_back(json::array{name, value});
    return clean_text(json::serialize(fields));
}

void fields_from_json(const std::string& text, Alert& alert)
{
    boost::system::error_code error;
    auto value = json::parse(text, error);
    if (error) value = json::parse(clean_text(text), error);
    if (error || !value.is_array()) {
        alert.fields = {{"note", "the fields of this alert cannot be read back from the store"}};
        return;
    }
    for (const auto& pair : value.get_array()) {
        if (!pair.is_array() || pair.get_array().size() != 2) continue;
        const auto* name = pair.get_array()[0].if_string();
        const auto* content = pair.get_array()[1].if_string();
        if (name != nullptr && content != nullptr) alert.fields.emplace_back(*name, *content);
    }
}

std::expected<std::uint64_t, std::string> append(Database& database, LedgerEntry entry)
{
    const auto before = tail(database);
    if (!before) return std::unexpected(before.error());
    auto& alert = entry.alert;
    // What is kept and told is UTF-8, whoever said it.
    alert.text = clean_text(alert.text);
    entry.evidence = clean_text(entry.evidence);
    const auto sequence = before->sequence + 1;
    const auto at = alert.at.time_since_epoch().count();
    const auto fields = fields_to_json(alert);
    const std::int64_t revision = entry.revision ? static_cast<std::int64_t>(*entry.revision) : -1;
    const auto digest = digest_of(alert, entry.incident, revision, fields, entry.evidence);
    auto insert = database.prepare(
        "INSERT INTO alerts (sequence, at, code, message_id, severity, incident, revision, fields, text, evidence, "
        "digest, hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.bind(sequence)
        .bind(at)
        .bind(alert.code)
        .bind(alert.message_id)
        .bind(static_cast<std::int64_t>(alert.severity));
    insert.bind(entry.incident);
    if (entry.revision) {
        insert.bind(revision);
    } else {
        insert.bind_null();
    }
    insert.bind(fields).bind(alert.text).bind(entry.evidence).bind_blob(octets_of(digest));
    insert.bind_blob(octets_of(link(before->hash, sequence, at, digest)));
    if (insert.step() != Statement::Step::done) return std::unexpected(database.error("recording an alert"));
    if (!entry.owed) return sequence;
    auto owe = database.prepare("INSERT INTO outbox (sink, sequence) SELECT name, ? FROM sinks");
    if (owe.bind(sequence).step() != Statement::Step::done)
        return std::unexpected(database.error("recording what the sinks are owed"));
    return sequence;
}

// BW-1005 about no incident tells how many were held, and is sent.
std::uint64_t told_before(Database& database, std::uint64_t sequence)
{
    // Backwards, and only as far as what was held.
    auto told = database.prepare(
        "SELECT sequence FROM alerts WHERE sequence < ? AND NOT (code = ? AND incident <> '') ORDER BY sequence DESC "
        "LIMIT 1");
    if (told.bind(sequence).bind(event::kHeld.code).step() == Statement::Step::row)
        return static_cast<std::uint64_t>(told.integer(0));
    // What retention took away from the beginning counts as told.
    auto first = database.prepare("SELECT min(sequence) FROM alerts");
    const auto begins = first.step() == Statement::Step::row ? static_cast<std::uint64_t>(first.integer(0)) : 0;
    return begins == 0 || begins >= sequence ? sequence - 1 : begins - 1;
}

std::expected<std::uint64_t, std::string> last_sequence(Database& database)
{
    const auto last = tail(database);
    if (!last) return std::unexpected(last.error());
    return last->sequence;
}

namespace {

// The list of incidents against the chain: an incident taken off it, or set back to an earlier revision, shows.
std::expected<void, std::string> verify_incidents(Database& database, std::vector<std::string>& wrong)
{
    auto query = database.prepare(
        "SELECT last.incident, last.sequence, incidents.sequence FROM "
        "(SELECT incident, max(sequence) AS sequence FROM alerts WHERE revision IS NOT NULL AND evidence <> '' GROUP "
        "BY incident) AS last "
        "LEFT JOIN incidents ON incidents.id = last.incident "
        "WHERE incidents.sequence IS NOT last.sequence ORDER BY last.sequence");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const auto number = std::to_string(query.integer(1));
        const auto kept = query.integer(2);
        wrong.push_back(
            "incident " + query.text(0) +
            (kept == 0 ? " was taken off the list; alert " + number + " tells it"
                       : " is listed as of alert " + std::to_string(kept) + "; its last revision is alert " + number));
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the incidents"));
    return {};
}

// What is kept of each mention against the alert that tells it.
std::expected<void, std::string> verify_mentions(Database& database, std::vector<std::string>& wrong)
{
    auto query = database.prepare(
        "SELECT source || '/' || reference, sequence FROM mentions LEFT JOIN alerts USING (sequence) WHERE answer <> "
        "'' "
        "AND evidence <> '' AND evidence <> answer ORDER BY number");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        wrong.push_back("the answer to mention " + query.text(0) + " is not the one that alert " +
                        std::to_string(query.integer(1)) + " tells");
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the mentions"));
    return {};
}

}  // namespace

bool keeps_mentions(Database& database)
{
    auto query = database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'mentions'");
    return query.step() == Statement::Step::row;
}

std::expected<Verification, std::string> verify_ledger(Database& database)
{
    auto before = anchor(database);
    if (!before) return std::unexpected(before.error());
    Verification result;
    result.first = before->sequence + 1;
    auto query = database.prepare(
        "SELECT sequence, at, code, message_id, severity, incident, ifnull(revision, -1), fields, text, evidence, "
        "digest, hash "
        "FROM alerts ORDER BY sequence");
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const auto sequence = static_cast<std::uint64_t>(query.integer(0));
        const auto number = std::to_string(sequence);
        if (sequence != before->sequence + 1)
            result.wrong.push_back("alerts " + std::to_string(before->sequence + 1) + " to " +
                                   std::to_string(sequence - 1) + " are missing");
        Alert alert;
        alert.code = query.text(2);
        alert.message_id = query.text(3);
        alert.severity = static_cast<Severity>(query.integer(4));
        alert.text = query.text(8);
        const auto evidence = query.text(9);
        const bool taken_away = evidence.empty() && alert.text.empty();
        if (!taken_away && digest_of(alert, query.text(5), query.integer(6), query.text(7), evidence) != query.blob(10))
            result.wrong.push_back("alert " + number + " was changed");
        if (link(before->hash, sequence, query.integer(1), query.blob(10)) != query.blob(11))
            result.wrong.push_back("alert " + number + " does not follow from the one before it");
        before = Tail{sequence, query.blob(11)};
        ++result.alerts;
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the alerts"));
    result.last = before->sequence;
    result.head = to_hex(before->hash);
    if (auto done = verify_incidents(database, result.wrong); !done) return std::unexpected(done.error());
    if (keeps_mentions(database)) {
        if (auto done = verify_mentions(database, result.wrong); !done) return std::unexpected(done.error());
    }
    if (keeps_verdicts(database)) {
        if (auto done = verify_verdicts(database, result.wrong); !done) return std::unexpected(done.error());
    }
    return result;
}

std::expected<void, std::string> purge_ledger(Database& database, Timestamp older_than)
{
    const auto cutoff = older_than.time_since_epoch().count();
    auto keep = database.prepare("SELECT min(sequence) FROM alerts WHERE at >= ?");
    if (keep.bind(cutoff).step() != Statement::Step::row)
        return std::unexpected(database.error("looking for old alerts"));
    auto first_kept = static_cast<std::uint64_t>(keep.integer(0));
    const auto last = tail(database);
    if (!last) return std::unexpected(last.error());
    if (first_kept == 0) first_kept = last->sequence + 1;

    auto row = read_tail(database, std::move(database
                                                 .prepare("SELECT sequence, hash FROM alerts WHERE sequence < ? "
                                                          "ORDER BY sequence DESC LIMIT 1")
                                                 .bind(first_kept)));
    if (!row) return std::unexpected(row.error());
    if (row->sequence != 0) {
        for (auto done : {set_meta(database, "anchor-sequence", std::to_string(row->sequence)),
                          set_meta(database, "anchor-hash", row->hash)}) {
            if (!done) return done;
        }
    }
    for (const auto* sql : {"DELETE FROM outbox WHERE sequence < ?", "DELETE FROM alerts WHERE sequence < ?"}) {
        auto remove = database.prepare(sql);
        if (remove.bind(first_kept).step() != Statement::Step::done)
            return std::unexpected(database.error("deleting old alerts"));
    }
    auto blank =
        database.prepare("UPDATE alerts SET fields = '[]', text = '', evidence = '' WHERE at < ? AND evidence <> ''");
    if (blank.bind(cutoff).step() != Statement::Step::done)
        return std::unexpected(database.error("blanking old alerts"));
    return {};
}

}  // namespace breakwatch
