// Which incidents have a clock, and what was told of each due time: read out of the chain as it grows, so that a look
// costs no more than what is new. Shared by the daemon's store, which keeps one, and the operator's tool, which asks
// once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "policy/incident/due.hpp"
#include "store/database.hpp"
#include "store/store.hpp"

namespace breakwatch {

// A migration.
extern const char* const kDueTables;
// Not before a daemon of this version has been started on it: what only reads migrates nothing.
bool keeps_due(Database& database);
// Within a transaction of the caller: in place of one to the same role.
[[nodiscard]] std::expected<void, std::string> put_promise(Database& database, const std::string& incident,
                                                           const Promise& promise, std::uint64_t sequence);
// Within a transaction: of incidents that are gone.
[[nodiscard]] std::expected<void, std::string> purge_due(Database& database);

class DueBook {
  public:
    // In a transaction of its own, if there is anything to tell. How many alerts.
    std::expected<std::size_t, std::string> tell(Database& database, const DueClock& clock, Timestamp now);
    // First due first.
    std::expected<std::vector<DueToldItem>, std::string> list(Database& database, const DueClock& clock);

  private:
    using Told = std::map<std::pair<std::string, std::string>, std::uint64_t>;  // incident, DueItem::key()

    [[nodiscard]] std::expected<void, std::string> read(Database& database);
    [[nodiscard]] std::expected<void, std::string> read_chain(Database& database);
    [[nodiscard]] std::expected<void, std::string> read_promises(Database& database);
    [[nodiscard]] std::expected<void, std::string> read_told(Database& database);

    std::map<std::string, DueCase> cases_;  // by incident
    Told told_;
    std::uint64_t read_until_ = 0;  // sequence number
    bool told_read_ = false;
};

}  // namespace breakwatch
