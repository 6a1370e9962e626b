#include "feeds/people/roster_csv.hpp"

#include <algorithm>
#include <array>

#include "feeds/core/local_time.hpp"

namespace breakwatch {

namespace {

enum Column : std::size_t { kAgent, kStart, kEnd, kActivity, kZone, kSite };

std::optional<DutyActivity> parse_activity(std::string_view word)
{
    constexpr std::array kActivities{DutyActivity::shift, DutyActivity::break_, DutyActivity::meal,
                                     DutyActivity::training, DutyActivity::off};
    const auto at = std::ranges::find_if(kActivities, [word](DutyActivity each) { return name(each) == word; });
    return at == kActivities.end() ? std::nullopt : std::optional(*at);
}

void read_row(const CsvTable::Row& row, const std::string& file, RosterRows& rows, RowErrors& errors)
{
    const auto wrong = [&](const char* column, const std::string& text) { errors.push_back({file, row.line, column, text}); };
    if (row.cells[kAgent].empty()) wrong("agent_id", "is empty");
    const auto start = parse_moment(row.cells[kStart], row.cells[kZone]);
    const auto end = parse_moment(row.cells[kEnd], row.cells[kZone]);
    if (!start) wrong("start", start.error());
    if (!end) wrong("end", end.error());
    const auto activity = parse_activity(row.cells[kActivity]);
    if (!activity) wrong("activity", "found '" + row.cells[kActivity].substr(0, 40) + "'; expected shift, break, meal, training or off");
    if (!start || !end || !activity || row.cells[kAgent].empty()) return;
    take_row({row.cells[kAgent], {{}, *start, *end, *activity, row.cells[kSite]}, file, row.line}, "end", rows, errors);
}

}  // namespace

const std::vector<std::string>& roster_columns()
{
    static const std::vector<std::string> columns{"agent_id", "start", "end", "activity", "tz", "site"};
    return columns;
}

void read_roster_csv(const std::string& name, std::string_view text, RosterRows& rows, RowErrors& errors)
{
    const auto table = CsvTable::parse(name, text, roster_columns(), {});
    if (!table) {
        errors.insert(errors.end(), table.error().begin(), table.error().end());
        return;
    }
    for (const auto& row : table->rows()) read_row(row, name, rows, errors);
}

}  // namespace breakwatch
