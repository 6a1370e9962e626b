// Alerts that a destination is to get once more: its receiver lost them, or came later.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

#include "store/store.hpp"

namespace breakwatch {

// Puts every alert raised at or after `since` that is kept, was not held, and is not owed anyway into the outbox of
// `sink`; how many. Recorded in the audit trail and told to every sink. The daemon may run meanwhile.
std::expected<std::size_t, std::string> owe_again(const std::filesystem::path& directory, const std::string& sink,
                                                  Timestamp since, const OpeningRequest& request);

}  // namespace breakwatch
