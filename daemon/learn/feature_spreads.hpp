// What a model was made from, as far as a later reader needs it to tell whether traffic is like it.
#pragma once

#include <vector>

#include "learn/boosting.hpp"

namespace breakwatch {

// Each feature's deciles among the examples, equal ones once, and the shares between them.
std::vector<FeatureSpread> spreads_of(const std::vector<Example>& examples);

}  // namespace breakwatch
