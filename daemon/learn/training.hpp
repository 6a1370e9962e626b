// From labelled sessions to examples, and from examples to a calibrated model.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "learn/boosting.hpp"
#include "learn/lab.hpp"
#include "policy/activity/post_detector.hpp"

namespace breakwatch {

struct TrainingOptions {
    BoostingOptions boosting;
    std::size_t overlays = 4;  // overlaid copies of each recorded session beside the plain one
    double overlay_share = 1;
    double recorded_weight = 1;  // of a recorded session, its copies together, to one copy of one of its variations
    double media_weight = 2;     // of a post after an upload: few in number, and the surest to be found
    double perturbation = 0;     // of the overlaid copies' sizes and times
    std::size_t bags = 5;        // models with other overlays and draws, averaged
    std::uint64_t seed = 20261123;
};

using Sessions = std::vector<const LabSession*>;

struct Candidate {
    Example example;
    Device device;
    std::uint16_t platform = 0;
    Timestamp at;  // end of its request
};

// What an exchange is an example of; of nothing, where it cannot be known.
enum class Lesson : std::uint8_t { post, no_post, nothing };
using Teacher = std::function<Lesson(const Exchange&)>;

// Every candidate as the detector would see it, those left out that teach nothing.
std::vector<Candidate> candidates_of(const std::vector<Exchange>& exchanges, const Teacher& teacher,
                                     const PlatformCatalog& catalog);
// By the labels: what follows or precedes a publish call inside the same action is neither a post nor not
// one, and teaches nothing.
std::vector<Candidate> candidates_of(const LabSession& session, const std::vector<Exchange>& exchanges,
                                     const PlatformCatalog& catalog);
std::vector<Example> examples_of(const LabSession& session, const std::vector<Exchange>& exchanges,
                                 const PlatformCatalog& catalog);
// Plain and overlaid copies of the sessions; donors are those same sessions. A variation, of which there are many, has
// one overlaid copy, half as busy.
std::vector<Example> training_set(const Sessions& sessions, const TrainingOptions& options,
                                  const PlatformCatalog& catalog);
DetectorModel train(const Sessions& sessions, const TrainingOptions& options, const PlatformCatalog& catalog);
// What the detector with this model finds.
std::vector<Finding> detect(const std::vector<Exchange>& exchanges, const DetectorModel& model,
                            const PlatformCatalog& catalog);

}  // namespace breakwatch
