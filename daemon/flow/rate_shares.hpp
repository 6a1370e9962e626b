// So many things a second of each device, by packet time: what one of them does in excess is not told of it, and costs
// the others nothing. Counted in the buckets of SourceShares.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "flow/source_shares.hpp"

namespace breakwatch {

class RateShares {
  public:
    explicit RateShares(std::uint32_t most_a_second) : most_(most_a_second), spent_(SourceShares::kBuckets) {}

    // False: it had its share of this second.
    bool spend(SourceShares::Bucket bucket, Timestamp at)
    {
        if (at - since_ >= std::chrono::seconds{1} || at < since_) {
            since_ = at;
            std::ranges::fill(spent_, 0U);
        }
        if (spent_[bucket] >= most_) return false;
        ++spent_[bucket];
        return true;
    }

  private:
    std::uint32_t most_;
    std::vector<std::uint32_t> spent_;
    Timestamp since_;
};

}  // namespace breakwatch
