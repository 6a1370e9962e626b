// What an incident lists of its findings: the first of them in their order, and the highest confidences of all, highest
// first; and when those are enough.
#pragma once

#include <algorithm>
#include <functional>
#include <vector>

#include "policy/incident/incident_book.hpp"
#include "policy/incident/story.hpp"

namespace breakwatch {

inline void insert_in_order(std::vector<Finding>& findings, const Finding& finding)
{
    const auto place = std::ranges::upper_bound(findings, story_order(finding), {}, story_order);
    findings.insert(place, finding);
    if (findings.size() > kIncidentFindings) findings.pop_back();
}

// As story_order() tells them the same.
inline auto place_of(std::vector<double>& confidences, double confidence)
{
    return std::ranges::find_if(
        confidences, [confidence](double c) { return static_cast<float>(c) == static_cast<float>(confidence); });
}

// A confidence that only arithmetic keeps below another is equal to it.
inline bool reaches(double confidence, double least)
{
    constexpr double kRounding = 1e-9;
    return confidence + kRounding >= least;
}

inline void keep_highest(std::vector<double>& confidences, double confidence)
{
    confidences.insert(std::ranges::upper_bound(confidences, confidence, std::greater{}), confidence);
    if (confidences.size() > IncidentBook::kConfidences) confidences.pop_back();
}

}  // namespace breakwatch
