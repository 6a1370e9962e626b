// Tables with a row per person and a column per day: a cell is a code of roster.shift_codes, a word for time off, or
// from and to ("9-18", "22:00-7:00", "9:00～18:00").
#pragma once

#include <string>
#include <vector>

#include "feeds/core/csv_records.hpp"
#include "feeds/people/roster_heading.hpp"
#include "feeds/people/roster_rows.hpp"

namespace breakwatch {

void read_roster_wide(const std::string& name, const RosterHeading& heading, const std::vector<CsvRecord>& records,
                      const RosterSettings& settings, RosterReading& reading);

}  // namespace breakwatch
