// breakwatch incidents: the list, oldest first.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct IncidentsOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string since;     // "2026-11-23", "2026-11-23T09:00:00Z"; empty: all
    std::string state_is;  // only those in this state; empty: all
    std::string verdict;   // only those with this one; "none": with none
    bool ids = false;
    bool json = false;
};

Outcome run_incidents(const IncidentsOptions& options);

}  // namespace breakwatch
