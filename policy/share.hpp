// What one device or sender may have of a table that all fill: a fraction that no phone uses by itself. Small tables
// are not divided further.
#pragma once

#include <algorithm>
#include <cstddef>

namespace breakwatch {

inline constexpr std::size_t kShares = 8;

constexpr std::size_t share_of(std::size_t rows, std::size_t least = 64)
{
    return std::max(rows / kShares, least);
}

}  // namespace breakwatch
