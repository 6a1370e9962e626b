// NICE IEX WFM, "Agent Schedule Detail" export: a line per activity, fields separated by '|', dates and
// times in the time zone of the management unit. Which fields there are is the site's choice: a first
// line "#fields ..." or the configuration names them.
//   #fields excdate|TZ|logonID|exc|start|stop
//   11242026|Asia/Tokyo|4711|Open|22:00|00:00
// `excdate` is the day of the activity itself, not that of the schedule it belongs to: after midnight
// it is the next day. A stop at or before the start is on the day after.
#pragma once

#include <string>
#include <string_view>

#include "feeds/people/roster_rows.hpp"

namespace breakwatch {

// Columns that are not asked for (names, personal numbers) are not looked at.
void read_roster_iex(const std::string& name, std::string_view text, const RosterSettings& settings,
                     RosterReading& reading);

}  // namespace breakwatch
