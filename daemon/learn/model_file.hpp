// A model as policy/detector.yaml has it: what load_detector_model reads back.
#pragma once

#include <string>

#include "policy/activity/detector_model.hpp"

namespace breakwatch {

std::string to_yaml(const DetectorModel& model);

}  // namespace breakwatch
