// The enrolment file: whose devices may be looked at.
//   staff_id,macs,radius_users,agent_aliases,notice_date,consent_date,withdrawn_date
// Several values of a field are separated by blanks or ';'; aliases with blanks in them by ';' alone
// ("Anna Berg; 1001", "Anna Berg;"). Dates are local days of the site.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

#include "intake/csv_table.hpp"
#include "policy/identity/enrolment.hpp"

namespace breakwatch {

// A device, user or alias given to two people at once is refused, naming both rows.
std::expected<Enrolment, RowErrors> read_enrolment(const CsvTable& table, const std::string& site_zone);
std::expected<Enrolment, RowErrors> load_enrolment(const std::filesystem::path& file, const std::string& site_zone);
const std::vector<std::string>& enrolment_columns();
const std::vector<std::string>& enrolment_optional_columns();

}  // namespace breakwatch
