// Text input cut into its parts.
#pragma once

#include <string_view>

namespace breakwatch::fuzz {

// Calls `take` with each part between separators; the last one is what follows the last of them.
template <typename Take>
void for_each_part(std::string_view text, char separator, const Take& take)
{
    while (true) {
        const auto end = text.find(separator);
        take(text.substr(0, end));
        if (end == std::string_view::npos) return;
        text.remove_prefix(end + 1);
    }
}

}  // namespace breakwatch::fuzz
