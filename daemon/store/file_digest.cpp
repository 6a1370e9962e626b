#include "store/file_digest.hpp"

#include <sodium.h>

#include <array>

#include "store/hex.hpp"
#include "store/octets.hpp"

namespace breakwatch {

std::string sha256_hex(std::string_view bytes)
{
    std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256(digest.data(), octets_of(bytes).data(), bytes.size());
    return hex_of(characters_of(digest));
}

}  // namespace breakwatch
