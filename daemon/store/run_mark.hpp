// Whether the run before came to its end: a mark that a run sets when it begins and takes away when it ends.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>

#include "policy/types.hpp"
#include "store/store.hpp"

namespace breakwatch {

// Into the database of `directory`, which exists. Returns when the run before began, if it never ended properly: it was
// killed, it crashed, or the machine lost its power.
std::expected<std::optional<Timestamp>, StoreError> begin_run(const std::filesystem::path& directory, Timestamp now);
std::expected<void, StoreError> end_run(const std::filesystem::path& directory);

}  // namespace breakwatch
