// How often each thing was seen, and each reason for which something was not understood.
// Plain counters of one thread; names in counters.cpp are the ones operators see.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "decode/decode_error.hpp"

namespace breakwatch {

struct DecodeCounters {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;
    std::array<std::uint64_t, static_cast<std::size_t>(DecodeError::count)> errors{};

    void count(DecodeError error) { ++errors[static_cast<std::size_t>(error)]; }
    std::uint64_t of(DecodeError error) const { return errors[static_cast<std::size_t>(error)]; }
};

}  // namespace breakwatch
