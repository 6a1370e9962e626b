// What retention took away, as it stands in the chain: a row that lost its content, and a chain that does not begin
// with the first row, are right only where one of these says so.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "store/chain_head.hpp"
#include "store/database.hpp"

namespace breakwatch {

struct PurgeRecord {
    std::uint64_t sequence = 0;  // its own row; not part of what it says
    Timestamp older_than;
    std::size_t incidents = 0;             // deleted by it
    std::size_t rows = 0;                  // deleted or emptied by it
    ChainHead begins_after{};              // the last row that is gone; number 0: none is
    std::vector<SequenceRange> emptied{};  // all rows that have no content now, whenever they lost it
};

// Evidence of a row of code BW-3008.
std::string to_json(const PurgeRecord& record);
std::optional<PurgeRecord> purge_record_from_json(const std::string& text);

// The one that is in force. None: nothing was ever taken away.
std::expected<std::optional<PurgeRecord>, std::string> last_purge(Database& database);
// The rows that have no content, in order.
std::expected<std::vector<SequenceRange>, std::string> emptied_rows(Database& database);

// Within a transaction: takes content older than `older_than` away, and fills in what is there then. Rows at the
// beginning go whole, and the chain begins after them; rows between younger ones lose their content and keep their
// digest.
[[nodiscard]] std::expected<void, std::string> purge_rows(Database& database, PurgeRecord& record);

}  // namespace breakwatch
