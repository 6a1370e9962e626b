#include "policy/keyed_hash.hpp"

#include <doctest/doctest.h>

#include <set>
#include <vector>

using namespace breakwatch;

TEST_CASE("the hash is SipHash-1-3 of its key")
{
    // The first of the reference implementation's vectors for key 00..0f and input 00, 01, ...
    std::vector<std::uint8_t> bytes;
    CHECK(keyed_hash(bytes, HashKey{}) == 0xabac0158050fc4dcULL);
    bytes = {0};
    CHECK(keyed_hash(bytes, HashKey{}) == 0xc9f49bf37d57ca93ULL);
}

TEST_CASE("another key spreads the same keys another way")
{
    std::set<std::uint64_t> one, other;
    for (std::uint8_t i = 0; i < 200; ++i) {
        const std::vector<std::uint8_t> bytes{10, 77, 0, i};
        one.insert(keyed_hash(bytes, HashKey{}) % 1024);
        other.insert(keyed_hash(bytes, HashKey{1, 2}) % 1024);
    }
    CHECK(one != other);
    CHECK(one.size() > 150);
}
