// The heads that were signed, in the store itself: what is changed under one of them shows without the SIEM's copies.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "store/chain_head.hpp"
#include "store/database.hpp"

namespace breakwatch {

inline constexpr const char* kHeadTable = R"sql(
    -- Signed heads of the chain, the last thousand.
    CREATE TABLE heads (
        sequence INTEGER PRIMARY KEY,
        previous INTEGER NOT NULL,         -- the sequence of the head before it; -1: it is the first
        at INTEGER NOT NULL,               -- when it was signed, ns since 1970
        hash BLOB NOT NULL,
        signature BLOB NOT NULL            -- over all of these
    );
    )sql";

struct KeptHead {
    ChainHead head;
    std::int64_t previous = -1;
    Timestamp at;
    std::string signature;
};

bool is_signed_by(const KeptHead& kept, const ChainPublicKey& key);

// Not before a daemon of this version has been started on it: what only reads migrates nothing.
bool keeps_heads(Database& database);
std::expected<std::vector<KeptHead>, std::string> kept_heads(Database& database);
// Within a transaction. Signs the end of the chain, unless that was done.
[[nodiscard]] std::expected<void, std::string> keep_head(Database& database, const ChainKey& key, Timestamp at);
// The public key of those heads, as it was when the first was signed. None: nothing was ever signed.
std::expected<std::optional<ChainPublicKey>, std::string> signer(Database& database);
// Within a transaction. Refused: another key than that. The first time the head of what is there is signed, be it of
// nothing: from then on a store without a head was changed.
[[nodiscard]] std::expected<void, std::string> be_signer(Database& database, const ChainKey& key);

}  // namespace breakwatch
