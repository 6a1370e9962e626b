// Rosters as tables: a row per stretch of duty (columns by configuration; as shipped
// agent_id,start,end,activity,tz,site), or a row per person with a column per day (roster_wide).
#pragma once

#include <string>
#include <string_view>

#include "feeds/people/roster_rows.hpp"

namespace breakwatch {

// The separator is found, as is the row of the headings; other columns are not looked at. A bad row is refused alone.
void read_roster_csv(const std::string& name, std::string_view text, const RosterSettings& settings, Timestamp about,
                     RosterReading& reading);

}  // namespace breakwatch
