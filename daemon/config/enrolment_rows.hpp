// An enrolment file as it is written, row by row: from CSV, or from YAML:
//   people:
//     - staff_id: s1001
//       macs: ["02:1a:10:00:10:01"]
//       radius_users: [s1001]        # optional, as are agent_aliases, consent_date, withdrawn_date
//       notice_date: 2026-10-01
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "config/config_error.hpp"

namespace breakwatch {

struct EnrolmentRow {
    std::size_t line = 0;
    std::string staff_id;
    std::vector<std::string> macs;
    std::vector<std::string> radius_users;
    std::vector<std::string> agent_aliases;
    std::string notice_date;
    std::string consent_date;    // "" for none
    std::string withdrawn_date;  // "" for none
};

std::expected<std::vector<EnrolmentRow>, ConfigErrors> read_enrolment_yaml(const std::filesystem::path& file);
std::expected<std::vector<EnrolmentRow>, ConfigErrors> parse_enrolment_yaml(const std::string& name,
                                                                            const std::string& text);

}  // namespace breakwatch
