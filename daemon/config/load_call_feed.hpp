// One entry of `calls`: its keys, and which of them its kind may have.
#pragma once

#include "config/config.hpp"
#include "config/yaml_reader.hpp"

namespace breakwatch {

// Without a vocabulary the kind is not looked at, nor what hangs on it. Reads the file of a mapping.
void read_call_feed(YamlMap& map, CallFeedConfig& feed, const ConfigVocabulary& vocabulary);

}  // namespace breakwatch
