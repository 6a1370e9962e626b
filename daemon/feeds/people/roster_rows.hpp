// What every roster format comes to: one row per stretch of duty, with its place for messages.
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
    RosterTable table;
    // Recurring events are spelled out for so long about the moment of reading.
    Duration back = std::chrono::hours{72};
    Duration ahead = std::chrono::hours{24 * 8};
};

// What files say, whatever is wrong with some of it. Refused is the row or event alone: of the people it
// names a row of unknown duty takes its place, for half a roster would call people off duty who are not.
struct RosterReading {
    struct Word {
        std::uint64_t times = 0;
        std::string file;  // where it stood first
        std::size_t line = 0;
    };

    RosterRows rows;
    RowErrors refused;                  // rows and events
    std::uint64_t refused_more = 0;     // beyond kMostRefusals
    RowErrors unreadable;               // whole files
    std::map<std::string, Word> words;  // without a known meaning: duty then is unknown where nothing else is told

    static constexpr std::size_t kMostRefusals = 1'000;
    static constexpr std::size_t kMostWords = 1'000;

    void refuse(RowError error);
    // The row is refused; of its person nothing is known from its start to its end.
    void refuse(RowError error, const std::string& agent, Timestamp from, Timestamp to);
    // None of the file's rows can be read: it is another format, or read by a wrong configuration. The first
    // refusal says what was expected.
    void refuse_file(const std::string& file, std::size_t rows);
    void note_word(const std::string& word, const std::string& file, std::size_t line);
};

struct RosterFile {
    std::vector<DutyInterval> intervals;  // of enrolled people only: others leave no state
    std::uint64_t others = 0;             // rows of people who are not enrolled
    RowErrors notes;                      // of what was read all the same, and has to be told
    RowErrors refused;                    // told, as are the words; everything else is taken
    std::uint64_t refused_more = 0;
    std::map<std::string, RosterReading::Word> words;
};

// Of a person whose row does not even tell the day.
inline constexpr Timestamp kEarliestDuty{};
inline constexpr Timestamp kLatestDuty{std::chrono::sys_days{std::chrono::year{kLatestYear} / 1 / 1}};

// More rows than any centre's fortnight has: something is wrong with the file.
inline constexpr std::size_t kMostRosterRows = 1'000'000;

// Adds the row, or refuses it: no agent, an end not after the start, longer than 36 h.
void take_row(RosterRow row, const char* end_column, RosterReading& reading);
// Time off takes the rest away for as long as it lasts, the same row twice is one. Two shifts of one person that
// overlap and are not one inside the other contradict each other: told, and unknown where only one holds.
// Refused when a whole file is unreadable.
std::expected<RosterFile, RowErrors> assemble_roster(RosterReading reading, const Enrolment& enrolment);
// What an operator should know of a roster that was taken; titles are named, so not for logs.
RowErrors notes_of(const RosterFile& roster);

}  // namespace breakwatch
