// The enrolment, whose devices may be looked at: rows of a CSV or YAML file, checked and put together.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "config/encoding.hpp"
#include "config/enrolment_rows.hpp"
#include "feeds/core/csv_table.hpp"
#include "policy/identity/enrolment.hpp"

namespace breakwatch {

// A device, user or alias given to two people at once is refused, naming both rows. Dates are local
// days of the site.
std::expected<Enrolment, RowErrors> assemble_enrolment(const std::string& file, const std::vector<EnrolmentRow>& rows,
                                                       const std::string& site_zone);
struct EnrolmentFile {
    Enrolment enrolment;
    RowErrors notes;  // of what was read all the same, and has to be told
};
// .yaml and .yml; everything else is CSV, in `encoding`. A file that names nobody is refused: nobody would be watched.
std::expected<EnrolmentFile, RowErrors> load_enrolment(const std::filesystem::path& file, const std::string& site_zone,
                                                       Encoding encoding = Encoding::automatic);

}  // namespace breakwatch
