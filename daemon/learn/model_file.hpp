// A model as policy/detector.yaml has it: what load_detector_model reads back.
#pragma once

#include <string>

#include "policy/activity/detector_model.hpp"

namespace breakwatch {

std::string to_yaml(const DetectorModel& model);
// What load_measured reads back: measured with those numbers (policy/activity/numbers_in_force.hpp).
std::string measured_to_yaml(const MeasuredRecord& record, const std::string& numbers);

}  // namespace breakwatch
