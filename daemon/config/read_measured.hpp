// The rows of `measured:`, in the detector's numbers or in a file of their own.
#pragma once

#include <string>
#include <vector>

#include "config/yaml_reader.hpp"
#include "policy/activity/measured.hpp"

namespace breakwatch {

MeasuredRecord read_measured(YamlMap& top, const std::vector<std::string>& platforms);

}  // namespace breakwatch
