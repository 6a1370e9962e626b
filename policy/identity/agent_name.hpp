// Names of agents are typed by people and written by systems in their own way: they are compared without
// case and without the blanks around them.
#pragma once

#include <string>
#include <string_view>

namespace breakwatch {

// Equal for names that mean the same: folded by case (Latin, Greek, Cyrillic), blanks trimmed and single.
std::string agent_key(std::string_view name);

}  // namespace breakwatch
