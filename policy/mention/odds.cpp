#include "policy/mention/odds.hpp"

#include <algorithm>
#include <numeric>

namespace breakwatch {

double nearness(Duration from_told_time, Duration within)
{
    const auto beyond = std::chrono::abs(from_told_time) - within;
    if (beyond.count() <= 0) return 1;
    return std::max(0.0, 1 - static_cast<double>(beyond.count()) / static_cast<double>(kMentionMargin.count()));
}

double prior_odds(const Validation& validation)
{
    std::size_t findings = 0;
    std::size_t right = 0;
    for (const auto& bin : validation.reliability) {
        findings += bin.findings;
        right += bin.right;
    }
    if (right == 0 || right == findings) return 1;
    return static_cast<double>(right) / static_cast<double>(findings - right);
}

double likelihood_ratio(double confidence, double prior_odds)
{
    const auto capped = std::clamp(confidence, 0.0, 0.9999);
    return std::min(capped / (1 - capped) / prior_odds, kMostRatio);
}

Shares shares_of(const std::vector<Weight>& weights, double seen_here)
{
    Shares shares;
    const auto near = std::accumulate(weights.begin(), weights.end(), 0.0,
                                      [](double sum, const Weight& weight) { return sum + weight.nearness; });
    double all = 1 - seen_here;
    for (const auto& weight : weights) {
        shares.of.push_back(seen_here * weight.nearness / near * weight.ratio);
        all += shares.of.back();
    }
    // All is zero only for a rule that says that every post is seen here, and exchanges that are none.
    for (auto& share : shares.of) share = all > 0 ? share / all : 0;
    shares.nobody = all > 0 ? (1 - seen_here) / all : 1;
    return shares;
}

}  // namespace breakwatch
