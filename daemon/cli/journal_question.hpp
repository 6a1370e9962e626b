// What `who` and `duty` share: the time asked about, the key, the question put on record.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cli/outcome.hpp"
#include "store/store.hpp"

namespace breakwatch {

struct JournalQuestion {
    std::filesystem::path state;
    std::string at;
    std::string reason;
    std::string action;  // "who-asked"
};

// The records that `wanted(record, moment)` picks; else what to end with.
std::expected<std::vector<JournalRecord>, Outcome> ask(
    const JournalQuestion& question, const std::function<bool(const JournalRecord&, Timestamp)>& wanted);

}  // namespace breakwatch
