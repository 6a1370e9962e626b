// breakwatch audit: who opened which identity or set which state, when and why.
#pragma once

#include <filesystem>

#include "cli/outcome.hpp"

namespace breakwatch {

struct AuditOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    bool json = false;
};

Outcome run_audit(const AuditOptions& options);

}  // namespace breakwatch
