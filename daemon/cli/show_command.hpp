// breakwatch show: one incident's story, and, asked for with a reason, whom it is about.
#pragma once

#include <filesystem>
#include <string>

#include "cli/open_case.hpp"
#include "cli/outcome.hpp"

namespace breakwatch {

struct ShowOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::string id;
    bool json = false;
    bool staff = false;  // open the sealed identity
    std::string reason;  // why; goes into the audit trail
};

Outcome run_show(const ShowOptions& options);

// Pure. No staff id is in it.
std::string story_text(const CaseView& view);

}  // namespace breakwatch
