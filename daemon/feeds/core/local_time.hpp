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
// forward) is read with the offset before the change: 02:30 in New York's gap is 03:30 (RFC 5545 section 3.3.5).
// `zone`: an IANA name, a fixed offset such as UTC+09:00, a Windows or Exchange name, an IANA name behind a prefix.
std::expected<Timestamp, std::string> parse_moment(std::string_view text, const std::string& zone);
// The same of a local time given as if it were UTC.
std::expected<Timestamp, std::string> local_to_utc(std::chrono::nanoseconds local, const std::string& zone);
bool is_time_zone(const std::string& name);
// The same of names of the database alone.
bool is_iana_zone(const std::string& name);
// What a clock of `zone` shows then, as if it were UTC; an unknown zone is taken for UTC.
std::chrono::sys_time<std::chrono::nanoseconds> utc_to_local(Timestamp at, const std::string& zone);

}  // namespace breakwatch
