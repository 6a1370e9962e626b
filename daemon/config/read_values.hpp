// Values that several parts of a configuration have: read and judged one way.
#pragma once

#include <string>
#include <vector>

#include "config/yaml_reader.hpp"

namespace breakwatch {

// `time_zone`: an IANA name that this machine has data of.
void read_time_zone(YamlMap& map, std::string& zone);
// `host`: a name or an address; the port and the scheme are keys of their own.
void check_host(YamlMap& map, const std::string& host);
// An address with a prefix length.
bool good_subnet(const std::string& text);
// The network that a good subnet belongs to: its bits beyond the length are zero.
std::string network_of(const std::string& subnet);
// "a, b, c"
std::string listed(const std::vector<std::string>& words);

}  // namespace breakwatch
