// Findings against labels, by the rules of the lab's scorer: one-to-one, within 2 s before an action's
// start and 5 s after its end.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lab.hpp"
#include "policy/activity/finding.hpp"

namespace breakwatch {

struct Judgement {
    double confidence = 0;
    const LabAction* action = nullptr;  // the post it found, or the action it falls into; may be null
    bool right = false;
};

// Matches greedily by confidence, so that the outcome at every threshold can be read from one list.
std::vector<Judgement> judge(const LabSession& session, const std::vector<Finding>& findings);

struct Tally {
    std::size_t right = 0;
    std::size_t wrong = 0;
    std::size_t missed = 0;
    double precision() const;
    double recall() const;
    double f1() const;
};

}  // namespace breakwatch
