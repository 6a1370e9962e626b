// Giving up what a running sensor does not need. Called once, before any thread is started.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <vector>

namespace breakwatch {

// Started by root: becomes `user` (when that user exists; its directories are made its own first)
// and keeps CAP_NET_RAW alone, which a vanished interface needs to be opened again. Started by
// anyone else: drops every capability but CAP_NET_RAW. No new privileges can be gained afterwards.
// Returns what was done, in words for the log.
std::expected<std::string, std::string> drop_privileges(const std::string& user,
                                                        const std::vector<std::filesystem::path>& directories);

}  // namespace breakwatch
