// The table of verdicts: the one in force of each incident, with what figures are counted by. Shared by the daemon's
// store and the operator's tool. Earlier verdicts stay in the chain of alerts.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "store/verdict.hpp"

namespace breakwatch {

// A migration, which fill_verdicts() ends.
extern const char* const kVerdictTable;
// What earlier versions kept in the audit trail alone.
[[nodiscard]] std::expected<void, std::string> fill_verdicts(Database& database);
std::expected<std::map<std::string, GivenVerdict>, std::string> verdicts_of_trail(Database& database);

// Not before a daemon of this version has been started on it: what only reads migrates nothing.
bool keeps_verdicts(Database& database);
// By incident; of an earlier version's database from its audit trail.
std::expected<std::map<std::string, GivenVerdict>, std::string> read_verdicts(Database& database);
// By rule, in the order of their names.
std::expected<std::vector<RuleVerdicts>, std::string> count_verdicts(Database& database);

// Within a transaction of the caller: in place of the one before; one that is taken back leaves its row, so that the
// change is told. `sequence`: of the alert that tells of it.
[[nodiscard]] std::expected<void, std::string> put_verdict(Database& database, const Incident& incident,
                                                           const VerdictChange& change, std::uint64_t sequence);
// Within a transaction: those of incidents that are gone.
[[nodiscard]] std::expected<void, std::string> purge_verdicts(Database& database);

// In a transaction of its own, if there is anything: for each rule and platform whose verdicts changed on a day (UTC)
// before `now`'s and were not told since, an alert with its figures. How many; on one day once.
std::expected<std::size_t, std::string> tell_figures(Database& database, Timestamp now);

// Verdicts that are not what the chain tells, in words.
[[nodiscard]] std::expected<void, std::string> verify_verdicts(Database& database, std::vector<std::string>& wrong);

}  // namespace breakwatch
