// How likely each of several exchanges is the post that somebody saw.
//
// Bayes' rule over one hypothesis for each exchange and one for none of them. Before anything is looked at, a post that
// somebody saw went over the watched network with the share `seen_here`, and was then anybody's who had an exchange
// about that time, one as likely as the other, and any of their exchanges. So many exchanges of one phone take nothing
// from others. What was looked at is the shape, by the detector's confidence:
//
//   exchange i of p:  seen_here * near_p / (sum of near) * near_i / (sum of p's) * ratio_i       none:  1 - seen_here
//
// where near_p is that of p's nearest exchange.
// `ratio` is how much oftener posts look like that than what merely looked like posts, by the sessions that the
// detector was validated on. So many look-alikes about the time lower every share, and one that is only a little like a
// post stays below nobody's.
#pragma once

#include <cstddef>
#include <vector>

#include "policy/activity/validation.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// A source's clock, and how exactly a page tells a post's time: beyond the mention's own precision an exchange counts
// for less, and past this for nothing.
inline constexpr Duration kMentionMargin = std::chrono::seconds{30};

// 1 within `within` of the told time, falling to 0 at kMentionMargin beyond it.
double nearness(Duration from_told_time, Duration within);

// The share of posts among the findings of the validation, as odds; 1 where nothing is known.
double prior_odds(const Validation& validation);
// Posts to look-alikes at this confidence. The surer the detector says it is, the less of that is believed, up to
// kMostRatio: on sessions unlike those it was made from it is wrong more often than it says.
inline constexpr double kMostRatio = 100;
double likelihood_ratio(double confidence, double prior_odds);

struct Weight {
    std::size_t person = 0;  // any number, the same for exchanges of one
    double nearness = 0;     // above 0
    double ratio = 1;
};
struct Shares {
    std::vector<double> of;  // of each weight; with `nobody` they come to 1
    double nobody = 1;
};
Shares shares_of(const std::vector<Weight>& weights, double seen_here);

}  // namespace breakwatch
