#include "policy/activity/feature_drift.hpp"

#include <algorithm>
#include <cmath>

namespace breakwatch {
namespace {

// An empty bin is not proof of a share of zero.
constexpr double kLeastShare = 1e-3;

std::array<double, kFeatures> uses(const DetectorModel& model)
{
    std::array<double, kFeatures> uses{};
    for (const auto& tree : model.trees) {
        for (const auto feature : tree.feature) uses[static_cast<std::size_t>(feature)] += 1;
    }
    return uses;
}

struct Mean {
    double sum = 0;
    double weights = 0;

    void add(double value, double weight)
    {
        sum += weight * value;
        weights += weight;
    }
    double value() const { return weights > 0 ? sum / weights : 0; }
};

// How long the server took, as its first answer byte and as the longest silence tell it.
bool is_wait(Feature feature)
{
    return feature == Feature::wait || feature == Feature::pause;
}

double stability_index(const std::vector<double>& learned, const std::vector<std::uint64_t>& seen, std::uint64_t all)
{
    double index = 0;
    for (std::size_t bin = 0; bin < learned.size(); ++bin) {
        const auto q = std::max(learned[bin], kLeastShare);
        const auto p = std::max(static_cast<double>(seen[bin]) / static_cast<double>(all), kLeastShare);
        index += (p - q) * std::log(p / q);
    }
    return index;
}

}  // namespace

FeatureDrift::FeatureDrift(const DetectorModel& model)
{
    const auto weights = uses(model);
    for (const auto& spread : model.spreads) {
        const auto weight = weights[static_cast<std::size_t>(spread.feature)];
        if (weight > 0) features_.push_back({spread, weight, std::vector<std::uint64_t>(spread.shares.size())});
    }
}

void FeatureDrift::add(const FeatureVector& values)
{
    ++seen_;
    for (auto& [spread, weight, seen] : features_) {
        const auto above = std::ranges::upper_bound(spread.cuts, at(values, spread.feature));
        ++seen[static_cast<std::size_t>(above - spread.cuts.begin())];
    }
}

void FeatureDrift::start_anew()
{
    seen_ = 0;
    for (auto& counted : features_) std::ranges::fill(counted.seen, 0);
}

std::optional<Drift> FeatureDrift::drift() const
{
    if (seen_ == 0 || features_.empty()) return std::nullopt;
    Drift drift;
    Mean all;
    Mean waits;
    double largest = -1;
    for (const auto& [spread, weight, seen] : features_) {
        const auto index = stability_index(spread.shares, seen, seen_);
        all.add(index, weight);
        if (is_wait(spread.feature)) waits.add(index, 1);
        if (index <= largest) continue;
        largest = index;
        drift.farthest = spread.feature;
    }
    drift.distance = all.value() + waits.value();
    return drift;
}

}  // namespace breakwatch
