#include "alerts/formats/syslog_text.hpp"

#include <algorithm>
#include <chrono>

namespace breakwatch {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";     // U+2026, where something was cut

struct CodePoint {
    char32_t code;
    std::size_t length;
};

// The first of `bytes`, which are not empty. What is not well-formed (Unicode table 3-7: overlong,
// surrogates, cut short) is U+FFFD of the length of its longest well-formed beginning.
CodePoint first_code_point(std::string_view bytes)
{
    constexpr char32_t invalid = 0xFFFD;
    const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const auto lead = at(0);
    if (lead < 0x80) return {lead, 1};
    if (lead < 0xC2 || lead > 0xF4) return {invalid, 1};
    const std::size_t more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    char32_t code = lead & (0x3FU >> more);
    for (std::size_t i = 1; i <= more; ++i) {
        if (i >= bytes.size() || at(i) < low || at(i) > high) return {invalid, i};
        code = (code << 6U) | (at(i) & 0x3FU);
        low = 0x80;
        high = 0xBF;
    }
    return {code, more + 1};
}

bool is_blank_control(char32_t code)
{
    return code >= 0x09 && code <= 0x0D;
}

// C0, DEL, C1, the line separators, and the marks that turn the direction of what follows: they
// would split a line, move a terminal's cursor or show a reader something else than what is there.
bool is_harmful(char32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x2028 || code == 0x2029 ||
           (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::string clean_line(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto [code, length] = first_code_point(text);
        if (is_blank_control(code)) {
            out += ' ';
        } else if (is_harmful(code) || code == 0xFFFD) {
            out += kReplacement;
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return out;
}

void cut_line(std::string& text, std::size_t most)
{
    if (text.size() <= most) return;
    const auto mark = most >= kEllipsis.size() ? kEllipsis : std::string_view{};
    std::size_t end = 0;
    while (true) {
        const auto rest = std::string_view(text).substr(end);
        const auto length = first_code_point(rest).length;
        if (end + length + mark.size() > most) break;
        end += length;
    }
    text.resize(end);
    text += mark;
}

std::string epoch_milliseconds(Timestamp at)
{
    return std::to_string(std::chrono::floor<std::chrono::milliseconds>(at).time_since_epoch().count());
}

std::string header_field(std::string_view value, std::size_t most)
{
    std::string out(value.substr(0, most));
    for (char& c : out) {
        if (c < 33 || c > 126) c = '_';
    }
    return out.empty() ? "-" : out;
}

}  // namespace breakwatch
