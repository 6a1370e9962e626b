// This machine's clock: the one place where it is read as a time. policy/, decode/ and flow/ never ask.
#pragma once

#include <chrono>

#include "policy/types.hpp"

namespace breakwatch {

inline Timestamp wall_clock()
{
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

}  // namespace breakwatch
