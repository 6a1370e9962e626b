// Gradient boosting of depth-3 trees on logistic loss (Newton steps, histogram splits), small and
// deterministic: the same examples and options give the same model, to the bit.
#pragma once

#include <cstdint>
#include <vector>

#include "policy/activity/detector_model.hpp"

namespace breakwatch {

struct Example {
    FeatureVector features{};
    bool post = false;
    double weight = 1;
    double start = 0;  // score it has already, from a model that is to be added to
};

struct BoostingOptions {
    std::vector<Feature> features;  // those the trees may use
    std::size_t trees = 80;
    double rate = 0.1;
    double penalty = 4;       // L2 on leaf values
    double least_weight = 4;  // hessian a leaf must carry
    double row_share = 0.7;
    double feature_share = 0.5;
    std::uint64_t seed = 1;
    bool adds_to_model = false;  // the examples' start scores already hold the base rate
};

// base_score and trees; version, calibration and thresholds are left to the caller.
DetectorModel boost(const std::vector<Example>& examples, const BoostingOptions& options);

}  // namespace breakwatch
