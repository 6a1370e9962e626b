// breakwatch verify: recomputes the chain of evidence and says in words what was changed.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"
#include "store/store.hpp"

namespace breakwatch {

struct VerifyOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    bool json = false;
};

Outcome run_verify(const VerifyOptions& options);
Outcome tell(const Verification& verification, bool json);

}  // namespace breakwatch
