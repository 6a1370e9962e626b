#include "policy/keyed_hash.hpp"

namespace breakwatch {

namespace {

HashKey& key_in_force()
{
    static HashKey key;
    return key;
}

}  // namespace

HashKey table_hash_key()
{
    return key_in_force();
}

void set_table_hash_key(const HashKey& key)
{
    key_in_force() = key;
}

std::uint64_t keyed_hash(std::span<const std::uint8_t> bytes, const HashKey& key)
{
    KeyedHash hash(key);
    std::uint64_t word = 0;
    std::size_t at = 0;
    for (; at < bytes.size(); ++at) {
        word |= static_cast<std::uint64_t>(bytes[at]) << 8U * (at % 8);
        if (at % 8 != 7) continue;
        hash.add(word);
        word = 0;
    }
    return hash.finish(bytes.size(), word);
}

std::uint64_t keyed_hash(std::span<const std::uint8_t> bytes)
{
    return keyed_hash(bytes, table_hash_key());
}

}  // namespace breakwatch
