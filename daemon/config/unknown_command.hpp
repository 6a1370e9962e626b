// A command line whose first word is no command: told by name, as an unknown key of a configuration is.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace breakwatch {

// Nothing where the first word is a command or an option, or there is none.
std::optional<std::string> unknown_command(int argc, const char* const* argv, const std::vector<std::string>& commands);

}  // namespace breakwatch
