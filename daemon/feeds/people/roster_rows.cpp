#include "feeds/people/roster_rows.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "feeds/people/duty_precedence.hpp"
#include "feeds/people/folded_word.hpp"

namespace breakwatch {

namespace {

constexpr std::chrono::hours kLongest{36};
// Of a row whose end cannot be told.
constexpr std::chrono::hours kUnknownLength{24};

// A calendar spells addresses as it likes; names of one spelling are one person's, or nobody's.
class AgentNames {
  public:
    explicit AgentNames(const Enrolment& enrolment) : enrolment_(enrolment)
    {
        const auto note = [this](const std::string& name, const StaffId& staff) {
            const auto [entry, fresh] = folded_.emplace(folded_word(name), staff);
            if (!fresh && entry->second != staff) entry->second = StaffId{};
        };
        for (const auto& person : enrolment.people()) {
            note(person.staff.value, person.staff);
            for (const auto& alias : person.agent_aliases) note(alias, person.staff);
        }
    }

    std::optional<StaffId> find(const std::string& agent) const
    {
        if (const auto exact = enrolment_.by_agent(agent)) return exact;
        const auto folded = folded_.find(folded_word(agent));
        return folded == folded_.end() || folded->second.value.empty() ? std::nullopt : std::optional(folded->second);
    }

  private:
    const Enrolment& enrolment_;
    std::map<std::string, StaffId> folded_;
};

// Words of the usual plans, English, Japanese and German, parted by bars.
struct Meaning {
    DutyActivity activity;
    std::string_view words;
};
constexpr std::array kUsual{
    Meaning{DutyActivity::shift,
            "shift|work|open|open time|on queue|phone|available|early shift|late shift|night shift|day shift|"
            "duty|on duty|勤務|シフト|出勤|日勤|夜勤|早番|遅番|schicht|dienst|frühschicht|spätschicht|"
            "nachtschicht|arbeit"},
    Meaning{DutyActivity::break_, "break|rest|休憩|小休憩|pause"},
    Meaning{DutyActivity::meal, "meal|lunch|昼休み|昼休憩|昼食|食事|mittag|mittagspause"},
    Meaning{DutyActivity::training,
            "training|meeting|coaching|team meeting|研修|会議|ミーティング|schulung|besprechung"},
    Meaning{DutyActivity::off,
            "off|day off|vacation|time off|sick|absence|holiday|public holiday|leave|annual leave|sick leave|"
            "pto|out of office|休み|休日|公休|有休|有給|有給休暇|休暇|欠勤|祝日|休|公|希望休|希望|特休|"
            "特別休暇|年休|年次休暇|振休|振替|振替休日|代休|夏休|夏季休暇|冬季休暇|産休|育休|介護休暇|慶弔|"
            "慶弔休暇|忌引|非番|明|明け|夜勤明け|有|欠|×|✕|✖|-|ー|―|–|—|urlaub|frei|krank|feiertag"},
};

}  // namespace

ActivityWords::ActivityWords()
{
    for (const auto& [activity, words] : kUsual) {
        for (auto rest = words; !rest.empty();) {
            const auto end = std::min(rest.find('|'), rest.size());
            add(std::string(rest.substr(0, end)), activity);
            rest.remove_prefix(std::min(end + 1, rest.size()));
        }
    }
}

void ActivityWords::add(std::string_view word, std::optional<DutyActivity> activity)
{
    words_[folded_word(word)] = activity;
}

std::optional<std::optional<DutyActivity>> ActivityWords::find(std::string_view word) const
{
    const auto found = words_.find(folded_word(word));
    if (found == words_.end()) return std::nullopt;
    return std::optional<std::optional<DutyActivity>>(std::in_place, found->second);
}

void RosterReading::refuse(RowError error)
{
    if (refused.size() < kMostRefusals) {
        refused.push_back(std::move(error));
    } else {
        ++refused_more;
    }
}

void RosterReading::refuse(RowError error, const std::string& agent, Timestamp from, Timestamp to)
{
    if (!agent.empty() && from < to && rows.size() < kMostRosterRows) {
        rows.push_back({agent, {{}, from, to, DutyActivity::unknown, ""}, error.file, error.line});
    }
    refuse(std::move(error));
}

void RosterReading::refuse_file(const std::string& file, std::size_t count)
{
    const auto first = std::ranges::find(refused, file, &RowError::file);
    auto told = first == refused.end() ? RowError{file, 0, "", "too many to keep"} : *first;
    told.text += " (and so on: none of the file's " + std::to_string(count) + " rows can be read)";
    unreadable.push_back(std::move(told));
    std::erase_if(refused, [&](const RowError& error) { return error.file == file; });
    std::erase_if(rows, [&](const RosterRow& row) { return row.file == file; });
}

void RosterReading::note_word(const std::string& word, const std::string& file, std::size_t line)
{
    auto found = words.find(word);
    if (found == words.end() && words.size() < kMostWords) found = words.emplace(word, Word{0, file, line}).first;
    if (found != words.end()) ++found->second.times;
}

void take_row(RosterRow row, const char* end_column, RosterReading& reading)
{
    const auto& interval = row.interval;
    const auto wrong = [&](const char* column, const char* text, Timestamp end) {
        reading.refuse({row.file, row.line, column, text}, row.agent, interval.start, end);
    };
    if (row.agent.empty()) return wrong("", "names no agent", interval.end);
    if (interval.end <= interval.start) {
        return wrong(end_column, "is not after the start; a shift over midnight ends on the next day",
                     interval.start + kUnknownLength);
    }
    const bool any_length = interval.activity == DutyActivity::off || interval.activity == DutyActivity::unknown;
    if (interval.end - interval.start > kLongest && !any_length)
        return wrong(end_column, "makes this longer than 36 h", interval.end);
    if (reading.rows.size() == kMostRosterRows) {
        if (reading.unreadable.empty())
            reading.unreadable.push_back({row.file, row.line, "", "the roster has more than 1,000,000 rows"});
        return;
    }
    reading.rows.push_back(std::move(row));
}

std::expected<RosterFile, RowErrors> assemble_roster(RosterReading reading, const Enrolment& enrolment)
{
    if (!reading.unreadable.empty()) return std::unexpected(std::move(reading.unreadable));
    RosterFile roster;
    const AgentNames names(enrolment);
    std::map<StaffId, RosterRows> people;
    for (auto& row : reading.rows) {
        const auto staff = names.find(row.agent);
        if (!staff) {
            ++roster.others;
            continue;
        }
        row.interval.staff = *staff;
        people[*staff].push_back(std::move(row));
    }
    for (auto& [staff, rows] : people) {
        auto duty = settle_duty(std::move(rows));
        roster.intervals.insert(roster.intervals.end(), std::make_move_iterator(duty.intervals.begin()),
                                std::make_move_iterator(duty.intervals.end()));
        for (auto& contradiction : duty.contradictions) reading.refuse(std::move(contradiction));
    }
    roster.refused = std::move(reading.refused);
    roster.refused_more = reading.refused_more;
    roster.words = std::move(reading.words);
    return roster;
}

RowErrors notes_of(const RosterFile& roster)
{
    constexpr std::size_t kMostTold = 20;
    auto notes = roster.notes;
    for (std::size_t i = 0; i < std::min(roster.refused.size(), kMostTold); ++i) {
        notes.push_back(roster.refused[i]);
        notes.back().text += "; refused alone: the duty of that person then is not known, all else is taken";
    }
    if (roster.refused.size() > kMostTold) {
        const auto more = roster.refused.size() - kMostTold + roster.refused_more;
        notes.push_back({roster.refused.front().file, 0, "",
                         std::to_string(more) + " more rows or events of the roster are refused"});
    }
    std::size_t told = 0;
    for (const auto& [word, place] : roster.words) {
        if (++told > kMostTold) {
            notes.push_back({place.file, 0, "",
                             std::to_string(roster.words.size() - kMostTold) + " more titles have no known meaning"});
            break;
        }
        notes.push_back({place.file, place.line, "",
                         "'" + word + "' has no known meaning (" + std::to_string(place.times) +
                             (place.times == 1 ? " time" : " times") +
                             "): duty then counts as not known; say in roster.activities what it means, or in "
                             "roster.shift_codes from when to when"});
    }
    return notes;
}

}  // namespace breakwatch
