// What a detector's confidence is worth: how models made in the same way did on sessions left out of the making,
// each in turn. Data of the model's file; told in reports, so that nobody takes a confidence for more than it is.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace breakwatch {

// Findings whose confidence lies from `from` to below `to`; a bin that ends at 1 has 1 in it.
struct ReliabilityBin {
    double from = 0;
    double to = 0;
    double mean = 0;  // of the confidences
    std::size_t findings = 0;
    std::size_t right = 0;
    auto operator<=>(const ReliabilityBin&) const = default;
};

struct Validation {
    std::size_t sessions = 0;  // zero: nothing is known
    // At the alert threshold: posts and those found, other actions and false findings.
    std::size_t posts = 0;
    std::size_t found = 0;
    std::size_t others = 0;
    std::size_t wrong = 0;
    std::vector<ReliabilityBin> reliability;  // rising, none empty
    auto operator<=>(const Validation&) const = default;
};

// The share of a person's actions on the break network that fall into the 15 min after a call of theirs, where
// breaks are an hour long. Stated with the figures; a centre with short breaks has more.
inline constexpr double kExposed = 0.25;
// Base rates that reports give: one action in so many is a post.
inline constexpr std::array kActionsPerPost{7, 50, 300, 1'000, 10'000, 100'000};

// The share of right ones among findings, when one action in `actions_per_post` is a post; `exposed` is the share of
// the other actions that the join with calls and shifts lets through. Zero where nothing is known.
double precision_at(const Validation& validation, double actions_per_post, double exposed);

}  // namespace breakwatch
