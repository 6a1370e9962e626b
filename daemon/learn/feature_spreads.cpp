#include "learn/feature_spreads.hpp"

#include <algorithm>

namespace breakwatch {
namespace {

constexpr std::size_t kSpreadBins = 10;

// `values` rising.
FeatureSpread spread_of(Feature feature, const std::vector<double>& values)
{
    FeatureSpread spread{feature, {}, {}};
    for (std::size_t i = 1; i < kSpreadBins; ++i) {
        const auto cut = values[values.size() * i / kSpreadBins];
        const bool new_one = cut > (spread.cuts.empty() ? values.front() : spread.cuts.back());
        if (new_one) spread.cuts.push_back(cut);
    }
    const auto all = static_cast<double>(values.size());
    auto begin = values.begin();
    for (const auto cut : spread.cuts) {
        const auto end = std::lower_bound(begin, values.end(), cut);
        spread.shares.push_back(static_cast<double>(end - begin) / all);
        begin = end;
    }
    spread.shares.push_back(static_cast<double>(values.end() - begin) / all);
    return spread;
}

}  // namespace

std::vector<FeatureSpread> spreads_of(const std::vector<Example>& examples)
{
    std::vector<FeatureSpread> spreads;
    if (examples.empty()) return spreads;
    for (std::size_t i = 0; i < kFeatures; ++i) {
        const auto feature = static_cast<Feature>(i);
        std::vector<double> values;
        for (const auto& example : examples) values.push_back(at(example.features, feature));
        std::ranges::sort(values);
        spreads.push_back(spread_of(feature, values));
    }
    return spreads;
}

}  // namespace breakwatch
