#include "report/plain_text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace breakwatch {

namespace {

struct CodePoint {
    std::uint32_t value;  // kBroken: no UTF-8
    std::size_t length;   // octets
};

constexpr std::uint32_t kBroken = 0xFFFFFFFF;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

// RFC 3629: shortest form, no surrogates, up to U+10FFFF. `text` is not empty.
CodePoint first_of(std::string_view text)
{
    const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const auto lead = octet(0);
    if (lead < 0x80) return {lead, 1};
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {kBroken, 1};
    std::uint32_t value = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        if ((octet(i) & 0xC0U) != 0x80) return {kBroken, 1};
        value = (value << 6U) | (octet(i) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
    if (value < kLeast[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {kBroken, 1};
    return {value, length};
}

using Ranges = std::pair<std::uint32_t, std::uint32_t>;

template <std::size_t N>
bool within(const std::array<Ranges, N>& ranges, std::uint32_t value)
{
    return std::ranges::any_of(ranges, [=](const Ranges& r) { return value >= r.first && value <= r.second; });
}

// Line separators, bidirectional controls, byte order mark and non-characters: they change how the rest is read.
constexpr std::array kHarmful{Ranges{0x061C, 0x061C}, Ranges{0x200E, 0x200F}, Ranges{0x2028, 0x202E},
                              Ranges{0x2066, 0x2069}, Ranges{0xFDD0, 0xFDEF}, Ranges{0xFEFF, 0xFEFF},
                              Ranges{0xFFF9, 0xFFFB}, Ranges{0xFFFE, 0xFFFF}};
// Unicode's East Asian wide and fullwidth blocks, coarsely.
constexpr std::array kWide{Ranges{0x1100, 0x115F}, Ranges{0x2E80, 0x303E},   Ranges{0x3041, 0x4DBF},
                           Ranges{0x4E00, 0x9FFF}, Ranges{0xA000, 0xA4CF},   Ranges{0xAC00, 0xD7A3},
                           Ranges{0xF900, 0xFAFF}, Ranges{0xFE30, 0xFE6F},   Ranges{0xFF00, 0xFF60},
                           Ranges{0xFFE0, 0xFFE6}, Ranges{0x1F300, 0x1FAFF}, Ranges{0x20000, 0x3FFFD}};
constexpr std::array kMarks{Ranges{0x0300, 0x036F}, Ranges{0x200B, 0x200D}, Ranges{0x20D0, 0x20FF},
                            Ranges{0x3099, 0x309A}, Ranges{0xFE00, 0xFE0F}, Ranges{0xFE20, 0xFE2F}};

std::size_t columns_of(std::uint32_t value)
{
    if (within(kMarks, value)) return 0;
    return within(kWide, value) ? 2 : 1;
}

std::string_view take_word(std::string_view& text)
{
    const auto begin = std::min(text.find_first_not_of(' '), text.size());
    text.remove_prefix(begin);
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(word.size());
    return word;
}

}  // namespace

std::string printable(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        const auto [value, length] = first_of(text);
        if (value == kBroken || within(kHarmful, value) || (value & 0xFFFEU) == 0xFFFE) {
            out += kReplacement;
        } else if (value < 0x20 || (value >= 0x7F && value <= 0x9F)) {
            out += ' ';
        } else {
            out += text.substr(0, length);
        }
        text.remove_prefix(length);
    }
    return out;
}

std::size_t columns(std::string_view text)
{
    std::size_t sum = 0;
    while (!text.empty()) {
        const auto [value, length] = first_of(text);
        sum += columns_of(value);
        text.remove_prefix(length);
    }
    return sum;
}

std::string shortened(std::string_view text, std::size_t most)
{
    if (columns(text) <= most) return std::string(text);
    std::string out;
    std::size_t taken = 1;  // the ellipsis
    while (!text.empty()) {
        const auto [value, length] = first_of(text);
        taken += columns_of(value);
        if (taken > most) break;
        out += text.substr(0, length);
        text.remove_prefix(length);
    }
    return out.append(kEllipsis);
}

std::string paragraph(std::string_view text, std::size_t indent, std::string_view mark, std::size_t width)
{
    const auto clean = printable(text);
    std::string_view rest = clean;
    const auto mark_columns = std::min(columns(mark) + 1, indent);
    std::string out(indent - mark_columns, ' ');
    if (mark_columns > 0) out.append(mark).append(1, ' ');
    std::size_t at = indent;
    bool line_empty = true;
    for (auto word = take_word(rest); !word.empty(); word = take_word(rest)) {
        const auto wide = columns(word);
        if (!line_empty && at + 1 + wide > width) {
            out += "\n" + std::string(indent, ' ');
            at = indent;
            line_empty = true;
        }
        if (!line_empty) out += ' ';
        out += word;
        at += wide + (line_empty ? 0 : 1);
        line_empty = false;
    }
    return out + "\n";
}

void TextTable::add(std::vector<std::string> row)
{
    for (auto& cell : row) cell = printable(cell);
    rows_.push_back(std::move(row));
}

void TextTable::add(std::vector<std::string> row, const std::string& under)
{
    under_[rows_.size()] = printable(under);
    add(std::move(row));
}

std::string TextTable::render() const
{
    std::vector<std::size_t> widths(rows_.front().size(), 0);
    for (const auto& row : rows_) {
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
    }
    std::string out;
    for (std::size_t number = 0; number < rows_.size(); ++number) {
        const auto& row = rows_[number];
        for (std::size_t i = 0; i < row.size(); ++i) {
            out += row[i];
            if (i + 1 < row.size()) out.append(widths[i] - columns(row[i]) + 2, ' ');
        }
        out += '\n';
        if (const auto under = under_.find(number); under != under_.end()) out += under->second + "\n";
    }
    return out;
}

}  // namespace breakwatch
