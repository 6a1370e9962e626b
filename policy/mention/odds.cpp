#include "policy/mention/odds.hpp"

#include <algorithm>
#include <map>

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
    // Laplace's rule: few cases, all of them right, say less than they seem to.
    return static_cast<double>(right + 1) / static_cast<double>(findings - right + 1);
}

double likelihood_ratio(double confidence, double prior_odds)
{
    const auto capped = std::clamp(confidence, 0.0, 0.9999);
    const auto told = capped / (1 - capped) / prior_odds;
    return told / (1 + told / kMostRatio);
}

Shares shares_of(const std::vector<Weight>& weights, double seen_here)
{
    struct Person {
        double nearest = 0;
        double sum = 0;
    };
    std::map<std::size_t, Person> people;
    for (const auto& weight : weights) {
        auto& person = people[weight.person];
        person.nearest = std::max(person.nearest, weight.nearness);
        person.sum += weight.nearness;
    }
    double near = 0;
    for (const auto& [number, person] : people) near += person.nearest;
    Shares shares;
    double all = 1 - seen_here;
    for (const auto& weight : weights) {
        const auto& person = people.at(weight.person);
        const auto before = seen_here * person.nearest / near * weight.nearness / person.sum;
        shares.of.push_back(before * weight.ratio);
        all += shares.of.back();
    }
    // All is zero only for a rule that says that every post is seen here, and exchanges that are none.
    for (auto& share : shares.of) share = all > 0 ? share / all : 0;
    shares.nobody = all > 0 ? (1 - seen_here) / all : 1;
    return shares;
}

}  // namespace breakwatch
