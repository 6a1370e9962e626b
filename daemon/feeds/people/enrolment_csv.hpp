// The enrolment as CSV: staff_id,macs,radius_users,agent_aliases,notice_date,consent_date,withdrawn_date.
// Several values of a field are separated by blanks or ';'; aliases with blanks in them by ';' alone
// ("Anna Berg; 1001", "Anna Berg;").
#pragma once

#include <string>
#include <vector>

#include "config/enrolment_rows.hpp"
#include "feeds/core/csv_table.hpp"

namespace breakwatch {

const std::vector<std::string>& enrolment_columns();
const std::vector<std::string>& enrolment_optional_columns();
std::vector<EnrolmentRow> enrolment_rows(const CsvTable& table);

}  // namespace breakwatch
