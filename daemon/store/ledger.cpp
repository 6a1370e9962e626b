#include "store/ledger.hpp"

#include <boost/json.hpp>

#include "policy/event_catalogue.hpp"
#include "policy/text.hpp"
#include "store/chain_links.hpp"
#include "store/octets.hpp"
#include "store/verdict_table.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

}  // namespace

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
    const auto before = chain_end(database);
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
    insert.bind_blob(octets_of(link_of(before->hash, sequence, at, digest)));
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
    const auto last = chain_end(database);
    if (!last) return std::unexpected(last.error());
    return last->sequence;
}

bool keeps_mentions(Database& database)
{
    return database.has_table("mentions");
}

}  // namespace breakwatch
