#include "policy/duty/roster.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace breakwatch {

namespace {

bool is_pause(DutyActivity activity)
{
    return activity == DutyActivity::break_ || activity == DutyActivity::meal;
}

std::vector<DutyInterval> sorted(std::vector<DutyInterval> rows)
{
    std::erase_if(rows, [](const DutyInterval& row) { return row.end <= row.start; });
    std::ranges::sort(rows, {}, [](const DutyInterval& row) {
        return std::tie(row.staff, row.start, row.end, row.activity, row.site);
    });
    return rows;
}

// Rows of one person that touch or overlap become one: 09:00-11:00, a break, 11:15-17:00.
std::vector<DutyInterval> joined(const std::vector<DutyInterval>& rows)
{
    std::vector<DutyInterval> whole;
    for (const auto& row : rows) {
        if (!whole.empty() && whole.back().staff == row.staff && row.start <= whole.back().end) {
            whole.back().end = std::max(whole.back().end, row.end);
            continue;
        }
        whole.push_back(row);
        whole.back().activity = DutyActivity::shift;
    }
    return whole;
}

template <typename Pick>
std::vector<DutyInterval> only(const std::vector<DutyInterval>& rows, Pick pick)
{
    std::vector<DutyInterval> some;
    std::ranges::copy_if(rows, std::back_inserter(some), pick);
    return some;
}

}  // namespace

Roster::Roster(std::vector<DutyInterval> intervals) : intervals_(sorted(std::move(intervals)))
{
    duty_ = in_order(joined(only(intervals_, [](const DutyInterval& row) {
        return row.activity != DutyActivity::off && row.activity != DutyActivity::unknown;
    })));
    pauses_ = in_order(only(intervals_, [](const DutyInterval& row) { return is_pause(row.activity); }));
    off_ = in_order(only(intervals_, [](const DutyInterval& row) { return row.activity == DutyActivity::off; }));
    unknown_ =
        in_order(only(intervals_, [](const DutyInterval& row) { return row.activity == DutyActivity::unknown; }));
}

Roster::Line Roster::in_order(std::vector<DutyInterval> intervals)
{
    Line line;
    line.reserve(intervals.size());
    for (auto& row : intervals) {
        auto latest = row.end;
        if (!line.empty() && line.back().interval.staff == row.staff) {
            latest = std::max(latest, line.back().latest_end);
        }
        line.push_back({std::move(row), latest});
    }
    return line;
}

// The row in force that began last.
std::optional<DutyInterval> Roster::in_force(const Line& line, const StaffId& staff, Timestamp time)
{
    auto entry = std::ranges::upper_bound(line, std::tie(staff, time), {},
                                          [](const Entry& e) { return std::tie(e.interval.staff, e.interval.start); });
    while (entry != line.begin()) {
        --entry;
        if (entry->interval.staff != staff || entry->latest_end <= time) return std::nullopt;
        if (time < entry->interval.end) return entry->interval;
    }
    return std::nullopt;
}

DutyState Roster::at(const StaffId& staff, Timestamp time) const
{
    DutyState state;
    if (in_force(off_, staff, time)) return state;
    state.shift = in_force(duty_, staff, time);
    state.on_shift = state.shift.has_value();
    state.pause = in_force(pauses_, staff, time);
    if (state.on_shift || !in_force(unknown_, staff, time)) return state;
    state.unknown = true;
    state.conflict = "what the roster says of this person then could not be read: on shift or not is not known";
    return state;
}

std::string_view name(DutyActivity activity)
{
    switch (activity) {
        case DutyActivity::shift: return "shift";
        case DutyActivity::break_: return "break";
        case DutyActivity::meal: return "meal";
        case DutyActivity::training: return "training";
        case DutyActivity::off: return "off";
        case DutyActivity::unknown: return "unknown";
    }
    return "off";
}

}  // namespace breakwatch
