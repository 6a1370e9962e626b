#include "config/near_word.hpp"

#include <algorithm>
#include <vector>

namespace breakwatch {

namespace {

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace

std::optional<std::string> nearest_word(std::string_view word, std::span<const std::string> words)
{
    // Upper case, and dashes for underscores, are no distance; the beginning of a longer word is a small one.
    const auto plain = [](std::string_view text) {
        std::string same;
        for (const char c : text) same += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c == '-' ? '_' : c;
        return same;
    };
    std::optional<std::string> best;
    std::size_t least = 3;
    const auto wanted = plain(word);
    for (const auto& each : words) {
        const bool begins = wanted.size() >= 4 && plain(each).starts_with(wanted + "_");
        const auto distance = begins ? 2 : edit_distance(wanted, plain(each));
        if (distance < least && distance < each.size()) {
            least = distance;
            best = each;
        }
    }
    return best;
}

}  // namespace breakwatch
