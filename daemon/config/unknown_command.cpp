#include "config/unknown_command.hpp"

#include <algorithm>

#include "config/near_word.hpp"
#include "config/read_values.hpp"

namespace breakwatch {

std::optional<std::string> unknown_command(int argc, const char* const* argv, const std::vector<std::string>& commands)
{
    const std::string word = argc > 1 ? argv[1] : "";
    if (word.empty() || word.starts_with('-') || std::ranges::find(commands, word) != commands.end())
        return std::nullopt;
    const auto near = nearest_word(word, commands);
    return "no command '" + word + "'; expected one of " + listed(commands) +
           (near ? "; did you mean '" + *near + "'?" : "");
}

}  // namespace breakwatch
