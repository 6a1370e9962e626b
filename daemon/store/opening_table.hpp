// Identities sealed to openers, and the requests to open them with their approvals. Shared by the daemon's store and
// the operator's tool.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "store/database.hpp"
#include "store/opening.hpp"

namespace breakwatch {

extern const char* const kOpeningTables;  // a migration
// Not before a daemon of this version has been started on it: what only reads migrates nothing.
bool keeps_openings(Database& database);

// The openers as the daemon was started with; empty: one person alone opens.
[[nodiscard]] std::expected<void, std::string> put_openers(Database& database, const std::vector<Opener>& openers);
std::vector<Opener> configured_openers(Database& database);

// Within a transaction; one that is there stays, with the openers of its time.
[[nodiscard]] std::expected<void, std::string> put_sealed(Database& database, const StaffId& staff,
                                                          const SealedAbout& about, const std::vector<Opener>& openers);
// None: the incident is sealed with the identity key alone.
std::expected<std::optional<SealedIdentity>, std::string> sealed_of(Database& database, const std::string& incident);
// Within a transaction: what the identity key can open of sealed incidents last revised before.
[[nodiscard]] std::expected<void, std::string> forget_copies(Database& database, Timestamp before);
// Within a transaction: what is of incidents that are gone.
[[nodiscard]] std::expected<void, std::string> purge_openings(Database& database);

struct StoredRequest {
    OpeningAsk ask;
    AnswerKey key;
    std::vector<Approval> approvals;  // in the order given
};
// Within a transaction: those whose time is over, with their keys: what was approved cannot be read any more.
[[nodiscard]] std::expected<void, std::string> end_requests(Database& database, Timestamp now);
[[nodiscard]] std::expected<void, std::string> put_request(Database& database, const OpeningAsk& ask,
                                                           const AnswerKey& key);
// By its id, or the last of an incident; none: there is none.
std::expected<std::optional<StoredRequest>, std::string> request_of(Database& database, const std::string& id);
[[nodiscard]] std::expected<void, std::string> put_approval(Database& database, const Approval& approval);
[[nodiscard]] std::expected<void, std::string> take_request(Database& database, const std::string& id);

}  // namespace breakwatch
