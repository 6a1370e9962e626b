#include "policy/identity/agent_name.hpp"

namespace breakwatch {

namespace {

// Of a letter in two octets of UTF-8: the lower-case one. Unicode's simple case folding, as far as names go.
unsigned folded(unsigned letter)
{
    if (letter >= 0xC0 && letter <= 0xDE && letter != 0xD7) return letter + 0x20;
    if (letter == 0x178) return 0xFF;
    if (letter == 0x130 || letter == 0x131 || letter == 0x138 || letter == 0x149 || letter == 0x17F) return letter;
    const bool odd_is_upper = (letter >= 0x139 && letter <= 0x148) || (letter >= 0x179 && letter <= 0x17E);
    if (odd_is_upper) return letter + (letter & 1U);
    if (letter >= 0x100 && letter <= 0x177) return letter | 1U;
    if (letter >= 0x391 && letter <= 0x3A9 && letter != 0x3A2) return letter + 0x20;
    if (letter >= 0x410 && letter <= 0x42F) return letter + 0x20;
    if (letter >= 0x400 && letter <= 0x40F) return letter + 0x50;
    return letter;
}

bool is_blank(unsigned char octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

// U+00A0, U+3000.
std::size_t wide_blank(std::string_view text)
{
    if (text.starts_with("\xC2\xA0")) return 2;
    return text.starts_with("\xE3\x80\x80") ? 3 : 0;
}

}  // namespace

std::string agent_key(std::string_view name)
{
    std::string key;
    bool blank = false;
    while (!name.empty()) {
        const auto octet = static_cast<unsigned char>(name.front());
        const auto wide = wide_blank(name);
        if (wide > 0 || is_blank(octet)) {
            blank = !key.empty();
            name.remove_prefix(wide > 0 ? wide : 1);
            continue;
        }
        if (blank) key += ' ';
        blank = false;
        if (octet >= 'A' && octet <= 'Z') {
            key += static_cast<char>(octet - 'A' + 'a');
        } else if (octet >= 0xC3 && octet <= 0xD0 && name.size() > 1) {
            const auto letter = folded(((octet & 0x1FU) << 6U) | (static_cast<unsigned char>(name[1]) & 0x3FU));
            key += static_cast<char>(0xC0U | (letter >> 6U));
            key += static_cast<char>(0x80U | (letter & 0x3FU));
            name.remove_prefix(1);
        } else {
            key += name.front();
        }
        name.remove_prefix(1);
    }
    return key;
}

}  // namespace breakwatch
