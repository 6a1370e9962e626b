#include "feeds/core/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace breakwatch {

std::optional<std::string> from_base64(std::string_view text)
{
    std::string padded(text);
    std::erase_if(padded, [](char c) { return c == '\n' || c == '\r'; });
    while (padded.ends_with('=')) padded.pop_back();
    const auto whole = padded.size();
    if (whole % 4 == 1) return std::nullopt;
    padded.append((4 - whole % 4) % 4, '=');
    std::string bytes(padded.size() / 4 * 3, '\0');
    // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): char to unsigned char, both byte types
    const int got =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(padded.data()), static_cast<int>(padded.size()));
    // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
    if (got < 0) return std::nullopt;
    bytes.resize(whole * 3 / 4);
    return bytes;
}

}  // namespace breakwatch
