// What the files of CaseFile share: case_file.cpp (incidents, identities, the journal), case_mentions.cpp,
// case_progress.cpp (states and verdicts), case_lookup.cpp (complaints), case_due.cpp (due times).
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "store/database.hpp"
#include "store/ledger.hpp"
#include "store/store.hpp"

namespace breakwatch {

struct CaseFile::Impl {
    std::filesystem::path file;
    Database database;
};

// The evidence of an alert that somebody did something.
std::string to_json(const AuditEntry& entry);
// An audit entry with which nothing else is told or changed.
[[nodiscard]] std::expected<void, std::string> record_alone(const std::filesystem::path& file, LedgerEntry entry);
std::string unreadable(const std::string& id, const std::string& why);

}  // namespace breakwatch
