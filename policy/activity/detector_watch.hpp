// Whether the detector can be relied on: its numbers are within their review date, what it sees is enough to
// judge by, and like what it was made from. Each is told once, and its end too. Owned by the engine; event time only.
#pragma once

#include <optional>
#include <vector>

#include "policy/activity/detector_model.hpp"
#include "policy/activity/feature_drift.hpp"
#include "policy/activity/post_detector.hpp"
#include "policy/effect.hpp"

namespace breakwatch {

class DetectorWatch {
  public:
    // Possible posts after which the share of those that could not be judged is looked at.
    static constexpr std::uint64_t kBatch = 500;
    // Told from this share on: a mirror port that shows one direction alone reaches it at once. Over
    // when the share is back under the half of it.
    static constexpr double kBlind = 0.5;

    // Mean distance of the features (feature_drift.hpp) from which on the traffic is another than the model's. Halves
    // of the lab lie within 0.1 of each other, a single platform or client of it within 0.4; waits 150 ms
    // longer at 0.8. Over when it is back under half of it.
    static constexpr double kFar = 0.5;

    explicit DetectorWatch(const DetectorModel& model);

    // A possible post that could be judged.
    void saw(const FeatureVector& features) { drift_.add(features); }

    std::vector<ReportHealth> advance(const DetectorCounters& counters, Timestamp now);

  private:
    void tell_age(std::vector<ReportHealth>& reports, Timestamp now);
    void tell_blindness(std::vector<ReportHealth>& reports, const DetectorCounters& counters, Timestamp now);
    void tell_drift(std::vector<ReportHealth>& reports, Timestamp now);

    std::optional<Timestamp> review_by_;
    DetectorCounters batch_begin_;
    bool told_old_ = false;
    bool blind_ = false;
    FeatureDrift drift_;
    bool far_ = false;
};

}  // namespace breakwatch
