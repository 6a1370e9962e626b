// How roster tables of known tools and spreadsheets look: presets, as data (roster_presets.yaml), and the keys that
// they and a site's `roster:` have in common.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "config/yaml_reader.hpp"

namespace breakwatch {

// `preset` of the mapping, by name; what is wrong with it, "" if nothing is.
std::string read_roster_preset(YamlMap& map, RosterConfig& roster);
// How each preset's tables look, by its name.
std::vector<std::pair<std::string, RosterTable>> roster_preset_tables();
// `activities`. A preset's words stay beside the site's own.
void read_roster_words(YamlMap& map, RosterConfig& roster);
// `columns`, `separator`, `date_format`, `shift_codes`.
void read_roster_table(YamlMap& map, RosterTable& table);

}  // namespace breakwatch
