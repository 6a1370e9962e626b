// breakwatch who: whose device or address it was at a time, from the journal. Recorded before it is told.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct WhoOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string what;  // a MAC, an IP address, or a name
    std::string at;    // RFC 3339
    std::string reason;
    bool json = false;
};

Outcome run_who(const WhoOptions& options);

}  // namespace breakwatch
