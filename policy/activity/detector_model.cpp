#include "policy/activity/detector_model.hpp"

#include <algorithm>
#include <functional>

namespace breakwatch {
namespace {

std::size_t child(const BoostedTree& tree, std::size_t node, const FeatureVector& values)
{
    const auto right = static_cast<std::size_t>(at(values, tree.feature[node]) >= tree.threshold[node]);
    return 2 * node + 1 + right;
}

double sum_of(const std::vector<BoostedTree>& trees, const FeatureVector& values)
{
    double sum = 0;
    for (const auto& tree : trees) {
        std::size_t node = 0;
        while (node < BoostedTree::kSplits) node = child(tree, node, values);
        sum += tree.value[node];
    }
    return sum;
}

}  // namespace

const Adaptation* adaptation_for(const DetectorModel& model, const std::string& platform)
{
    const auto found = std::ranges::find(model.platforms, platform, &Adaptation::platform);
    return found == model.platforms.end() ? nullptr : &*found;
}

double score(const DetectorModel& model, const FeatureVector& values, const Adaptation* adaptation)
{
    const auto sum = model.base_score + sum_of(model.trees, values);
    return adaptation == nullptr ? sum : sum + sum_of(adaptation->trees, values);
}

double calibrated(const DetectorModel& model, double score, const Adaptation* adaptation)
{
    const bool own = adaptation != nullptr && !adaptation->calibration.empty();
    const auto& points = own ? adaptation->calibration : model.calibration;
    if (points.empty()) return 0;
    const auto above = std::ranges::lower_bound(points, score, {}, &CalibrationPoint::score);
    if (above == points.begin()) return points.front().confidence;
    if (above == points.end()) return points.back().confidence;
    const auto below = std::prev(above);
    const auto share = (score - below->score) / (above->score - below->score);
    return below->confidence + share * (above->confidence - below->confidence);
}

FeatureVector contributions(const DetectorModel& model, const FeatureVector& values)
{
    FeatureVector added{};
    for (const auto& tree : model.trees) {
        for (std::size_t node = 0; node < BoostedTree::kSplits;) {
            const auto next = child(tree, node, values);
            at(added, tree.feature[node]) += tree.value[next] - tree.value[node];
            node = next;
        }
    }
    return added;
}

double combined_confidence(const std::vector<double>& confidences)
{
    auto sorted = confidences;
    std::ranges::sort(sorted, std::greater{});
    double doubt = 1;
    double weight = 1;
    for (const auto confidence : sorted) {
        doubt *= 1 - weight * std::clamp(confidence, 0.0, 1.0);
        weight *= 0.5;
    }
    return 1 - doubt;
}

}  // namespace breakwatch
