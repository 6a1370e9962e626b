#include "feeds/people/roster_rows.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace breakwatch {

namespace {

constexpr std::chrono::hours kLongest{36};

std::string normal(std::string_view word)
{
    while (word.starts_with(' ')) word.remove_prefix(1);
    while (word.ends_with(' ')) word.remove_suffix(1);
    std::string low(word);
    for (char& c : low) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return low;
}

bool is_pause(const RosterRow& row)
{
    return row.interval.activity == DutyActivity::break_ || row.interval.activity == DutyActivity::meal;
}

auto content(const RosterRow& row)
{
    return std::tie(row.agent, row.interval.start, row.interval.end, row.interval.activity);
}

// An export of today repeats what the one of yesterday said of today.
void drop_repeats(RosterRows& rows)
{
    std::ranges::sort(rows, {}, [](const RosterRow& row) { return std::tuple(content(row), row.file, row.line); });
    const auto repeated = std::ranges::unique(rows, [](const RosterRow& a, const RosterRow& b) {
        return content(a) == content(b) && a.file != b.file;
    });
    rows.erase(repeated.begin(), repeated.end());
}

// A break lies inside a shift; two shifts, or two breaks, of one person at one time contradict each
// other.
void find_overlaps(RosterRows& rows, RowErrors& errors)
{
    std::ranges::sort(rows, {}, [](const RosterRow& row) {
        return std::tuple(std::string_view(row.agent), is_pause(row), row.interval.start, std::string_view(row.file), row.line);
    });
    const RosterRow* latest = nullptr;  // the row of that person that ends last so far
    for (const auto& row : rows) {
        const bool same = latest != nullptr && latest->agent == row.agent && is_pause(*latest) == is_pause(row);
        if (same && row.interval.start < latest->interval.end) {
            errors.push_back({row.file, row.line, "start",
                              "overlaps with the row of the same person at " + latest->file + ":" + std::to_string(latest->line)});
        }
        if (!same || row.interval.end > latest->interval.end) latest = &row;
    }
}

}  // namespace

ActivityWords::ActivityWords()
{
    using enum DutyActivity;
    for (const auto* word : {"shift", "work", "open", "open time", "on queue", "phone", "available"}) add(word, shift);
    for (const auto* word : {"break", "rest"}) add(word, break_);
    for (const auto* word : {"meal", "lunch"}) add(word, meal);
    for (const auto* word : {"training", "meeting", "coaching"}) add(word, training);
    for (const auto* word : {"off", "day off", "vacation", "time off", "sick", "absence"}) add(word, off);
}

void ActivityWords::add(std::string_view word, std::optional<DutyActivity> activity)
{
    words_[normal(word)] = activity;
}

std::optional<std::optional<DutyActivity>> ActivityWords::find(std::string_view word) const
{
    const auto found = words_.find(normal(word));
    if (found == words_.end()) return std::nullopt;
    return std::optional<std::optional<DutyActivity>>(std::in_place, found->second);
}

void take_row(RosterRow row, const char* end_column, RosterRows& rows, RowErrors& errors)
{
    const auto wrong = [&](const char* column, const char* text) { errors.push_back({row.file, row.line, column, text}); };
    const auto& interval = row.interval;
    if (row.agent.empty()) return wrong("", "names no agent");
    if (interval.end <= interval.start) {
        return wrong(end_column, "is not after the start; a shift over midnight ends on the next day");
    }
    if (interval.end - interval.start > kLongest && interval.activity != DutyActivity::off) {
        return wrong(end_column, "makes this longer than 36 h");
    }
    if (rows.size() == kMostRosterRows) wrong("", "the roster has more than 1,000,000 rows");
    if (rows.size() <= kMostRosterRows) rows.push_back(std::move(row));
}

std::expected<RosterFile, RowErrors> assemble_roster(RosterRows rows, RowErrors errors, const Enrolment& enrolment)
{
    drop_repeats(rows);
    find_overlaps(rows, errors);
    if (!errors.empty()) return std::unexpected(std::move(errors));
    RosterFile roster;
    for (auto& row : rows) {
        const auto staff = enrolment.by_agent(row.agent);
        if (!staff) {
            ++roster.others;
            continue;
        }
        row.interval.staff = *staff;
        roster.intervals.push_back(std::move(row.interval));
    }
    return roster;
}

}  // namespace breakwatch
