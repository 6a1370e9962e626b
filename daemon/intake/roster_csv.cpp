#include "intake/roster_csv.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "intake/local_time.hpp"

namespace breakwatch {

namespace {

enum Column : std::size_t { kAgent, kStart, kEnd, kActivity, kZone, kSite };

constexpr std::chrono::hours kLongest{36};

// Where an interval stands, for naming both of two that overlap.
struct Placed {
    DutyInterval interval;
    std::string agent;
    std::string file;
    std::size_t line = 0;
};

std::optional<DutyActivity> parse_activity(std::string_view word)
{
    constexpr std::array kActivities{DutyActivity::shift, DutyActivity::break_, DutyActivity::meal,
                                     DutyActivity::training, DutyActivity::off};
    const auto at = std::ranges::find_if(kActivities, [word](DutyActivity each) { return name(each) == word; });
    return at == kActivities.end() ? std::nullopt : std::optional(*at);
}

void read_row(const CsvTable::Row& row, const std::string& file, std::vector<Placed>& placed, RowErrors& errors)
{
    const auto wrong = [&](const char* column, const std::string& text) { errors.push_back({file, row.line, column, text}); };
    Placed entry;
    entry.agent = row.cells[kAgent];
    entry.file = file;
    entry.line = row.line;
    entry.interval.site = row.cells[kSite];
    if (entry.agent.empty()) wrong("agent_id", "is empty");
    const auto start = parse_moment(row.cells[kStart], row.cells[kZone]);
    const auto end = parse_moment(row.cells[kEnd], row.cells[kZone]);
    if (!start) wrong("start", start.error());
    if (!end) wrong("end", end.error());
    const auto activity = parse_activity(row.cells[kActivity]);
    if (!activity) wrong("activity", "found '" + row.cells[kActivity].substr(0, 40) + "'; expected shift, break, meal, training or off");
    if (!start || !end || !activity || entry.agent.empty()) return;
    if (*end <= *start) return wrong("end", "is not after the start; a shift over midnight ends on the next day");
    if (*end - *start > kLongest && *activity != DutyActivity::off) return wrong("end", "makes this longer than 36 h");
    entry.interval.start = *start;
    entry.interval.end = *end;
    entry.interval.activity = *activity;
    placed.push_back(std::move(entry));
}

bool is_pause(const Placed& entry)
{
    return entry.interval.activity == DutyActivity::break_ || entry.interval.activity == DutyActivity::meal;
}

// A break lies inside a shift; two shifts, or two breaks, of one person at one time contradict each other.
void find_overlaps(std::vector<Placed>& placed, RowErrors& errors)
{
    std::ranges::sort(placed, {}, [](const Placed& entry) {
        return std::tuple(entry.agent, is_pause(entry), entry.interval.start, entry.file, entry.line);
    });
    for (std::size_t i = 1; i < placed.size(); ++i) {
        const auto& before = placed[i - 1];
        const auto& entry = placed[i];
        if (before.agent != entry.agent || is_pause(before) != is_pause(entry)) continue;
        if (entry.interval.start >= before.interval.end) continue;
        errors.push_back({entry.file, entry.line, "start",
                          "overlaps with the row of the same person at " + before.file + ":" + std::to_string(before.line)});
    }
}

std::expected<RosterFile, RowErrors> build(std::vector<Placed> placed, RowErrors errors, const Enrolment& enrolment)
{
    find_overlaps(placed, errors);
    if (!errors.empty()) return std::unexpected(std::move(errors));
    RosterFile roster;
    for (auto& entry : placed) {
        const auto staff = enrolment.by_agent(entry.agent);
        if (!staff) {
            ++roster.others;
            continue;
        }
        entry.interval.staff = *staff;
        roster.intervals.push_back(std::move(entry.interval));
    }
    return roster;
}

}  // namespace

const std::vector<std::string>& roster_columns()
{
    static const std::vector<std::string> columns{"agent_id", "start", "end", "activity", "tz", "site"};
    return columns;
}

std::expected<RosterFile, RowErrors> read_roster(const CsvTable& table, const Enrolment& enrolment)
{
    std::vector<Placed> placed;
    RowErrors errors;
    for (const auto& row : table.rows()) read_row(row, table.name(), placed, errors);
    return build(std::move(placed), std::move(errors), enrolment);
}

std::expected<RosterFile, RowErrors> load_rosters(const std::vector<std::filesystem::path>& files, const Enrolment& enrolment)
{
    std::vector<Placed> placed;
    RowErrors errors;
    for (const auto& file : files) {
        const auto table = CsvTable::read(file, roster_columns(), {});
        if (!table) {
            errors.insert(errors.end(), table.error().begin(), table.error().end());
            continue;
        }
        for (const auto& row : table->rows()) read_row(row, table->name(), placed, errors);
    }
    return build(std::move(placed), std::move(errors), enrolment);
}

}  // namespace breakwatch
