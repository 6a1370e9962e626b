// How a row of the ledger is bound to those before it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "store/chain_head.hpp"
#include "store/database.hpp"

namespace breakwatch {

// H(JSON list of all that the row says): BLAKE2b of 32 octets. The list is as RFC 8785 writes it, so that others can
// make it again.
std::string digest_of(const Alert& alert, const std::string& incident, std::int64_t revision, const std::string& fields,
                      const std::string& evidence);
// H(hash before, sequence, time, digest).
std::string link_of(const std::string& before, std::uint64_t sequence, std::int64_t at, const std::string& digest);

// Where the chain begins: after the last row that the retention took away; number 0 and no hash, with the first.
std::expected<ChainHead, std::string> chain_begin(Database& database);
// The last row; where there is none, the begin.
std::expected<ChainHead, std::string> chain_end(Database& database);
// Within a transaction.
[[nodiscard]] std::expected<void, std::string> begin_chain_after(Database& database, const ChainHead& head);

[[nodiscard]] std::expected<void, std::string> set_meta(Database& database, std::string_view key,
                                                        const std::string& value);
// "" where there is none.
std::expected<std::string, std::string> meta(Database& database, std::string_view key);

}  // namespace breakwatch
