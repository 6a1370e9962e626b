// From scores of sessions that a model has not seen to confidences that mean what they say.
#pragma once

#include <vector>

#include "policy/activity/detector_model.hpp"

namespace breakwatch {

struct ScoredOutcome {
    double score = 0;
    bool right = false;
};

// Platt's logistic calibration: confidence = 1 / (1 + exp(-(slope * score + shift))), fitted by Newton
// steps on targets drawn a little towards the middle, so that thin evidence gives no certainty.
// Given as points for CalibrationPoint's linear interpolation; rising even where the outcomes are not.
std::vector<CalibrationPoint> calibrate(const std::vector<ScoredOutcome>& outcomes);

}  // namespace breakwatch
