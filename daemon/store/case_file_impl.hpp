// What the files of CaseFile share: case_file.cpp (incidents, identities, the journal), case_mentions.cpp.
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

// The evidence of an alert that somebody did something; its verdict apart.
std::string to_json(const AuditEntry& entry);

}  // namespace breakwatch
