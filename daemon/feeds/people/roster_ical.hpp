// Rosters as iCalendar files (RFC 5545), one or many people to a file. Read are VEVENTs with:
//   DTSTART, and DTEND or DURATION; with TZID, in UTC, floating, or whole days
//   RRULE, EXRULE, RDATE, EXDATE of moments or days; RECURRENCE-ID, also THISANDFUTURE
//   STATUS:CANCELLED and METHOD:CANCEL; of one UID the highest SEQUENCE counts
//   ATTENDEE (mailto: left off) for the person, but rooms, groups, resources and who declined or handed it on;
//   without a person named the file's name less ".ics" is
//   CATEGORIES, else SUMMARY for the activity, by the words of the configuration
// An event that cannot be read is refused alone; the duty of its people is unknown then.
#pragma once

#include <string>
#include <string_view>

#include "feeds/people/roster_rows.hpp"

namespace breakwatch {

// Recurring events are spelled out from `about - settings.back` to `about + settings.ahead`.
// Main thread only: libical keeps its zones for the process.
void read_roster_ical(const std::string& name, std::string_view text, const RosterSettings& settings, Timestamp about,
                      RosterReading& reading);

}  // namespace breakwatch
