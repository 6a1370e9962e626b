// What `who` and `duty` share: the time asked about, the key, the question put on record.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "cli/journal_people.hpp"
#include "cli/outcome.hpp"
#include "store/store.hpp"

namespace breakwatch {

struct JournalQuestion {
    std::filesystem::path state;
    std::string at;
    std::string reason;
    std::string action;  // "who-asked"
};

// What a question comes to: the records, which are on record before they are told, and the words.
struct JournalReply {
    std::vector<JournalRecord> records;
    std::string words;  // why there is none, or what is to be known besides
};

// What `answer(journal, moment)` says; else what to end with.
std::expected<JournalReply, Outcome> ask(const JournalQuestion& question,
                                         const std::function<JournalReply(const JournalContent&, Timestamp)>& answer);

}  // namespace breakwatch
