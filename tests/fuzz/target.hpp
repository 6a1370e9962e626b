// What the fuzz targets share. Each *_fuzz.cpp is one target: bytes in, promises checked, nothing out.
// Built with -DBREAKWATCH_FUZZ=ON it is driven by libFuzzer, else by replay_main.cpp over its corpus.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "decode/byte_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace breakwatch::fuzz {

// A broken promise is a finding as much as a crash is.
inline void promise(bool kept, const char* what)
{
    if (kept) return;
    std::fprintf(stderr, "broken promise: %s\n", what);
    std::abort();
}

// Reads every octet, so that AddressSanitizer sees a view of what is gone or not ours.
inline void touch(Bytes bytes)
{
    std::uint8_t sum = 0;
    for (const auto octet : bytes) sum = static_cast<std::uint8_t>(sum ^ octet);
    asm volatile("" : : "r"(sum));  // the reads count as used
}

inline Bytes as_bytes(std::string_view text)
{
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): char to uint8_t, both byte types
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline void touch(std::string_view text)
{
    touch(as_bytes(text));
}

inline bool inside(Bytes part, Bytes whole)
{
    return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

// Text as the house keeps names: printable ASCII, no capitals, bounded: a server's name by 255 octets, one
// out of DNS by four times as much, since odd octets are written as numbers.
inline constexpr std::size_t kLongestServerName = 255, kLongestDnsName = 4 * 255;
inline bool is_normal_name(std::string_view name, std::size_t longest = kLongestServerName)
{
    for (const char c : name) {
        if (c <= 0x20 || c >= 0x7f || (c >= 'A' && c <= 'Z')) return false;
    }
    return name.size() <= longest;
}

}  // namespace breakwatch::fuzz
