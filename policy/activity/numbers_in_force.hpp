// Which numbers something was measured with: those of a version, and what a site fitted to them.
#pragma once

#include <string>

#include "policy/activity/detector_model.hpp"

namespace breakwatch {

// "2026-11-23, x 48 of 72 posts"
inline std::string numbers_in_force(const DetectorModel& model)
{
    auto numbers = model.version;
    for (const auto& adaptation : model.platforms) numbers += ", " + adaptation.platform + " " + adaptation.fitted_on;
    return numbers;
}

}  // namespace breakwatch
