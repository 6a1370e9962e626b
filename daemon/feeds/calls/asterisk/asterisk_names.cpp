#include "feeds/calls/asterisk/asterisk_names.hpp"

#include "feeds/calls/core/call_statement.hpp"
#include "policy/text.hpp"

namespace breakwatch {

std::vector<std::string> asterisk_names(std::string_view name)
{
    name = cut_text(name, kLongestCallText);
    std::vector<std::string> names{std::string(name)};
    const auto slash = name.find('/');
    if (slash == std::string_view::npos || slash == 0) return names;
    const auto after = name.substr(slash + 1);
    const auto option = after.find('/');
    if (option != std::string_view::npos) names.emplace_back(name.substr(0, slash + 1 + option));
    // With its context, if it has one: 1001 of another tenant is another 1001.
    const auto extension = after.substr(0, option);
    if (!extension.empty() && !extension.starts_with('@')) names.emplace_back(extension);
    return names;
}

}  // namespace breakwatch
