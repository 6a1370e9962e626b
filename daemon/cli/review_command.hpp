// breakwatch review: the list that a reviewer works through, and what an incident was found to be. The second is
// recorded and told to the SIEM.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct ReviewOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string id;       // the incident that is judged; "": the list
    std::string verdict;  // "true", "false", "unknown"
    std::string ticket;   // "HR-2026-311"; "": none
    // Of the list.
    std::string since;         // as of `incidents`
    std::string after;         // the id that the list before ended with; "": from the beginning
    std::string limit = "50";  // of incidents
    bool open = false;         // only those without a verdict
    bool held = false;         // only those held back
    bool json = false;
};

Outcome run_review(const ReviewOptions& options);

}  // namespace breakwatch
