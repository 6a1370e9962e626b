// breakwatch mention: enters a post that somebody saw, or takes it back. Recorded and told to the SIEM.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct MentionOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string platform;
    std::string at;          // RFC 3339
    std::string within;      // "60s"; "": that
    std::string reference;   // "": one is made
    std::string contact;     // its id in the call system; "": none is named
    bool withdrawn = false;  // takes the one of that reference back
    std::string reason;
};

Outcome run_mention(const MentionOptions& options);

}  // namespace breakwatch
