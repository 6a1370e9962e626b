// What is found wrong with a value after its file was read, with the place where it stands.
#pragma once

#include <string>

#include "config/config.hpp"
#include "config/config_error.hpp"

namespace breakwatch {

// `key`: dotted, "syslog[0].port"; "" or one that does not stand in the file: the file as a whole.
ConfigError error_at(const Config& config, const std::string& key, const std::string& text);

}  // namespace breakwatch
