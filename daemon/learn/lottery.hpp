// Random numbers that are the same on every machine and library (SplitMix64).
#pragma once

#include <cstddef>
#include <cstdint>

namespace breakwatch {

class Lottery {
  public:
    explicit Lottery(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next()
    {
        state_ += 0x9e3779b97f4a7c15U;
        auto z = state_;
        z = (z ^ z >> 30U) * 0xbf58476d1ce4e5b9U;
        z = (z ^ z >> 27U) * 0x94d049bb133111ebU;
        return z ^ z >> 31U;
    }
    // In [0, 1).
    double share() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }

  private:
    std::uint64_t state_;
};

}  // namespace breakwatch
