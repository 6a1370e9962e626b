#include "store/chain_heads.hpp"

#include "store/chain_links.hpp"
#include "store/octets.hpp"

namespace breakwatch {

namespace {

constexpr std::string_view kSigner = "chain-key";
constexpr std::uint64_t kKept = 1'000;

std::string kept_text(const KeptHead& kept)
{
    return signed_text(kept.head) + ":" + std::to_string(kept.previous) + "@" +
           std::to_string(kept.at.time_since_epoch().count());
}

// -1: there is none.
std::expected<std::int64_t, std::string> last_kept(Database& database)
{
    auto query = database.prepare("SELECT ifnull(max(sequence), -1) FROM heads");
    if (query.step() != Statement::Step::row)
        return std::unexpected(database.error("looking for the last signed head"));
    return query.integer(0);
}

}  // namespace

bool keeps_heads(Database& database)
{
    return database.has_table("heads");
}

bool is_signed_by(const KeptHead& kept, const ChainPublicKey& key)
{
    return key.has_signed(kept_text(kept), kept.signature);
}

std::expected<std::vector<KeptHead>, std::string> kept_heads(Database& database)
{
    auto query = database.prepare("SELECT sequence, previous, at, hash, signature FROM heads ORDER BY sequence");
    std::vector<KeptHead> all;
    auto step = query.step();
    for (; step == Statement::Step::row; step = query.step())
        all.push_back({{static_cast<std::uint64_t>(query.integer(0)), query.blob(3)},
                       query.integer(1),
                       Timestamp{Duration{query.integer(2)}},
                       query.blob(4)});
    if (step == Statement::Step::failed) return std::unexpected(database.error("reading the signed heads"));
    return all;
}

std::expected<void, std::string> keep_head(Database& database, const ChainKey& key, Timestamp at)
{
    const auto end = chain_end(database);
    if (!end) return std::unexpected(end.error());
    const auto previous = last_kept(database);
    if (!previous) return std::unexpected(previous.error());
    KeptHead kept{*end, *previous, at, {}};
    if (*previous == static_cast<std::int64_t>(end->sequence)) return {};
    kept.signature = key.sign(kept_text(kept));
    auto put = database.prepare("INSERT INTO heads (sequence, previous, at, hash, signature) VALUES (?, ?, ?, ?, ?)");
    put.bind(end->sequence).bind(kept.previous).bind(at.time_since_epoch().count()).bind_blob(octets_of(end->hash));
    if (put.bind_blob(octets_of(kept.signature)).step() != Statement::Step::done)
        return std::unexpected(database.error("keeping a signed head"));
    auto remove = database.prepare(
        "DELETE FROM heads WHERE sequence < (SELECT min(sequence) FROM (SELECT sequence FROM heads ORDER BY sequence "
        "DESC LIMIT ?))");
    if (remove.bind(kKept).step() != Statement::Step::done)
        return std::unexpected(database.error("deleting old signed heads"));
    return {};
}

std::expected<std::optional<ChainPublicKey>, std::string> signer(Database& database)
{
    const auto text = meta(database, kSigner);
    if (!text) return std::unexpected(text.error());
    if (text->empty()) return std::nullopt;
    const auto key = ChainPublicKey::parse(*text);
    if (!key) return std::unexpected("store: the key that its heads are signed with is none: it was changed");
    return key;
}

std::expected<void, std::string> be_signer(Database& database, const ChainKey& key)
{
    const auto known = signer(database);
    if (!known) return std::unexpected(known.error());
    if (*known && **known != key.public_key())
        return std::unexpected(
            "store: the chain key is not the one that this database's heads are signed with; restore it from the "
            "backup, or move the state directory away to begin anew");
    if (*known) return {};
    if (auto put = set_meta(database, kSigner, key.public_key().hex()); !put) return put;
    auto last = database.prepare("SELECT ifnull(max(at), 0) FROM alerts");
    if (last.step() != Statement::Step::row) return std::unexpected(database.error("looking for the last alert"));
    return keep_head(database, key, Timestamp{Duration{last.integer(0)}});
}

}  // namespace breakwatch
