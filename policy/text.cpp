#include "policy/text.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

struct Character {
    char32_t value = 0;
    std::size_t size = 1;  // octets; of a broken one its longest well-begun part (Unicode 15, table 3-8)
    bool broken = false;
};

// The second octet decides on overlong forms, surrogates and the end of the code space (RFC 3629 section 4).
bool good_second(unsigned lead, unsigned second)
{
    const unsigned least = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    const unsigned most = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    return second >= least && second <= most;
}

Character first_of(std::string_view octets)
{
    const auto at = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(octets[i])); };
    const unsigned lead = at(0);
    if (lead < 0x80) return {lead, 1, false};
    if (lead < 0xc2 || lead > 0xf4) return {lead, 1, true};
    const std::size_t size = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    char32_t value = lead & (0x7fU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (i == octets.size()) return {0, i, true};
        const bool good = i == 1 ? good_second(lead, at(1)) : (at(i) & 0xc0U) == 0x80;
        if (!good) return {0, i, true};
        value = (value << 6U) | (at(i) & 0x3fU);
    }
    return {value, size, false};
}

bool is_control(char32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}
bool is_noncharacter(char32_t c)
{
    return (c & 0xfffeU) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

// Marks without a sight of their own, which turn text around or hide in names. Joiners stay: scripts need them.
bool is_hidden(char32_t c)
{
    return c == 0xfeff || c == 0x200b || c == 0x2060 || c == 0x061c || c == 0x200e || c == 0x200f ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

bool is_plain(std::string_view octets)
{
    return std::ranges::all_of(octets, [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

std::optional<std::size_t> first_broken(std::string_view octets)
{
    for (std::size_t at = 0; at < octets.size();) {
        const auto character = first_of(octets.substr(at));
        if (character.broken) return at;
        at += character.size;
    }
    return std::nullopt;
}

std::string clean_text(std::string_view octets, TextShape shape)
{
    if (is_plain(octets)) return std::string(octets);
    std::string clean;
    clean.reserve(octets.size());
    while (!octets.empty()) {
        const auto character = first_of(octets);
        const auto c = character.value;
        const bool kept = shape == TextShape::lines && (c == '\n' || c == '\r' || c == '\t');
        if (character.broken || is_noncharacter(c)) {
            clean += kReplacement;
        } else if (is_control(c) && !kept) {
            clean += ' ';
        } else if (!is_hidden(c)) {
            clean += octets.substr(0, character.size);
        }
        octets.remove_prefix(character.size);
    }
    return clean;
}

std::string escaped_text(std::string_view octets)
{
    if (is_plain(octets)) return std::string(octets);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    while (!octets.empty()) {
        const auto character = first_of(octets);
        const auto c = character.value;
        const auto part = octets.substr(0, character.size);
        const bool as_it_is = !character.broken && !is_control(c) && !is_noncharacter(c) && !is_hidden(c);
        if (as_it_is) text += part;
        for (const char octet : as_it_is ? std::string_view{} : part) {
            const auto value = static_cast<unsigned char>(octet);
            text += {'\\', 'x', kDigits[value >> 4U], kDigits[value & 0xfU]};
        }
        octets.remove_prefix(character.size);
    }
    return text;
}

std::string counted(std::uint64_t number, const char* thing)
{
    return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

std::string_view cut_text(std::string_view text, std::size_t most)
{
    if (text.size() <= most) return text;
    auto end = most;
    // At most three octets back, so that what is no UTF-8 is cut, too.
    while (end > 0 && most - end < 4 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) --end;
    if (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) end = most;
    return text.substr(0, end);
}

}  // namespace breakwatch
