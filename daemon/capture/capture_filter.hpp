// Whether a capture filter is one, without an interface.
#pragma once

#include <optional>
#include <string>

namespace breakwatch {

// What is wrong with it, in libpcap's words; nothing when it compiles for Ethernet.
std::optional<std::string> filter_fault(const std::string& filter);

}  // namespace breakwatch
