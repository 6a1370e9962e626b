// How the shipped model is made, from labelled sessions to the numbers of a detector model: trained on
// all of them; confidence and thresholds from sessions that were left out in turn.
#pragma once

#include <string>
#include <vector>

#include "learn/cross_validation.hpp"

namespace breakwatch {

// Features, boosting and overlays of the shipped model.
TrainingOptions shipped_recipe();

struct Learned {
    DetectorModel model;
    CrossValidation validation;  // its findings carry confidences calibrated without their own session
};

// Cross-validated, with honest confidences and thresholds chosen on plain and overlaid sessions together.
// The model has no version and dates yet.
Learned learn(const std::vector<LabSession>& sessions, const TrainingOptions& options, const PlatformCatalog& catalog);

// On plain and overlaid findings together.
Thresholds choose_thresholds(const CrossValidation& validation);

// Replaces the raw confidences of a cross-validation by ones fitted on the other parts.
void calibrate_out_of_fold(CrossValidation& validation);

// Replaces them by the confidences that a finished model would state.
void calibrate_as(const DetectorModel& model, CrossValidation& validation);

}  // namespace breakwatch
