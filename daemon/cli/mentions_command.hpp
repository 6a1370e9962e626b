// breakwatch mentions: posts that somebody saw, and what is known of each; with a reference and a reason, who it could
// have been, by pseudonym.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"

namespace breakwatch {

struct MentionsOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string reference;  // "C-17", or "export/C-17" where two sources have one; "": all of them, and nobody
    std::string reason;
    bool json = false;
};

Outcome run_mentions(const MentionsOptions& options);

}  // namespace breakwatch
