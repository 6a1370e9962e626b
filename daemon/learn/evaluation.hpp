// Findings against labels, by the rules of the lab's scorer: one-to-one, within 2 s before an action's
// start and 5 s after its end.
#pragma once

#include <string>
#include <vector>

#include "learn/lab.hpp"
#include "policy/activity/finding.hpp"
#include "policy/activity/validation.hpp"

namespace breakwatch {

struct JudgedFinding {
    Finding finding;
    const LabAction* action = nullptr;  // the post it found, or the action it falls into; may be null
    bool right = false;

    double confidence() const { return finding.confidence; }
};

// Matches greedily by confidence, so that the outcome at every threshold can be read from one list.
// The judgements point into `session`.
std::vector<JudgedFinding> judge(const LabSession& session, const std::vector<Finding>& findings);

struct Tally {
    std::size_t right = 0;
    std::size_t wrong = 0;
    std::size_t missed = 0;
    double precision() const;
    double recall() const;
    double f1() const;
};

// Of findings at least this confident, among so many posts.
Tally tally(const std::vector<JudgedFinding>& judgements, std::size_t posts, double threshold);

// Area under precision over recall, as far as the findings reach, and the best recall at that precision.
struct Ranking {
    double average_precision = 0;
    double recall_at_precision = 0;
};
Ranking ranking(std::vector<JudgedFinding> judgements, std::size_t posts, double wanted_precision);

// What the judgements of these sessions say of confidences, and of findings at the threshold.
Validation validate(const std::vector<const LabSession*>& sessions, const std::vector<JudgedFinding>& judgements,
                    double threshold);

struct Thresholds {
    double balanced = 0.5;  // best F1
    double alert = 0.5;     // best recall at the wanted precision
};

Thresholds choose_thresholds(const std::vector<JudgedFinding>& judgements, std::size_t posts, double wanted_precision);

}  // namespace breakwatch
