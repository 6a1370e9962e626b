// Byte strings for tests, written as hex: "45 00 | 0014". Blanks and '|' are for the reader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace breakwatch::test {

using Octets = std::vector<std::uint8_t>;

inline Octets hex(std::string_view text)
{
    Octets octets;
    int half = -1;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == '|') continue;
        const bool digit = c >= '0' && c <= '9';
        if (!digit && (c < 'a' || c > 'f')) throw std::runtime_error("not hex: " + std::string(text));
        const int value = digit ? c - '0' : c - 'a' + 10;
        if (half >= 0) octets.push_back(static_cast<std::uint8_t>(half * 16 + value));
        half = half >= 0 ? -1 : value;
    }
    if (half >= 0) throw std::runtime_error("half an octet: " + std::string(text));
    return octets;
}

inline Octets octets_of(std::string_view text)
{
    return {text.begin(), text.end()};
}

inline Octets operator+(Octets left, const Octets& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

// The low `width` octets of `value`, in network order.
inline Octets big_endian(std::uint64_t value, std::size_t width)
{
    Octets octets(width);
    for (std::size_t i = width; i-- > 0; value >>= 8U) octets[i] = static_cast<std::uint8_t>(value & 0xffU);
    return octets;
}

// `octets` after their own length in `width` octets.
inline Octets with_length(const Octets& octets, std::size_t width)
{
    return big_endian(octets.size(), width) + octets;
}

// Calls `look` with each proper prefix, in a buffer of exactly its size, so that a read past its end
// is seen by AddressSanitizer.
template <typename Look>
void for_each_prefix(const Octets& whole, const Look& look)
{
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Octets prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        look(prefix);
    }
}

}  // namespace breakwatch::test
