// What must not be lost: incidents, sealed identities, the audit trail, and what each sink is owed.
// SQLite in WAL mode with synchronous=FULL. Belongs to one thread at a time (the store thread, or
// the replay thread); nothing here is locked. The operator's tool opens the same file read-mostly.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/effect.hpp"
#include "policy/incident/incident.hpp"
#include "store/alert.hpp"

namespace breakwatch {

// "store: /var/lib/breakwatch/breakwatch.db: disk I/O error while recording an incident"
struct StoreError {
    std::string text;
    bool full = false;   // no space left: worth another try later
};

struct StoredIncident {
    Incident incident;
    StaffId staff;
};

struct AuditEntry {
    Timestamp at;
    std::string who;     // operating-system user
    std::string action;  // "identity-opened"
    std::string subject; // incident id or pseudonym
    std::string reason;
};

class Store {
  public:
    // Creates or migrates the database `directory`/breakwatch.db. `sinks`: names of all configured sinks; each
    // alert is owed to each of them.
    static std::expected<std::unique_ptr<Store>, StoreError> open(const std::filesystem::path& directory,
                                                                  std::vector<std::string> sinks);
    virtual ~Store() = default;

    // One transaction: the incident (new or revised), its sealed staff id, and an outbox row for every
    // sink, all with the next sequence number, which is returned. The same incident revision again is
    // a no-op that returns the old number.
    virtual std::expected<std::uint64_t, StoreError> record(const RecordIncident& effect) = 0;
    virtual std::expected<std::uint64_t, StoreError> record(const ReportHealth& effect) = 0;

    // The oldest alerts `sink` has not been given yet, by sequence number.
    virtual std::expected<std::vector<Alert>, StoreError> owed(const std::string& sink, std::size_t limit) = 0;
    virtual std::expected<void, StoreError> delivered(const std::string& sink, std::uint64_t sequence) = 0;
    virtual std::uint64_t last_sequence() = 0;
    virtual std::size_t backlog(const std::string& sink) = 0;

    // Incidents raised at or after `since`, oldest first.
    virtual std::expected<std::vector<StoredIncident>, StoreError> incidents_since(Timestamp since) = 0;
    // Deletes incidents, identities, alerts and audit rows older than the retention; how many incidents went.
    virtual std::expected<std::size_t, StoreError> purge(Timestamp older_than) = 0;
};

}  // namespace breakwatch
