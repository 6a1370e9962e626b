#include "store/chain_links.hpp"

#include <boost/json.hpp>

#include "store/octets.hpp"

namespace breakwatch {

namespace {

namespace json = boost::json;

std::expected<ChainHead, std::string> read_head(Database& database, Statement query)
{
    switch (query.step()) {
        case Statement::Step::row: return ChainHead{static_cast<std::uint64_t>(query.integer(0)), query.blob(1)};
        case Statement::Step::done: return ChainHead{};
        case Statement::Step::failed: break;
    }
    return std::unexpected(database.error("reading the last alert"));
}

}  // namespace

std::string digest_of(const Alert& alert, const std::string& incident, std::int64_t revision, const std::string& fields,
                      const std::string& evidence)
{
    // A JSON list keeps the parts apart, whatever is in them.
    return hash_of(json::serialize(json::array{alert.code, alert.message_id, static_cast<int>(alert.severity), incident,
                                               revision, fields, alert.text, evidence}));
}

std::string link_of(const std::string& before, std::uint64_t sequence, std::int64_t at, const std::string& digest)
{
    return hash_of(before + std::to_string(sequence) + "@" + std::to_string(at) + ":" + digest);
}

std::expected<ChainHead, std::string> chain_begin(Database& database)
{
    return read_head(database,
                     database.prepare("SELECT (SELECT value FROM meta WHERE key = 'anchor-sequence'), value FROM meta "
                                      "WHERE key = 'anchor-hash'"));
}

std::expected<ChainHead, std::string> chain_end(Database& database)
{
    auto last =
        read_head(database, database.prepare("SELECT sequence, hash FROM alerts ORDER BY sequence DESC LIMIT 1"));
    if (last && last->sequence == 0) return chain_begin(database);
    return last;
}

std::expected<void, std::string> begin_chain_after(Database& database, const ChainHead& head)
{
    if (auto put = set_meta(database, "anchor-sequence", std::to_string(head.sequence)); !put) return put;
    return set_meta(database, "anchor-hash", head.hash);
}

std::expected<void, std::string> set_meta(Database& database, std::string_view key, const std::string& value)
{
    auto put = database.prepare(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value");
    put.bind(key).bind_blob(octets_of(value));
    if (put.step() != Statement::Step::done) return std::unexpected(database.error("keeping " + std::string(key)));
    return {};
}

std::expected<std::string, std::string> meta(Database& database, std::string_view key)
{
    auto query = database.prepare("SELECT value FROM meta WHERE key = ?");
    switch (query.bind(key).step()) {
        case Statement::Step::row: return query.blob(0);
        case Statement::Step::done: return "";
        case Statement::Step::failed: break;
    }
    return std::unexpected(database.error("reading " + std::string(key)));
}

}  // namespace breakwatch
