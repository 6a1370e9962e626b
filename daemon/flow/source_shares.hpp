// How much of a table each sender uses, so that one phone fills its own share and not the table. Senders are
// counted in a fixed number of keyed buckets: no state per sender, no allocation, and nobody can choose a bucket.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

class SourceShares {
  public:
    using Bucket = std::uint16_t;

    static constexpr std::size_t kBuckets = 4096;
    // One for all together of whom nothing is known: their addresses may be invented, one for each packet.
    static constexpr Bucket kStrangers = kBuckets;

    explicit SourceShares(std::size_t most_each) : most_(most_each), used_(kBuckets + 1) {}

    static Bucket bucket_of(const IpAddress& source)
    {
        return static_cast<Bucket>(std::hash<IpAddress>{}(source) % kBuckets);
    }
    static Bucket bucket_of(const MacAddress& device)
    {
        return static_cast<Bucket>(std::hash<MacAddress>{}(device) % kBuckets);
    }
    // Of a device: its MAC where the link shows one.
    static Bucket bucket_of(const MacAddress& mac, const IpAddress& ip)
    {
        return mac.is_zero() ? bucket_of(ip) : bucket_of(mac);
    }
    bool room(Bucket bucket, std::size_t more = 1) const { return used_[bucket] + more <= most_; }
    void take(Bucket bucket, std::size_t count = 1) { used_[bucket] += count; }
    void give_back(Bucket bucket, std::size_t count = 1) { used_[bucket] -= count; }

  private:
    std::size_t most_;
    std::vector<std::size_t> used_;
};

}  // namespace breakwatch
