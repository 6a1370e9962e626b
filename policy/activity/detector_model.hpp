// The numbers of the post detector: data (policy/detector.yaml), not code.
#pragma once

#include <string>

namespace breakwatch {

struct DetectorModel {
    std::string version;   // "2026-11-23"
    std::string trained_on;
};

}  // namespace breakwatch
