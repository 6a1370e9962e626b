// Tables with a row per person and a column per day: a cell is a code of roster.shift_codes, a word for time off, or
// from and to ("9-18", "22:00-7:00", "9:00～18:00").
#pragma once

#include <string>
#include <vector>

#include "feeds/core/csv_records.hpp"
#include "feeds/people/roster_heading.hpp"
#include "feeds/people/roster_rows.hpp"

namespace breakwatch {

struct WideContext {
    const RosterSettings& settings;
    DateOrder order;             // of a column of dates
    std::chrono::sys_days near;  // which year a day without one is of
};

// Tables with a column a day, and those with a row a day whose shift is a code or a span of hours.
void read_roster_wide(const std::string& name, const RosterHeading& heading, const std::vector<CsvRecord>& records,
                      const WideContext& context, RosterReading& reading);

}  // namespace breakwatch
