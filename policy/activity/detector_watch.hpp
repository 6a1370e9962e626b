// Whether the detector can be relied on: its numbers are within their review date, and what it sees is enough to
// judge by. Each is told once, and its end too. Owned by the engine; event time only.
#pragma once

#include <optional>
#include <vector>

#include "policy/activity/detector_model.hpp"
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

    explicit DetectorWatch(const DetectorModel& model);

    std::vector<ReportHealth> advance(const DetectorCounters& counters, Timestamp now);

  private:
    std::optional<Timestamp> review_by_;
    DetectorCounters batch_begin_;
    bool told_old_ = false;
    bool blind_ = false;
};

}  // namespace breakwatch
