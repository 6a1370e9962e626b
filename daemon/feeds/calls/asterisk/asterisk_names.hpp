// How Asterisk names the members of its queues: by a member name, or by the interface that is rung.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace breakwatch {

// "Local/1001@agents/n" may be enrolled as that, as Local/1001@agents or as 1001@agents; PJSIP/1001 as 1001.
std::vector<std::string> asterisk_names(std::string_view name);

}  // namespace breakwatch
