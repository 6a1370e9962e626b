// Why somebody asks or decides: one rule for every --reason.
#pragma once

#include <cstddef>
#include <string>

namespace breakwatch {

inline constexpr std::size_t kLongestReason = 500;  // characters

// What is wrong with a reason; empty: nothing. Any text that prints on one line is one.
std::string objection_to(const std::string& reason);

}  // namespace breakwatch
