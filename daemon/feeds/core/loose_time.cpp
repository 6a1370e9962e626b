#include "feeds/core/loose_time.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "feeds/core/digits.hpp"

namespace breakwatch {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kSecondsBegin = 100'000'000;  // 1973
constexpr std::int64_t kSecondsEnd = 100'000'000'000;
constexpr std::int64_t kMillisecondsEnd = kSecondsEnd * 1'000;
constexpr std::int64_t kMicrosecondsEnd = kMillisecondsEnd * 1'000;
constexpr std::size_t kLongest = 48;

std::string_view trimmed(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// "20261123" -> "2026-11-23"; what is not eight digits stays.
std::string with_dashes(std::string_view date)
{
    if (date.size() != 8 || !std::ranges::all_of(date, is_digit)) return std::string(date);
    return std::string(date.substr(0, 4)) + "-" + std::string(date.substr(4, 2)) + "-" + std::string(date.substr(6));
}

std::string with_colons(std::string_view clock)
{
    if (clock.size() == 6 && std::ranges::all_of(clock, is_digit)) {
        return std::string(clock.substr(0, 2)) + ":" + std::string(clock.substr(2, 2)) + ":" +
               std::string(clock.substr(4));
    }
    return std::string(clock) + (clock.size() == 5 ? ":00" : "");
}

// "+0900", "+09", "UTC", "z" -> as RFC 3339 has it.
std::string offset_of(std::string_view zone)
{
    if (zone == "z" || zone == "UTC" || zone == "GMT") return "Z";
    if (zone.size() < 3 || zone.contains(':')) return std::string(zone);
    return std::string(zone.substr(0, 3)) + ":" + (zone.size() == 5 ? std::string(zone.substr(3)) : "00");
}

// At most nine digits are told apart.
std::string fraction_of(std::string_view digits)
{
    return digits.empty() ? std::string() : "." + std::string(digits.substr(0, 9));
}

std::optional<Timestamp> parse_number(std::string_view text)
{
    const auto point = text.find('.');
    std::int64_t count = 0;
    const auto whole = text.substr(0, point);
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), count);
    if (error != std::errc{} || end != whole.data() + whole.size()) return std::nullopt;
    if (count < kSecondsBegin) return std::nullopt;  // a number, but no time
    auto time = time_of_epoch(count);
    if (!time || point == std::string_view::npos) return time;
    if (count >= kSecondsEnd) return time;  // a part of a millisecond
    Duration unit = 100ms;
    for (const char digit : text.substr(point + 1, 9)) {
        *time += unit * (digit - '0');
        unit /= 10;
    }
    return time;
}

}  // namespace

std::optional<Timestamp> time_of_epoch(std::int64_t count)
{
    if (count < 0) return std::nullopt;
    if (count < kSecondsEnd) {
        return count <= kLatestEpoch ? std::optional(Timestamp(std::chrono::seconds{count})) : std::nullopt;
    }
    Duration time{0};
    if (count < kMillisecondsEnd) {
        time = count / 1'000 <= kLatestEpoch ? Duration(std::chrono::milliseconds{count}) : Duration{0};
    } else if (count < kMicrosecondsEnd) {
        time = count / 1'000'000 <= kLatestEpoch ? Duration(std::chrono::microseconds{count}) : Duration{0};
    }
    return time > Duration{0} ? std::optional(Timestamp(time)) : std::nullopt;
}

std::optional<Timestamp> time_of_epoch(double count)
{
    if (!(count >= 0 && count < static_cast<double>(kMicrosecondsEnd))) return std::nullopt;
    const auto whole = static_cast<std::int64_t>(count);
    auto time = time_of_epoch(whole);
    // A double of today's seconds is good to a microsecond.
    const double part = count - static_cast<double>(whole);
    if (time && whole < kSecondsEnd) *time += std::chrono::microseconds{std::llround(part * 1e6)};
    return time;
}

std::optional<Timestamp> parse_loose_time(std::string_view text)
{
    text = trimmed(text);
    if (text.empty() || text.size() > kLongest) return std::nullopt;
    if (std::ranges::all_of(text, [](char c) { return is_digit(c) || c == '.'; }) &&
        std::ranges::count(text, '.') <= 1 && is_digit(text.front()) && is_digit(text.back())) {
        return parse_number(text);
    }
    const auto parted = text.find_first_of("Tt ");
    if (parted == std::string_view::npos) return std::nullopt;
    auto rest = text.substr(parted + 1);
    const auto clock = rest.substr(0, rest.find_first_not_of("0123456789:"));
    rest.remove_prefix(clock.size());
    std::string_view fraction;
    if (rest.starts_with('.') || rest.starts_with(',')) {
        rest.remove_prefix(1);
        fraction = rest.substr(0, rest.find_first_not_of("0123456789"));
        if (fraction.empty()) return std::nullopt;
        rest.remove_prefix(fraction.size());
    }
    return parse_rfc3339(with_dashes(text.substr(0, parted)) + "T" + with_colons(clock) + fraction_of(fraction) +
                         offset_of(trimmed(rest)));
}

}  // namespace breakwatch
