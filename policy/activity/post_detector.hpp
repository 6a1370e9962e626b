// Exchanges in, findings out. A pure function of the exchanges it is given, in their order, and of
// time told to it: a candidate is held for a few seconds of event time for what follows.
// Owned by the engine's caller, one per process; not shared between threads.
#pragma once

#include <memory>
#include <vector>

#include "policy/activity/finding.hpp"

namespace breakwatch {

struct DetectorModel;  // numbers from policy/detector.yaml; see detector_model.hpp

class PostDetector {
  public:
    PostDetector(const PlatformCatalog& catalog, const DetectorModel& model);
    ~PostDetector();
    PostDetector(const PostDetector&) = delete;
    PostDetector& operator=(const PostDetector&) = delete;

    // Findings that became certain by this exchange or by the time it carries.
    std::vector<Finding> observe(const Exchange& exchange);
    // Event time moves on: decides candidates whose wait is over.
    std::vector<Finding> advance(Timestamp now);
    // End of input: decides everything still held.
    std::vector<Finding> finish();

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
