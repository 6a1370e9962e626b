// The shipped data files of policy/, daemon/feeds/people/ and daemon/feeds/calls/presets/, and the page of the
// calibration kit, as built into the binary (see embed.cmake).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

// Content of the file, for example "platforms.yaml" or "presets/zoom-phone.yaml"; empty when there is no such file.
std::string embedded_data(std::string_view name);
// The names of all of them, in order.
std::vector<std::string> embedded_names();

}  // namespace breakwatch
