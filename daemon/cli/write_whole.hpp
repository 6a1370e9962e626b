// A file written whole or not at all.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace breakwatch {

// Beside the file, then renamed. "": done; else what went wrong, with the file's name. For its owner alone, if not
// said otherwise: whom it may concern is not ours to say.
std::string write_whole(const std::filesystem::path& file, const std::string& content, mode_t mode = 0600);

}  // namespace breakwatch
