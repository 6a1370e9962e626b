// The platforms that a command may name.
#pragma once

#include <string>
#include <vector>

#include "store/store.hpp"

namespace breakwatch {

// Those of the table in force, or, where no daemon of this version has told it, of the shipped one.
std::vector<std::string> known_platforms(const CaseFile& file);
// "": one of them.
std::string objection_to_platform(const std::string& platform, const std::vector<std::string>& known);

}  // namespace breakwatch
