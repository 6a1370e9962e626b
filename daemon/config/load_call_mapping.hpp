// A mapping of call records out of YAML, or every error with file, line, column and key.
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/call_mapping.hpp"
#include "config/config_error.hpp"

namespace breakwatch {

// The names of a pattern's groups; or in words what is wrong with it. Whoever matches them knows.
using PatternGroups = std::function<std::expected<std::vector<std::string>, std::string>(const std::string&)>;

std::expected<CallMapping, ConfigErrors> load_call_mapping(const std::filesystem::path& file,
                                                           const PatternGroups& groups);
// One that ships inside the binary.
std::expected<CallMapping, ConfigErrors> load_call_preset(std::string_view name, const PatternGroups& groups);
// The same of a text; `name` is how errors call it.
std::expected<CallMapping, ConfigErrors> parse_call_mapping(const std::string& name, const std::string& text,
                                                            const PatternGroups& groups);
std::vector<std::string> call_preset_names();

}  // namespace breakwatch
