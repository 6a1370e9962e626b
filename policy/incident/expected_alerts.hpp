// How many alerts a day to expect, before there is one: from what the site measured, and how its people take breaks.
#pragma once

#include <cstddef>

#include "policy/activity/measured.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// Of one phone. Breaks are taken to begin with a call's end, so that all of one within the rule's time counts.
struct BreakHabits {
    unsigned a_day = 8;
    Duration length = std::chrono::minutes{10};
    double social = 0.6;  // the share of a break spent on the measured platforms together
};

// False alerts a day, of platforms that are measured, one a break and platform at most; posts that are found come on
// top.
struct ExpectedAlerts {
    double a_day = 0;  // at the rates counted, the time divided evenly among the platforms
    double upper = 0;  // all of it on the worst, at the bound of its rate
};

ExpectedAlerts expected_false_alerts(const MeasuredRecord& record, std::size_t phones, const BreakHabits& habits);

}  // namespace breakwatch
