// Where a table's headings are and which column holds what.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.hpp"
#include "feeds/core/csv_records.hpp"
#include "feeds/people/table_times.hpp"

namespace breakwatch {

struct RosterHeading {
    using Column = std::optional<std::size_t>;
    struct DayColumn {
        std::size_t column;
        std::chrono::sys_days day;
    };

    char separator = ',';
    std::size_t line = 0;
    std::size_t cells = 0;
    bool agent_is_file = false;  // whose table it is the file's name tells
    std::string agent_word;      // the folded heading of the person
    Column agent, start, end, date, end_date, start_time, end_time, duration, activity, time_zone, site;
    Column shift;  // a code or a span of hours, of the day in `date`
    Column inner_activity, inner_start, inner_end;
    std::optional<std::chrono::year_month> month;  // of bare days
    std::vector<DayColumn> days;                   // of a table with a column a day
    std::string_view rows;                         // the text behind the headings
    std::size_t next_line = 0;                     // of its first
};

// The days of a row of headings that comes again in the midst of a table with a column a day. `month`: of bare days;
// what the row or a title tells of it is put there.
std::vector<RosterHeading::DayColumn> days_of_row(const CsvRecord& record, const RosterTable& table,
                                                  std::optional<std::chrono::year_month>& month,
                                                  std::chrono::sys_days near);

// Looks through the first rows with each separator. `near`: which year a heading without one is of. What is missing,
// else, and what was found instead.
std::expected<RosterHeading, std::string> find_heading(const std::string& file, std::string_view text,
                                                       const RosterTable& table, std::chrono::sys_days near);

}  // namespace breakwatch
