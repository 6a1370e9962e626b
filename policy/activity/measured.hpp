// What a site knows of its own: how many marked posts on a platform were found, and how often browsing alone looked
// like one, at the alert threshold. Without such a record a confidence is worth here nobody knows what.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

struct Measured {
    std::string platform;            // catalogue name
    std::size_t posts = 0;           // that volunteers marked
    std::size_t found = 0;           // of them
    double browse_hours = 0;         // of volunteers who published nothing
    std::size_t actions = 0;         // in those hours: acts of which one could have been a post
    std::size_t false_findings = 0;  // of them, taken for a post
    bool operator==(const Measured&) const = default;
};

// At most one a platform.
using MeasuredRecord = std::vector<Measured>;

// With twenty posts the share found is known to some fifteen in a hundred; half an hour without a false finding still
// leaves six an hour possible (upper_per_hour), which `check` tells. Less says nothing.
inline constexpr std::size_t kLeastPostsMeasured = 20;
inline constexpr double kLeastBrowseHours = 0.5;

bool is_enough(const Measured& measured);
bool is_measured(const MeasuredRecord& record, std::string_view platform);
// Rows of `newer` take the place of those of the same platforms.
void put_over(MeasuredRecord& record, const MeasuredRecord& newer);

// False findings an hour of browsing: as counted, and the most that 95 of 100 such records would not contradict.
double false_per_hour(const Measured& measured);
double upper_per_hour(const Measured& measured);
// One-sided 95 % bound on the mean of a Poisson count, exact; of zero it is 3.0, the rule of three.
double poisson_upper(std::size_t count);

}  // namespace breakwatch
