#include "policy/proportion.hpp"

#include <algorithm>
#include <cmath>

namespace breakwatch {

namespace {

constexpr double kEachTail = 0.025;
// Halvings of 0..1: past what a double tells apart.
constexpr int kHalvings = 60;

// Logarithm of the number of ways to choose `some` of `all`.
double log_ways(std::uint64_t some, std::uint64_t all)
{
    double sum = 0;
    for (std::uint64_t i = 1; i <= some; ++i)
        sum += std::log(static_cast<double>(all - some + i) / static_cast<double>(i));
    return sum;
}

// How likely it is to count `right` or more of `of` where the share is `share`, which is less than right / of: then
// each further term is smaller than the one before, and the sum may end where nothing is added any more.
double tail(std::uint64_t right, std::uint64_t of, double share, double ways)
{
    double term = std::exp(ways + static_cast<double>(right) * std::log(share) +
                           static_cast<double>(of - right) * std::log1p(-share));
    double sum = 0;
    for (auto count = right; count <= of && sum + term > sum; ++count) {
        sum += term;
        term *= static_cast<double>(of - count) / static_cast<double>(count + 1) * share / (1 - share);
    }
    return sum;
}

// The share at which so many or more would be counted in one of forty cases.
double lower_end(std::uint64_t right, std::uint64_t of)
{
    if (right == 0) return 0;
    const auto ways = log_ways(std::min(right, of - right), of);
    double low = 0;
    double high = static_cast<double>(right) / static_cast<double>(of);
    for (int i = 0; i < kHalvings; ++i) {
        const auto middle = (low + high) / 2;
        (tail(right, of, middle, ways) < kEachTail ? low : high) = middle;
    }
    return low;
}

}  // namespace

Interval exact_interval(std::uint64_t right, std::uint64_t of)
{
    if (of == 0) return {};
    right = std::min(right, of);
    return {lower_end(right, of), 1 - lower_end(of - right, of)};
}

}  // namespace breakwatch
