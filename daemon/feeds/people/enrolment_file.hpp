// The enrolment, whose devices may be looked at: rows of a CSV or YAML file, checked and put together.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "config/enrolment_rows.hpp"
#include "feeds/core/csv_table.hpp"
#include "policy/identity/enrolment.hpp"

namespace breakwatch {

// A device, user or alias given to two people at once is refused, naming both rows. Dates are local
// days of the site.
std::expected<Enrolment, RowErrors> assemble_enrolment(const std::string& file, const std::vector<EnrolmentRow>& rows,
                                                       const std::string& site_zone);
// .yaml and .yml; everything else is CSV.
std::expected<Enrolment, RowErrors> load_enrolment(const std::filesystem::path& file, const std::string& site_zone);

}  // namespace breakwatch
