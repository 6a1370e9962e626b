// Exchanges in, findings out. A pure function of the exchanges it is given, in their order, and of
// time told to it: a candidate is held for a few seconds of event time for what follows.
// Owned by the engine's caller, one per process; not shared between threads.
//
//   up_last - kHistory          up_last            + kLookAhead   + kHold              + kPostHold (= kHold + kOneAct)
//        |-- what came before ----|-- its company ------|   |         |-- stronger signs --|
//                                 the candidate             judged    of the same act?     told, once
//
// A candidate is judged when nothing that counts for it can come any more, and told when no stronger sign of the same
// act can: so neither the order in which flows are read nor the moment of a sweep changes what is found.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "policy/activity/features.hpp"
#include "policy/activity/finding.hpp"

namespace breakwatch {

struct DetectorModel;  // numbers from policy/detector.yaml; see detector_model.hpp

struct DetectorCounters {
    std::uint64_t candidates = 0;   // exchanges judged
    std::uint64_t cannot_tell = 0;  // exchanges that could have been posts, too much of them unseen
    std::uint64_t findings = 0;
    std::uint64_t repeats = 0;          // weaker signs of a finding already made within 2 s
    std::uint64_t window_full = 0;      // exchanges forgotten early: a device busier than the window holds
    std::uint64_t devices_refused = 0;  // device and platform pairs beyond the cap
};

class PostDetector {
  public:
    // One judged exchange: told for --explain, calibration and training.
    using Observer = std::function<void(const Exchange&, const FeatureVector&, double confidence, bool cannot_tell)>;

    PostDetector(const PlatformCatalog& catalog, const DetectorModel& model);
    ~PostDetector();
    PostDetector(const PostDetector&) = delete;
    PostDetector& operator=(const PostDetector&) = delete;

    // Findings that became certain by this exchange or by the time it carries.
    std::vector<Finding> observe(const Exchange& exchange);
    // The same where time is told by advance() alone: several sources, each in its own order.
    void add(const Exchange& exchange);
    // Event time moves on: decides candidates whose wait is over.
    std::vector<Finding> advance(Timestamp now);
    // End of input: decides everything still held.
    std::vector<Finding> finish();

    // From now on, with other numbers of platforms and rows or another model. What was seen stays, as the new table
    // names it; what it does not name goes. What was judged stays judged. Both outlive this, as those before.
    void use(const PlatformCatalog& catalog, const DetectorModel& model);

    void set_observer(Observer observer);
    const DetectorCounters& counters() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
