// Whether the run before came to its end: a mark that a run sets when it begins and takes away when it ends.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>

#include "policy/types.hpp"
#include "store/store.hpp"

namespace breakwatch {

// The machine's clock as the last run left it: what a start compares its own with.
struct ClockMark {
    Timestamp seen;                          // the last moment of a run
    Duration unaccounted{0};                 // between runs; runs since take off it
    Duration owed{0};                        // of running until the clock is believed again
    std::optional<Timestamp> believed = {};  // meanwhile: what was reckoned with
};

// Into the database of `directory`, which exists. Returns when the run before began, if it never ended properly: it was
// killed, it crashed, or the machine lost its power.
std::expected<std::optional<Timestamp>, std::string> begin_run(const std::filesystem::path& directory, Timestamp now);
[[nodiscard]] std::expected<void, std::string> end_run(const std::filesystem::path& directory);

// Of a database without one: the last thing that was stored. None: nothing was.
std::expected<std::optional<ClockMark>, std::string> clock_mark(const std::filesystem::path& directory);
[[nodiscard]] std::expected<void, std::string> keep_clock_mark(const std::filesystem::path& directory,
                                                               const ClockMark& mark);

}  // namespace breakwatch
