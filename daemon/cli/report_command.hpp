// breakwatch report: writes an incident's page.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct ReportOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string id;
    std::filesystem::path output;  // "-": standard output
};

Outcome run_report(const ReportOptions& options);

}  // namespace breakwatch
