// The append-only list of alerts, chained so that a changed or missing row shows. Shared by the daemon's
// store and the operator's tool.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "store/database.hpp"

namespace breakwatch {

struct LedgerEntry {
    Alert alert;           // its sequence is given by the ledger
    std::string incident;  // "" for none
    std::optional<std::uint32_t> revision;
    std::string evidence;  // JSON
    bool owed = true;      // false: of a held incident, which stands in the chain and is sent to nobody
};

// Within a transaction of the caller: the row and what each sink is owed. Returns the sequence number.
std::expected<std::uint64_t, std::string> append(Database& database, LedgerEntry entry);
std::expected<std::uint64_t, std::string> last_sequence(Database& database);
// The number of the last alert before `sequence` that sinks were owed; 0: none. What stands between the two is held.
std::uint64_t told_before(Database& database, std::uint64_t sequence);
// Not before a daemon of this version has been started on it: what only reads migrates nothing.
bool keeps_mentions(Database& database);

std::string fields_to_json(const Alert& alert);
void fields_from_json(const std::string& text, Alert& alert);

}  // namespace breakwatch
