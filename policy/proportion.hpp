// How surely a share is known that was counted: "3 of 4" says much less than "75 of 100". Pure.
#pragma once

#include <cstdint>

namespace breakwatch {

struct Interval {
    double from = 0;
    double to = 1;
};

// Clopper and Pearson's exact interval: in at least 95 of 100 such counts the true share lies in it, however few were
// counted. Wilson's is narrower and holds that on average alone, least of all for a few cases that are nearly all
// right, which is what a site has; there it would promise too much. `right` of `of` at most; of none: 0 to 1.
Interval exact_interval(std::uint64_t right, std::uint64_t of);

}  // namespace breakwatch
