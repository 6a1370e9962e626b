// How long a client waits before it tries again: doubling up to a limit, and never all clients at once.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

namespace breakwatch {

class Backoff {
  public:
    static constexpr std::chrono::milliseconds kFirst{1'000};
    static constexpr std::chrono::milliseconds kLongest{60'000};

    explicit Backoff(std::chrono::milliseconds first = kFirst, std::chrono::milliseconds longest = kLongest)
        : first_(first), longest_(longest)
    {}

    // The next wait, with a jitter of a quarter to either side.
    std::chrono::milliseconds next()
    {
        std::uniform_real_distribution<double> jitter(0.75, 1.25);
        const auto wait =
            std::chrono::milliseconds(static_cast<std::int64_t>(jitter(random_) * static_cast<double>(wait_.count())));
        wait_ = std::min(wait_ * 2, longest_);
        return wait;
    }
    void succeeded() { wait_ = first_; }

  private:
    std::minstd_rand random_{std::random_device{}()};
    std::chrono::milliseconds first_;
    std::chrono::milliseconds longest_;
    std::chrono::milliseconds wait_ = first_;
};

}  // namespace breakwatch
