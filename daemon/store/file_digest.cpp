#include "store/file_digest.hpp"

#include <sodium.h>

#include <array>

#include "store/octets.hpp"

namespace breakwatch {

std::string sha256_hex(std::string_view bytes)
{
    std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), octets_of(bytes).data(), bytes.size());
    std::string text(digest.size() * 2 + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), digest.data(), digest.size());
    text.pop_back();
    return text;
}

}  // namespace breakwatch
