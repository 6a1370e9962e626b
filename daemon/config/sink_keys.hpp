// Keys of a sink that take more than one value: a profile, severities, a filter.
#pragma once

#include <string>

#include "config/config.hpp"
#include "config/yaml_reader.hpp"

namespace breakwatch {

void read_profile(YamlMap& map, const std::string& key, SyslogConfig& sink);
void read_severities(YamlMap& map, const std::string& key, SyslogConfig& sink);
void read_delimiter(YamlMap& map, const std::string& key, SyslogConfig& sink);
void read_filter(YamlMap& map, const std::string& key, SyslogConfig& sink);

}  // namespace breakwatch
