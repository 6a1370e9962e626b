// One entry of `mentions`: its keys, and which of them its kind may have.
#pragma once

#include "config/config.hpp"
#include "config/yaml_reader.hpp"

namespace breakwatch {

void read_mention_feed(YamlMap& map, MentionFeedConfig& feed);

}  // namespace breakwatch
