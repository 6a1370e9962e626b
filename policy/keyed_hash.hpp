// The hash of every table whose keys come from outside. Keyed, so that nobody on the network can choose keys that
// fall together: SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF").
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace breakwatch {

struct HashKey {
    std::uint64_t low = 0x0706050403020100ULL;
    std::uint64_t high = 0x0f0e0d0c0b0a0908ULL;
};

// Of this process. A live daemon draws it before its first table is made; replays keep the fixed one, so that they
// are alike to the byte.
HashKey table_hash_key();
void set_table_hash_key(const HashKey& key);

// Words of eight octets; `octets` is their true number, which tells apart keys that differ in trailing zeros.
class KeyedHash {
  public:
    explicit KeyedHash(const HashKey& key)
        : v0_(key.low ^ 0x736f6d6570736575ULL),
          v1_(key.high ^ 0x646f72616e646f6dULL),
          v2_(key.low ^ 0x6c7967656e657261ULL),
          v3_(key.high ^ 0x7465646279746573ULL)
    {}

    void add(std::uint64_t word)
    {
        v3_ ^= word;
        round();
        v0_ ^= word;
    }
    // At most seven last octets in `tail`.
    std::uint64_t finish(std::size_t octets, std::uint64_t tail = 0)
    {
        add(static_cast<std::uint64_t>(octets) << 56U | tail);
        v2_ ^= 0xffU;
        for (int i = 0; i < 3; ++i) round();
        return v0_ ^ v1_ ^ v2_ ^ v3_;
    }

  private:
    void round()
    {
        v0_ += v1_;
        v2_ += v3_;
        v1_ = std::rotl(v1_, 13) ^ v0_;
        v3_ = std::rotl(v3_, 16) ^ v2_;
        v0_ = std::rotl(v0_, 32);
        v2_ += v1_;
        v0_ += v3_;
        v1_ = std::rotl(v1_, 17) ^ v2_;
        v3_ = std::rotl(v3_, 21) ^ v0_;
        v2_ = std::rotl(v2_, 32);
    }

    std::uint64_t v0_, v1_, v2_, v3_;
};

std::uint64_t keyed_hash(std::span<const std::uint8_t> bytes, const HashKey& key);
// Under the key of this process.
std::uint64_t keyed_hash(std::span<const std::uint8_t> bytes);

}  // namespace breakwatch
