// breakwatch lookup: a complaint's question, answered at once from what the store holds, in pseudonyms. Recorded with
// its reason, and told to the SIEM, first.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct LookupOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string platform;
    std::string from;  // RFC 3339, or by the site's clock
    std::string to;
    std::string kind;  // of what is asked for; "": any
    std::string reason;
    bool json = false;
};

Outcome run_lookup(const LookupOptions& options);

}  // namespace breakwatch
