// The plain roster file: agent_id,start,end,activity,tz,site.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "feeds/people/roster_rows.hpp"

namespace breakwatch {

const std::vector<std::string>& roster_columns();
// Adds the rows of a file, or what is wrong with it. `activity` is shift, break, meal, training or off.
void read_roster_csv(const std::string& name, std::string_view text, RosterRows& rows, RowErrors& errors);

}  // namespace breakwatch
