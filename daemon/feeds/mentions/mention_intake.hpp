// What every feed of mentions shares: records read, everything counted, and a word when the feed goes or comes. Owned
// by its feed; main thread only.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "feeds/core/feed.hpp"
#include "feeds/core/refusal_notes.hpp"
#include "feeds/mentions/mention_record.hpp"
#include "feeds/mentions/mention_records.hpp"

namespace breakwatch {

struct MentionIntakeSettings {
    MentionMeaning meaning;                         // its platforms are made of the two below
    std::map<std::string, std::string> configured;  // the export's words for platforms
    // Names of the platforms that there are; none: they cannot be read now, and those before hold.
    std::function<std::optional<std::vector<std::string>>()> catalogue;
};

class MentionIntake {
  public:
    MentionIntake(MentionIntakeSettings settings, Feed::Handler handler);

    // The platforms may be others now.
    void reload();
    // Told to the handler, or refused (false), or about others. `stream` as people call it.
    bool take(const MentionRecords::Record& record, const std::string& stream, Timestamp arrived);
    void refuse(const std::string& where, const std::string& what, Timestamp at);
    // Says once that the feed is down, with why, and once that it is up again.
    void tell_down(const std::string& why, Timestamp at);
    void tell_up(Timestamp at);
    FeedStatus status() const;

  private:
    MentionIntakeSettings settings_;
    Feed::Handler handler_;
    RefusalNotes refusals_;
    FeedStatus status_;
    bool told_ = false;  // status_.up has been told at least once
};

}  // namespace breakwatch
