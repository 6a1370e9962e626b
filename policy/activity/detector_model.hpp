// The numbers of the post detector: data (policy/detector.yaml), not code. Made by the training
// tool in tests/bench/quality from labelled captures. Immutable once loaded.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "policy/activity/features.hpp"
#include "policy/activity/measured.hpp"
#include "policy/activity/validation.hpp"

namespace breakwatch {

// A regression tree of depth 3, complete: node i has the children 2i+1 (value below the threshold)
// and 2i+2. `value` of an inner node is the mean below it, so that a path tells what each feature
// added.
struct BoostedTree {
    static constexpr std::size_t kSplits = 7;
    static constexpr std::size_t kNodes = 15;
    std::array<Feature, kSplits> feature{};
    std::array<double, kSplits> threshold{};
    std::array<double, kNodes> value{};
};

// Score (log-odds) to the share of findings that were right, by isotonic regression.
struct CalibrationPoint {
    double score = 0;
    double confidence = 0;
};

// How a feature's values lay in what the model was made from.
struct FeatureSpread {
    Feature feature = Feature::count;
    std::vector<double> cuts;    // rising
    std::vector<double> shares;  // of the values below the first cut, from each to the next, from the last on
};

// What a site learned about one platform from its own recordings: further trees, and what a score is
// worth there.
struct Adaptation {
    std::string platform;   // catalogue name
    std::string fitted_on;  // how many posts and recordings
    std::vector<BoostedTree> trees;
    std::vector<CalibrationPoint> calibration;  // scores ascending; empty: the model's own
};

struct DetectorModel {
    std::string version;     // "2026-11-23"
    std::string trained_on;  // which captures, how many posts among how many exchanges
    std::string review_by;   // ISO date after which the daemon says that the model is old
    double base_score = 0;
    std::vector<BoostedTree> trees;
    std::vector<CalibrationPoint> calibration;  // scores ascending
    std::vector<Adaptation> platforms;          // at most one a platform
    std::vector<FeatureSpread> spreads;         // empty: what it was made from is not told
    Validation validation;                      // of the shipped numbers, before any adaptation
    MeasuredRecord measured;                    // on this site
    double alert_threshold = 0.6;               // confidence: precision first
    double balanced_threshold = 0.4;            // confidence: best F1
};

// `adaptation` may be null: a platform about which the site learned nothing.
double score(const DetectorModel& model, const FeatureVector& values, const Adaptation* adaptation = nullptr);
const Adaptation* adaptation_for(const DetectorModel& model, const std::string& platform);
// Linear between calibration points, flat outside them.
double calibrated(const DetectorModel& model, double score, const Adaptation* adaptation = nullptr);
// What each feature added to the score along the trees' paths.
FeatureVector contributions(const DetectorModel& model, const FeatureVector& values);
// Independent weak findings of one person count together: 1 - product of (1 - confidence), where
// each further one counts for less, since the same habit may have fooled the model twice.
double combined_confidence(const std::vector<double>& confidences);

}  // namespace breakwatch
