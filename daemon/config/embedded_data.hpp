// The shipped data files of policy/ and daemon/feeds/people/, as built into the binary (see embed.cmake).
#pragma once

#include <string>
#include <string_view>

namespace breakwatch {

// Content of the file, for example "platforms.yaml"; empty when there is no such file.
std::string embedded_data(std::string_view name);

}  // namespace breakwatch
