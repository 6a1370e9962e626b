// Rosters as iCalendar files (RFC 5545), one or many people to a file. Read are VEVENTs with:
//   DTSTART, and DTEND or DURATION; with TZID, in UTC, floating (then in the site's zone), or whole days
//   RRULE with FREQ DAILY, WEEKLY or MONTHLY, INTERVAL, COUNT, UNTIL, BYDAY, WKST; EXDATE; RDATE
//   RECURRENCE-ID of one instance; STATUS:CANCELLED
//   ATTENDEE (mailto: left off) for the person; without one the file's name less ".ics" is
//   CATEGORIES, else SUMMARY for the activity, by the words of the configuration
// Everything else about recurrence is refused, not guessed at. A TZID is an IANA name, else what the
// file's VTIMEZONE of that name says.
#pragma once

#include <string>
#include <string_view>

#include "feeds/people/roster_rows.hpp"

namespace breakwatch {

// Recurring events are spelled out from `about - settings.back` to `about + settings.ahead`.
// Main thread only: libical keeps its zones for the process.
void read_roster_ical(const std::string& name, std::string_view text, const RosterSettings& settings, Timestamp about,
                      RosterRows& rows, RowErrors& errors);

}  // namespace breakwatch
