// What the daemon says of itself for `breakwatch status`: one JSON file, replaced whole.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "app/daemon_status.hpp"

namespace breakwatch {

std::string to_json(const DaemonStatus& status);
// Written beside and renamed: a reader never sees half of it. The error in words.
[[nodiscard]] std::expected<void, std::string> write_status(const std::filesystem::path& file,
                                                            const DaemonStatus& status);

}  // namespace breakwatch
