// What the heap gives for a wish: glibc's malloc keeps eight octets of its own and steps of sixteen, thirty-two at
// least.
#pragma once

#include <algorithm>
#include <cstddef>

namespace breakwatch {

constexpr std::size_t heap_octets(std::size_t wished)
{
    if (wished == 0) return 0;
    return std::max<std::size_t>((wished + 8 + 15) / 16 * 16, 32);
}

}  // namespace breakwatch
