// breakwatch verify: recomputes the chain of evidence, holds it against signed heads, and says in words what was
// changed.
#pragma once

#include <filesystem>
#include <string>

#include "cli/outcome.hpp"
#include "store/store.hpp"

namespace breakwatch {

struct VerifyOptions {
    std::filesystem::path state = "/var/lib/breakwatch";
    std::filesystem::path heads;  // what a SIEM has of our events, in any form; "-": standard input; "": none
    std::string key;              // the public key, or a file with it; "": chain.pub in the state directory
    bool json = false;
};

Outcome run_verify(const VerifyOptions& options);
Outcome tell(const Verification& verification, bool json);

}  // namespace breakwatch
