// Where the looks at a service have come to, on disk: written whole beside it and renamed, so that a crash leaves
// the old or the new. It holds a moment and the service's cursor, nothing of a contact.
#pragma once

#include <expected>
#include <filesystem>
#include <string>

#include "feeds/calls/poll/poll_pages.hpp"

namespace breakwatch {

// A file that is not there is the beginning; one that cannot be understood is an error in words.
std::expected<PollPlace, std::string> read_poll_place(const std::filesystem::path& file);
// On disk when it returns without an error: a worker thread's work.
[[nodiscard]] std::expected<void, std::string> write_poll_place(const std::filesystem::path& file,
                                                                const PollPlace& place);

}  // namespace breakwatch
