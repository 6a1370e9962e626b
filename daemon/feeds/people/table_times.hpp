// Days and times as spreadsheets and work-force tools write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

// In what order day, month and year stand where the day alone does not tell.
enum class DateOrder : std::uint8_t { unknown, year_first, day_first, month_first };

// Of "dd.mm.yyyy" and the like.
DateOrder date_order_of(std::string_view format);
// What a cell tells about the order of its column: 26/11/2026 is day first; nothing of 11/12/2026.
DateOrder order_told_by(std::string_view cell);

// 2026-11-26, 2026/11/26, 20261126, 2026年11月26日, 令和8年11月26日, 26.11.2026, 26-Nov-2026, Nov 26, 2026, an Excel
// serial number; 11/26/2026 and 26/11/2026 as `order` says or the day tells. A weekday beside it is passed over.
// `no_year`: of 11/26 and 11月26日.
std::optional<std::chrono::sys_days> parse_table_day(std::string_view text, DateOrder order,
                                                     std::optional<std::chrono::year> no_year = {});
// 9:00, 09:00:00, 0900, 9:00 AM, 9a, 午後9:00, 9時30分, 25:30 (up to 48 h), 0.375 of a day.
std::optional<std::chrono::seconds> parse_table_time(std::string_view text);
// The same, and a bare hour: 9.
std::optional<std::chrono::seconds> time_or_hour(std::string_view text);
// 8:30, or hours (8.5, 8), or minutes (510).
std::optional<std::chrono::seconds> parse_table_duration(std::string_view text);

// A day and time in one cell: local, or with an offset, or as seconds or milliseconds since 1970, the moment itself.
struct TableMoment {
    std::optional<Timestamp> moment;
    std::chrono::sys_seconds local{};
};
std::optional<TableMoment> parse_table_moment(std::string_view text, DateOrder order);

}  // namespace breakwatch
