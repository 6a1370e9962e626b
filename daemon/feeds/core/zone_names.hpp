// The names that calendars and work-force tools give to time zones, as IANA names: Windows names by CLDR's
// table (ICU), Exchange's display names, IANA names behind a vendor's prefix.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace breakwatch {

// "Tokyo Standard Time", "(UTC+09:00) Osaka, Sapporo, Tokyo" -> "Asia/Tokyo"; nothing for what is neither.
std::optional<std::string> iana_of_windows_zone(std::string_view name);
// "/freeassociation.sourceforge.net/Tzfile/Europe/Berlin" -> "Europe/Berlin": the longest end that could
// be one; nothing without a prefix.
std::optional<std::string> without_zone_prefix(std::string_view name, bool (*known)(const std::string&));
// "UTC+09:00", "GMT+9", "+0900", "utc": minutes east of Greenwich; nothing for what is no offset, or over 14 h.
std::optional<int> fixed_offset_of(std::string_view name);

}  // namespace breakwatch
