// Local times of an IANA zone to UTC, with both daylight-saving changes. The time zone database is the
// system's (tzdata).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

// RFC 3339 with an offset or Z, which needs no zone; else "2026-11-24T06:00[:00]" in `zone`.
// A time that comes twice (clocks set back) means the earlier; one that never comes (clocks set
// forward) means the moment of the change.
std::expected<Timestamp, std::string> parse_moment(std::string_view text, const std::string& zone);
// The same of a local time given as if it were UTC.
std::expected<Timestamp, std::string> local_to_utc(std::chrono::nanoseconds local, const std::string& zone);
// Midnight at the start of "2026-10-01" in `zone`.
std::expected<Timestamp, std::string> parse_day(std::string_view text, const std::string& zone);

}  // namespace breakwatch
