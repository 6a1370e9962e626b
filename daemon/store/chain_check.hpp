// Whether the chain of evidence is what was recorded: row by row, against what is listed elsewhere in the store,
// against the heads that were signed, and against heads that somebody else kept.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "store/chain_heads.hpp"
#include "store/database.hpp"

namespace breakwatch {

// `directory` has chain.pub, where a daemon has signed.
std::expected<Verification, std::string> verify_chain(Database& database, const std::filesystem::path& directory,
                                                      const VerifyAgainst& against);

}  // namespace breakwatch
