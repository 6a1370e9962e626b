// How far what is seen now lies from what the detector was made from: the population stability index of
// each feature, sum over its bins of (p - q) ln(p / q) with p the share seen and q the share learned from.
// 0: the same; by custom 0.1 is a change and 0.25 a large one. Single-threaded.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "policy/activity/detector_model.hpp"

namespace breakwatch {

struct Drift {
    // The mean over the features, each by how often the trees ask for it, and on top of it that of the server's waits:
    // recall fell most where these were others, and among some fifty features they count for little.
    double distance = 0;
    Feature farthest = Feature::count;
};

class FeatureDrift {
  public:
    explicit FeatureDrift(const DetectorModel& model);

    void add(const FeatureVector& values);
    std::uint64_t seen() const { return seen_; }
    void start_anew();
    // None: nothing was seen, or the model does not say what it was made from.
    std::optional<Drift> drift() const;

  private:
    struct Counted {
        FeatureSpread spread;
        double weight = 0;
        std::vector<std::uint64_t> seen;  // by bin of the spread
    };
    std::vector<Counted> features_;
    std::uint64_t seen_ = 0;
};

}  // namespace breakwatch
