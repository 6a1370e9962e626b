// breakwatch duty: whether somebody was on duty at a time, from the journal. Recorded before it is told.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct DutyOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string staff;
    std::string at;  // RFC 3339
    std::string reason;
    bool json = false;
};

Outcome run_duty(const DutyOptions& options);

}  // namespace breakwatch
