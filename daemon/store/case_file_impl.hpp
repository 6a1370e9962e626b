// What the files of CaseFile share: case_file.cpp (incidents, identities, the journal), case_mentions.cpp,
// case_progress.cpp (states and verdicts).
#pragma once

#include <filesystem>
#include <string>

#include "store/database.hpp"
#include "store/store.hpp"

namespace breakwatch {

struct CaseFile::Impl {
    std::filesystem::path file;
    Database database;
};

// The evidence of an alert that somebody did something.
std::string to_json(const AuditEntry& entry);
std::string unreadable(const std::string& id, const std::string& why);

}  // namespace breakwatch
