#include "feeds/people/table_times.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "feeds/core/digits.hpp"
#include "feeds/people/folded_word.hpp"

namespace breakwatch {

namespace {

using namespace std::chrono;

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == ',')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == ',' || text.back() == '.')) text.remove_suffix(1);
    return text;
}

void replace_all(std::string& text, std::string_view what, std::string_view with)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

// "(木)", "（木）" and what stands in brackets goes; folded digits and words stay.
std::string plain(std::string_view text)
{
    auto word = folded_word(text);
    for (auto open = word.find('('); open != std::string::npos; open = word.find('(')) {
        const auto close = word.find(')', open);
        word.erase(open, close == std::string::npos ? std::string::npos : close - open + 1);
    }
    return word;
}

std::optional<int> number_in(std::string_view digits)
{
    if (digits.empty() || digits.size() > 8 || !std::ranges::all_of(digits, is_digit)) return std::nullopt;
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

// Numbers in their order; a month's name counts as its number. Nothing if there is anything else.
struct Parts {
    std::vector<std::string> numbers;
    std::optional<std::size_t> named_month;
    bool dots = false;
    bool ok = true;
};

void take_word(std::string_view word, Parts& parts)
{
    const auto known = [&](const auto& all) {
        return std::ranges::find_if(all, [&](std::string_view each) { return word.starts_with(each); });
    };
    if (const auto* month = known(kMonths); month != kMonths.end() && word.size() <= 9) {
        parts.named_month = parts.numbers.size();
        parts.numbers.push_back(std::to_string(month - kMonths.begin() + 1));
    } else if (known(kWeekdays) == kWeekdays.end() && word != "st" && word != "nd" && word != "rd" && word != "th") {
        parts.ok = false;
    }
}

Parts parts_of(const std::string& text)
{
    Parts parts;
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        auto end = at + 1;
        if (is_digit(c)) {
            while (end < text.size() && is_digit(text[end])) ++end;
            parts.numbers.push_back(text.substr(at, end - at));
        } else if (c >= 'a' && c <= 'z') {
            while (end < text.size() && text[end] >= 'a' && text[end] <= 'z') ++end;
            take_word(std::string_view(text).substr(at, end - at), parts);
        } else if (c == '.') {
            parts.dots = true;
        } else if (c != '-' && c != '/' && c != ' ' && c != ',') {
            parts.ok = false;
        }
        at = end;
    }
    return parts;
}

std::optional<sys_days> day_of(int y, int m, int d)
{
    if (y < 100) y += 2000;
    if (y < kEarliestYear || y > kLatestYear || m < 1 || d < 1) return std::nullopt;
    const year_month_day date{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
    return date.ok() ? std::optional(sys_days{date}) : std::nullopt;
}

// Years of the Japanese eras to ours: 令和8年, R8.11.26.
std::string without_era(std::string text)
{
    constexpr std::array<std::pair<std::string_view, int>, 4> kEras{
        {{"令和", 2018}, {"平成", 1988}, {"r", 2018}, {"h", 1988}}};
    for (const auto& [era, before] : kEras) {
        if (!text.starts_with(era)) continue;
        auto end = era.size();
        if (text.substr(end).starts_with("元"))
            return std::to_string(before + 1) + text.substr(end + std::string_view("元").size());
        while (end < text.size() && is_digit(text[end])) ++end;
        const auto y = number_in(std::string_view(text).substr(era.size(), end - era.size()));
        if (y && *y < 100) return std::to_string(before + *y) + text.substr(end);
    }
    return text;
}

std::string with_slashes(std::string_view cell)
{
    auto text = without_era(plain(cell));
    replace_all(text, "年", "/");
    replace_all(text, "月", "/");
    replace_all(text, "日", " ");
    return std::string(trimmed(text));
}

std::optional<sys_days> excel_day(int serial)
{
    constexpr int kFirst = 30'000;  // 1982
    constexpr int kLast = 80'000;   // 2119
    if (serial < kFirst || serial > kLast) return std::nullopt;
    return sys_days{year{1899} / December / 30} + days{serial};
}

std::optional<sys_days> three_numbers(const Parts& parts, DateOrder order)
{
    std::array<int, 3> n{};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto value = number_in(parts.numbers[i]);
        if (!value) return std::nullopt;
        n[i] = *value;
    }
    if (parts.numbers[0].size() == 4) return day_of(n[0], n[1], n[2]);
    if (parts.named_month) return *parts.named_month == 0 ? day_of(n[2], n[0], n[1]) : day_of(n[2], n[1], n[0]);
    if (order == DateOrder::year_first) return day_of(n[0], n[1], n[2]);
    if (order == DateOrder::unknown && parts.numbers[2].size() != 4) return std::nullopt;
    if (order == DateOrder::unknown && parts.dots) order = DateOrder::day_first;
    if (order == DateOrder::unknown && n[0] == n[1]) order = DateOrder::day_first;
    if (order == DateOrder::unknown && n[0] > 12) order = DateOrder::day_first;
    if (order == DateOrder::unknown && n[1] > 12) order = DateOrder::month_first;
    if (order == DateOrder::day_first) return day_of(n[2], n[1], n[0]);
    return order == DateOrder::month_first ? day_of(n[2], n[0], n[1]) : std::nullopt;
}

// "am"/"pm" before or behind, taken off.
std::optional<bool> take_afternoon(std::string& text)
{
    constexpr std::array<std::pair<std::string_view, bool>, 6> kWords{
        {{"午前", false}, {"午後", true}, {"a.m.", false}, {"p.m.", true}, {"am", false}, {"pm", true}}};
    for (const auto& [word, afternoon] : kWords) {
        if (const auto at = text.find(word); at != std::string::npos) {
            text.erase(at, word.size());
            return afternoon;
        }
    }
    // 9:30a, 5p
    const auto last = trimmed(text);
    if (last.size() < 2 || !is_digit(last[last.size() - 2]) || (last.back() != 'a' && last.back() != 'p'))
        return std::nullopt;
    const bool afternoon = last.back() == 'p';
    text = std::string(last.substr(0, last.size() - 1));
    return afternoon;
}

std::optional<seconds> fraction_of_day(std::string_view text)
{
    if (!text.starts_with("0.") || text.size() > 20 || !std::ranges::all_of(text.substr(2), is_digit))
        return std::nullopt;
    return seconds{std::llround(std::stod(std::string(text)) * 86'400)};
}

std::optional<seconds> clock_of(const std::string& text, std::optional<bool> afternoon)
{
    std::vector<int> n;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find(':', at), text.size());
        const auto value = number_in(std::string_view(text).substr(at, end - at));
        if (!value) return std::nullopt;
        n.push_back(*value);
        at = end + 1;
    }
    if (n.size() == 1 && text.size() >= 3 && text.size() <= 4) n = {n[0] / 100, n[0] % 100};
    const bool alone = n.size() == 1 && !afternoon;
    if (n.size() > 3 || alone || n[0] > 48 || (n.size() > 1 && n[1] > 59) || (n.size() > 2 && n[2] > 59))
        return std::nullopt;
    if (afternoon && (n[0] > 12)) return std::nullopt;
    if (afternoon) n[0] = n[0] % 12 + (*afternoon ? 12 : 0);
    n.resize(3);
    return hours{n[0]} + minutes{n[1]} + seconds{n[2]};
}

// Ten digits are seconds, thirteen milliseconds: of 2001 to 2100.
std::optional<Timestamp> since_1970(std::string_view cell)
{
    constexpr std::int64_t kLast = 4'102'444'800;
    cell = trimmed(cell);
    if ((cell.size() != 10 && cell.size() != 13) || !std::ranges::all_of(cell, is_digit)) return std::nullopt;
    std::int64_t value = 0;
    for (const char c : cell) value = value * 10 + (c - '0');
    const milliseconds told{cell.size() == 10 ? value * 1000 : value};
    return told < seconds{1'000'000'000} || told > seconds{kLast} ? std::nullopt : std::optional(Timestamp{told});
}

}  // namespace

DateOrder date_order_of(std::string_view format)
{
    const auto first = format.find_first_of("ymd");
    if (first == std::string_view::npos) return DateOrder::unknown;
    return format[first] == 'y'   ? DateOrder::year_first
           : format[first] == 'd' ? DateOrder::day_first
                                  : DateOrder::month_first;
}

DateOrder order_told_by(std::string_view cell)
{
    const auto text = with_slashes(cell);
    const auto parts = parts_of(text.substr(0, text.find(' ')));
    if (!parts.ok || parts.numbers.size() != 3 || parts.named_month || parts.dots || parts.numbers[2].size() != 4)
        return DateOrder::unknown;
    const auto a = number_in(parts.numbers[0]);
    const auto b = number_in(parts.numbers[1]);
    if (!a || !b) return DateOrder::unknown;
    return *a > 12 ? DateOrder::day_first : *b > 12 ? DateOrder::month_first : DateOrder::unknown;
}

std::optional<sys_days> parse_table_day(std::string_view cell, DateOrder order, std::optional<year> no_year)
{
    const auto parts = parts_of(with_slashes(cell));
    if (!parts.ok) return std::nullopt;
    const auto& n = parts.numbers;
    if (n.size() == 3) return three_numbers(parts, order);
    if (n.size() == 1 && n[0].size() == 8)
        return day_of(*number_in(n[0]) / 10'000, *number_in(n[0]) / 100 % 100, *number_in(n[0]) % 100);
    if (n.size() == 1 && n[0].size() == 5) return excel_day(*number_in(n[0]));
    if (n.size() != 2 || !no_year || !number_in(n[0]) || !number_in(n[1])) return std::nullopt;
    const bool day_first = parts.named_month ? *parts.named_month == 1 : order == DateOrder::day_first;
    return day_of(static_cast<int>(*no_year), *number_in(n[day_first ? 1 : 0]), *number_in(n[day_first ? 0 : 1]));
}

std::optional<seconds> parse_table_time(std::string_view cell)
{
    auto text = plain(cell);
    if (const auto fraction = fraction_of_day(text)) return fraction;
    const auto afternoon = take_afternoon(text);
    replace_all(text, " uhr", "");
    replace_all(text, "時", ":");
    replace_all(text, "分", "");
    if (text.ends_with(':')) text += "00";
    // Fractions of a second are dropped.
    if (const auto dot = text.find('.'); dot != std::string::npos && std::ranges::count(text, ':') == 2)
        text.resize(dot);
    return clock_of(std::string(trimmed(text)), afternoon);
}

std::optional<seconds> time_or_hour(std::string_view cell)
{
    const auto word = plain(cell);
    const bool hour = !word.empty() && word.size() <= 2 && std::ranges::all_of(word, is_digit);
    return parse_table_time(hour ? word + ":00" : word);
}

std::optional<seconds> parse_table_duration(std::string_view cell)
{
    constexpr int kHoursAtMost = 24;
    const auto text = plain(cell);
    if (text.find(':') != std::string::npos) return parse_table_time(text);
    if (text.empty() || text.size() > 10 || text.find_first_not_of("0123456789.") != std::string::npos ||
        std::ranges::count(text, '.') > 1 || text == ".")
        return std::nullopt;
    const double value = std::stod(text);
    const bool in_hours = text.find('.') != std::string::npos || value <= kHoursAtMost;
    return seconds{std::llround(value * (in_hours ? 3600 : 60))};
}

std::optional<TableMoment> parse_table_moment(std::string_view cell, DateOrder order)
{
    if (const auto moment = since_1970(cell)) return TableMoment{moment, {}};
    if (const auto moment = parse_rfc3339(cell)) return TableMoment{moment, {}};
    // The same without seconds.
    if (cell.size() > 16 && cell.find_first_of("Z+-", 16) == 16) {
        const auto moment = parse_rfc3339(std::string(cell.substr(0, 16)) + ":00" + std::string(cell.substr(16)));
        if (moment) return TableMoment{moment, {}};
    }
    auto text = plain(cell);
    // An ISO 'T' between digits parts day and time as a blank does, and so does 日.
    if (text.size() > 10 && text[10] == 't' && is_digit(text[9])) text[10] = ' ';
    replace_all(text, "日", "日 ");
    text = folded_word(text);
    if (const auto dot = text.find('.'); dot == 5 && std::ranges::count(text, '.') == 1 &&
                                         std::ranges::count_if(text, is_digit) + 1 == std::ssize(text)) {
        const auto day = parse_table_day(text.substr(0, 5), order);
        const auto time = parse_table_time("0" + text.substr(5));
        return day && time ? std::optional(TableMoment{{}, sys_seconds{*day} + *time}) : std::nullopt;
    }
    // The time is what stands behind the blank from which on it is one.
    for (auto blank = text.find(' '); blank != std::string::npos; blank = text.find(' ', blank + 1)) {
        const auto time = parse_table_time(std::string_view(text).substr(blank + 1));
        const auto day = time ? parse_table_day(std::string_view(text).substr(0, blank), order) : std::nullopt;
        if (day) return TableMoment{{}, sys_seconds{*day} + *time};
    }
    return std::nullopt;
}

}  // namespace breakwatch
