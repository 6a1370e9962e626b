// From scores of sessions that a model has not seen to confidences that mean what they say.
#pragma once

#include <vector>

#include "policy/activity/detector_model.hpp"

namespace breakwatch {

struct Outcome {
    double score = 0;
    bool right = false;
};

// Isotonic regression (pool adjacent violators) of the share that was right, each pool drawn towards its
// neighbours' mean by `doubt` pseudo-outcomes, so that no confidence is 0 or 1 on thin evidence.
std::vector<CalibrationPoint> calibrate(std::vector<Outcome> outcomes, double doubt = 2);

}  // namespace breakwatch
