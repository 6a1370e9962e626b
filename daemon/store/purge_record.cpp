#include "store/purge_record.hpp"

#include <boost/json.hpp>

#include "policy/event_catalogue.hpp"
#include "policy/text.hpp"
#include "store/chain_links.hpp"
#include "store/hex.hpp"
#include "store/ledger.hpp"
#include "store/octets.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

constexpr std::string_view kAction = "purged";

// The last row before `sequence`; number 0: there is none.
std::expected<ChainHead, std::string> row_before(Database& database, std::uint64_t sequence)
{
    auto query =
        database.prepare("SELECT sequence, hash FROM alerts WHERE sequence < ? ORDER BY sequence DESC LIMIT 1");
    switch (query.bind(sequence).step()) {
        case Statement::Step::row: return ChainHead{static_cast<std::uint64_t>(query.integer(0)), query.blob(1)};
        case Statement::Step::done: return ChainHead{};
        case Statement::Step::failed: break;
    }
    return std::unexpected(database.error("looking for old alerts"));
}

std::expected<void, std::string> delete_before(Database& database, std::uint64_t sequence)
{
    for (const auto* sql : {"DELETE FROM outbox WHERE sequence < ?", "DELETE FROM heads WHERE sequence < ?",
                            "DELETE FROM alerts WHERE sequence < ?"}) {
        auto remove = database.prepare(sql);
        if (remove.bind(sequence).step() != Statement::Step::done)
            return std::unexpected(database.error("deleting old alerts"));
    }
    return {};
}

}  // namespace

// Who, subject and reason: as every entry of the audit trail has them.
std::string to_json(const PurgeRecord& record)
{
    json::array emptied;
    for (const auto& range : record.emptied) emptied.push_back(json::array{range.first, range.last});
    return json::serialize(json::object{
        {"who", "breakwatchd"},
        {"action", kAction},
        {"subject", std::to_string(record.incidents) + " incidents, " + std::to_string(record.rows) + " records"},
        {"reason", "older than " + to_rfc3339(record.older_than)},
        {"older_than", record.older_than.time_since_epoch().count()},
        {"incidents", record.incidents},
        {"records", record.rows},
        {"begins_after", json::array{record.begins_after.sequence, hex_of(record.begins_after.hash)}},
        {"emptied", std::move(emptied)}});
}

std::optional<PurgeRecord> purge_record_from_json(const std::string& text)
try {
    const auto value = json::parse(text);
    const auto& object = value.as_object();
    if (object.at("action").as_string() != kAction) return std::nullopt;
    PurgeRecord record;
    record.older_than = Timestamp{Duration{value.at("older_than").to_number<std::int64_t>()}};
    record.incidents = value.at("incidents").to_number<std::size_t>();
    record.rows = value.at("records").to_number<std::size_t>();
    const auto& begins = object.at("begins_after").as_array();
    record.begins_after.sequence = begins.at(0).to_number<std::uint64_t>();
    const auto hash = octets_of_hex(std::string_view(begins.at(1).as_string()));
    if (!hash) return std::nullopt;
    record.begins_after.hash = *hash;
    for (const auto& range : object.at("emptied").as_array())
        record.emptied.push_back({range.at(0).to_number<std::uint64_t>(), range.at(1).to_number<std::uint64_t>()});
    return record;
} catch (const std::exception&) {
    return std::nullopt;
}

std::expected<std::optional<PurgeRecord>, std::string> last_purge(Database& database)
{
    auto query = database.prepare(
        "SELECT sequence, evidence FROM alerts WHERE code = ? AND evidence LIKE '%\"action\":\"purged\"%' "
        "ORDER BY sequence DESC LIMIT 1");
    switch (query.bind(event::kRetention.code).step()) {
        case Statement::Step::done: return std::nullopt;
        case Statement::Step::failed: return std::unexpected(database.error("looking for the last purge"));
        case Statement::Step::row: break;
    }
    auto record = purge_record_from_json(query.text(1));
    if (record) record->sequence = static_cast<std::uint64_t>(query.integer(0));
    return record;
}

std::expected<std::vector<SequenceRange>, std::string> emptied_rows(Database& database)
{
    auto query = database.prepare("SELECT sequence FROM alerts WHERE evidence = '' AND text = '' ORDER BY sequence");
    std::vector<SequenceRange> all;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step()) {
        const auto sequence = static_cast<std::uint64_t>(query.integer(0));
        if (!all.empty() && all.back().last + 1 == sequence) {
            all.back().last = sequence;
        } else {
            all.push_back({sequence, sequence});
        }
    }
    if (step == Statement::Step::failed) return std::unexpected(database.error("looking for emptied records"));
    return all;
}

std::expected<void, std::string> purge_rows(Database& database, PurgeRecord& record)
{
    const auto cutoff = record.older_than.time_since_epoch().count();
    auto keep = database.prepare("SELECT min(sequence) FROM alerts WHERE at >= ?");
    if (keep.bind(cutoff).step() != Statement::Step::row)
        return std::unexpected(database.error("looking for old alerts"));
    auto first_kept = static_cast<std::uint64_t>(keep.integer(0));
    keep.reset();
    const auto end = chain_end(database);
    if (!end) return std::unexpected(end.error());
    if (first_kept == 0) first_kept = end->sequence + 1;
    const auto before = row_before(database, first_kept);
    if (!before) return std::unexpected(before.error());
    if (before->sequence != 0) {
        if (auto begun = begin_chain_after(database, *before); !begun) return begun;
        if (auto gone = delete_before(database, first_kept); !gone) return gone;
        record.rows += static_cast<std::size_t>(database.changes());
    }
    auto empty =
        database.prepare("UPDATE alerts SET fields = '[]', text = '', evidence = '' WHERE at < ? AND evidence <> ''");
    if (empty.bind(cutoff).step() != Statement::Step::done)
        return std::unexpected(database.error("emptying old alerts"));
    record.rows += static_cast<std::size_t>(database.changes());
    const auto begin = chain_begin(database);
    if (!begin) return std::unexpected(begin.error());
    record.begins_after = *begin;
    auto emptied = emptied_rows(database);
    if (!emptied) return std::unexpected(emptied.error());
    record.emptied = std::move(*emptied);
    return {};
}

}  // namespace breakwatch
