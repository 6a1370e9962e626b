// What the store takes a fingerprint of texts with: BLAKE2b of 32 octets, without a key.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace breakwatch {

inline constexpr std::size_t kHashOctets = 32;

std::string hash_of(std::string_view text);

}  // namespace breakwatch
