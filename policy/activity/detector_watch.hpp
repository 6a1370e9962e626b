// Whether the detector can be relied on: its numbers are within their review date, what it sees is enough to
// judge by, and like what it was made from. Each is told once, and its end too. Owned by the engine; event time only.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "policy/activity/detector_model.hpp"
#include "policy/activity/feature_drift.hpp"
#include "policy/effect.hpp"

namespace breakwatch {

class DetectorWatch {
  public:
    // Possible posts after which the distance of the features is looked at, and after which the share of those that
    // could not be judged is: where one in five cannot be, 15 of 30 are unjudgeable twice in 10,000 times.
    static constexpr std::uint64_t kBatch = 500;
    static constexpr std::uint64_t kBlindBatch = 30;
    // Told from this share on: a mirror port that shows one direction alone reaches it at once. Over
    // when the share is back under the half of it.
    static constexpr double kBlind = 0.5;

    // The distance (feature_drift.hpp) from which on the traffic is another than the model's. Of the shipped numbers,
    // halves of the sessions that they were made from lie at 0.25 to 0.54, real sizes and waits of X, on which they
    // do well, at 0.32; of Reddit and Mastodon, on which they do not, at 1.13 and 1.72. Over when it is back under
    // half of it.
    static constexpr double kFar = 0.65;

    explicit DetectorWatch(const DetectorModel& model);

    // A possible post, as the detector's observer tells it.
    void saw(const FeatureVector& features, bool cannot_tell);
    std::vector<ReportHealth> advance(Timestamp now);
    // As it was judged last; none: too little was seen yet.
    std::optional<double> distance() const { return distance_; }

  private:
    void tell_age(std::vector<ReportHealth>& reports, Timestamp now);
    void tell_blindness(std::vector<ReportHealth>& reports, Timestamp now);
    void tell_drift(std::vector<ReportHealth>& reports, Timestamp now);

    std::optional<Timestamp> review_by_;
    bool told_old_ = false;
    std::uint64_t unknown_ = 0;  // since it was last looked at, as the drift's are
    std::uint64_t seen_ = 0;
    bool blind_ = false;
    FeatureDrift drift_;
    std::optional<double> distance_;
    bool far_ = false;
};

}  // namespace breakwatch
