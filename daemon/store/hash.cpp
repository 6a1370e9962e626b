#include "store/hash.hpp"

#include <sodium.h>

#include "store/octets.hpp"

namespace breakwatch {

std::string hash_of(std::string_view text)
{
    std::string hash(kHashOctets, '\0');
    crypto_generichash(octets_in(hash).data(), hash.size(), octets_of(text).data(), text.size(), nullptr, 0);
    return hash;
}

}  // namespace breakwatch
