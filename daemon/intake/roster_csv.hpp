// The roster file: agent_id,start,end,activity,tz,site. Refused whole when a row is bad, with all
// bad rows named: half a roster would call people off duty who are not.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string_view>
#include <vector>

#include "intake/csv_table.hpp"
#include "policy/duty/roster.hpp"
#include "policy/identity/enrolment.hpp"

namespace breakwatch {

struct RosterFile {
    std::vector<DutyInterval> intervals;  // of enrolled people only: others leave no state
    std::uint64_t others = 0;             // rows of people who are not enrolled
};

std::expected<RosterFile, RowErrors> read_roster(const CsvTable& table, const Enrolment& enrolment);
// Several files make one roster; rows of different files may not overlap either.
std::expected<RosterFile, RowErrors> load_rosters(const std::vector<std::filesystem::path>& files,
                                                  const Enrolment& enrolment);
const std::vector<std::string>& roster_columns();

}  // namespace breakwatch
