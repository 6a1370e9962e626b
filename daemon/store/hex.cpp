#include "store/hex.hpp"

#include <sodium.h>

#include "store/octets.hpp"

namespace breakwatch {

std::string hex_of(std::string_view octets)
{
    std::string text(octets.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), octets_of(octets).data(), octets.size());
    text.pop_back();
    return text;
}

std::optional<std::string> octets_of_hex(std::string_view text)
{
    std::string octets(text.size() / 2, '\0');
    std::size_t length = 0;
    const char* end = nullptr;
    if (text.empty()) return octets;
    const int done =
        sodium_hex2bin(octets_in(octets).data(), octets.size(), text.data(), text.size(), nullptr, &length, &end);
    if (done != 0 || length * 2 != text.size() || end != text.data() + text.size()) return std::nullopt;
    return octets;
}

}  // namespace breakwatch
