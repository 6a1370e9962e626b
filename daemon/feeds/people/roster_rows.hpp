// What every roster format comes to: one row per stretch of duty, with its place for messages. A roster
// is refused whole when a row is bad, with all bad rows named: half a roster would call people off duty
// who are not.
#pragma once

#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "feeds/core/csv_table.hpp"
#include "policy/duty/roster.hpp"
#include "policy/identity/enrolment.hpp"

namespace breakwatch {

struct RosterRow {
    std::string agent;  // as the file names the person; mapped by the enrolment
    DutyInterval interval;
    std::string file;
    std::size_t line = 0;
};
using RosterRows = std::vector<RosterRow>;

// The words of a site's work-force plan, in lower case. None: the word is to be passed over.
class ActivityWords {
  public:
    // The usual English words; sites add their own.
    ActivityWords();
    void add(std::string_view word, std::optional<DutyActivity> activity);
    // Nothing: the word is not known.
    std::optional<std::optional<DutyActivity>> find(std::string_view word) const;

  private:
    std::map<std::string, std::optional<DutyActivity>> words_;
};

struct RosterSettings {
    Encoding encoding = Encoding::automatic;
    ActivityWords words;
    std::string zone = "UTC";  // IANA; of local times that name none
    IexColumns iex;
    // Recurring events are spelled out for so long about the moment of reading.
    Duration back = std::chrono::hours{72};
    Duration ahead = std::chrono::hours{24 * 8};
};

struct RosterFile {
    std::vector<DutyInterval> intervals;  // of enrolled people only: others leave no state
    std::uint64_t others = 0;             // rows of people who are not enrolled
    RowErrors notes;                      // of what was read all the same, and has to be told
};

// More rows than any centre's fortnight has: something is wrong with the file.
inline constexpr std::size_t kMostRosterRows = 1'000'000;

// Adds the row, or what is wrong with it: no agent, an end not after the start, longer than 36 h.
void take_row(RosterRow row, const char* end_column, RosterRows& rows, RowErrors& errors);
// Overlapping rows of one person are refused with both named; the same row in two files is one.
std::expected<RosterFile, RowErrors> assemble_roster(RosterRows rows, RowErrors errors,
                                                     const Enrolment& enrolment);

}  // namespace breakwatch
