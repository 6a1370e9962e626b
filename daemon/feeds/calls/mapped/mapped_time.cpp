#include "feeds/calls/mapped/mapped_time.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>

#include "feeds/core/digits.hpp"
#include "feeds/core/local_time.hpp"

namespace breakwatch {

namespace {

using namespace std::chrono;
using Unit = CallMapping::Unit;

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr Duration kLongest = std::chrono::weeks{1};
constexpr double kNanosecondsASecond = 1e9;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// What a pattern has read so far; takes from the front of the text.
class Clock {
  public:
    explicit Clock(std::string_view text) : rest_(text) {}

    bool read(std::string_view pattern)
    {
        while (!pattern.empty()) {
            const char c = pattern.front();
            pattern.remove_prefix(1);
            if (c != '%') {
                if (!literal(c)) return false;
                continue;
            }
            const char letter = pattern.empty() ? '\0' : pattern.front();
            pattern.remove_prefix(pattern.empty() ? 0 : 1);
            if (!directive(letter)) return false;
        }
        return rest_.empty();
    }

    std::optional<Timestamp> moment(const std::string& zone) const
    {
        const auto day = date();
        if (!day || hour_ > 23 || minute_ > 59 || second_ > 60) return std::nullopt;
        const auto hour = afternoon_ ? hour_ % 12 + (*afternoon_ ? 12 : 0) : hour_;
        const Duration local =
            sys_days{*day}.time_since_epoch() + hours{hour} + minutes{minute_} + seconds{second_} + fraction_;
        if (offset_) return Timestamp{local - *offset_};
        const auto utc = local_to_utc(local, zone);
        if (!utc) return std::nullopt;
        return *utc;
    }

  private:
    bool literal(char c)
    {
        // A space of the pattern stands for any number of them.
        if (c == ' ') {
            const auto before = rest_.size();
            while (rest_.starts_with(' ')) rest_.remove_prefix(1);
            return rest_.size() < before;
        }
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool number(int& value, std::size_t most)
    {
        std::size_t size = 0;
        while (size < most && size < rest_.size() && is_digit(rest_[size])) ++size;
        if (size == 0) return false;
        (void)std::from_chars(rest_.data(), rest_.data() + size, value);
        rest_.remove_prefix(size);
        return true;
    }
    bool month_name()
    {
        if (rest_.size() < 3) return false;
        const std::string name{lower(rest_[0]), lower(rest_[1]), lower(rest_[2])};
        const auto* const found = std::ranges::find(kMonths, name);
        if (found == kMonths.end()) return false;
        month_ = static_cast<int>(found - kMonths.begin()) + 1;
        rest_.remove_prefix(3);
        return true;
    }
    bool half_of_day()
    {
        if (rest_.size() < 2 || lower(rest_[1]) != 'm') return false;
        const char half = lower(rest_[0]);
        if (half != 'a' && half != 'p') return false;
        afternoon_ = half == 'p';
        rest_.remove_prefix(2);
        return true;
    }
    bool fraction()
    {
        Duration unit = milliseconds{100};
        std::size_t size = 0;
        while (size < rest_.size() && is_digit(rest_[size])) {
            fraction_ += unit * (rest_[size++] - '0');
            unit /= 10;
        }
        rest_.remove_prefix(size);
        return size > 0;
    }
    bool offset()
    {
        if (rest_.starts_with('Z')) {
            offset_ = Duration{0};
            rest_.remove_prefix(1);
            return true;
        }
        const bool west = rest_.starts_with('-');
        if (!west && !rest_.starts_with('+')) return false;
        rest_.remove_prefix(1);
        int hour = 0;
        int minute = 0;
        if (!number(hour, 2)) return false;
        if (rest_.starts_with(':')) rest_.remove_prefix(1);
        if (!rest_.empty() && is_digit(rest_.front()) && !number(minute, 2)) return false;
        if (hour > 18 || minute > 59) return false;
        const Duration size = hours{hour} + minutes{minute};
        offset_ = west ? -size : size;
        return true;
    }
    bool directive(char letter)
    {
        switch (letter) {
            case 'Y': return number(year_, 4);
            case 'y':
                if (!number(year_, 2)) return false;
                year_ += year_ < 70 ? 2000 : 1900;
                return true;
            case 'm': return number(month_, 2);
            case 'b': return month_name();
            case 'd':
            case 'e':
                if (rest_.starts_with(' ')) rest_.remove_prefix(1);
                return number(day_, 2);
            case 'a':
                while (!rest_.empty() && lower(rest_.front()) >= 'a' && lower(rest_.front()) <= 'z')
                    rest_.remove_prefix(1);
                return true;
            case 'j': return number(day_of_year_, 3);
            case 'H':
            case 'I':
                if (rest_.starts_with(' ')) rest_.remove_prefix(1);
                return number(hour_, 2);
            case 'M': return number(minute_, 2);
            case 'S': return number(second_, 2);
            case 'f': return fraction();
            case 'p': return half_of_day();
            case 'z': return offset();
            default: return false;
        }
    }
    std::optional<year_month_day> date() const
    {
        if (year_ < kEarliestYear || year_ >= kLatestYear) return std::nullopt;
        if (day_of_year_ > 0) {
            const sys_days first{year{year_} / 1 / 1};
            const year_month_day day{first + days{day_of_year_ - 1}};
            if (day.year() != year{year_}) return std::nullopt;
            return day;
        }
        const year_month_day day{year{year_}, month{static_cast<unsigned>(month_)},
                                 std::chrono::day{static_cast<unsigned>(day_)}};
        if (!day.ok()) return std::nullopt;
        return day;
    }

    std::string_view rest_;
    int year_ = 0, month_ = 1, day_ = 1, day_of_year_ = 0, hour_ = 0, minute_ = 0, second_ = 0;
    Duration fraction_{0};
    std::optional<bool> afternoon_;
    std::optional<Duration> offset_;
};

std::optional<double> read_number(std::string_view text)
{
    double number = 0;
    const auto* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
    if (error != std::errc{} || at != end || !(number >= 0)) return std::nullopt;
    return number;
}

std::optional<Duration> scaled(std::string_view text, double nanoseconds_each)
{
    const auto number = read_number(text);
    if (!number || *number * nanoseconds_each > static_cast<double>(kLongest.count())) return std::nullopt;
    return Duration{static_cast<std::int64_t>(*number * nanoseconds_each)};
}

// "1:02:03", "02:03", "63", each part a number, the last with a fraction perhaps.
std::optional<Duration> read_clock(std::string_view text)
{
    Duration sum{0};
    for (unsigned parts = 0; parts < 3; ++parts) {
        const auto colon = text.find(':');
        const auto part = scaled(text.substr(0, colon), kNanosecondsASecond);
        if (!part) return std::nullopt;
        sum = sum * 60 + *part;
        if (sum > kLongest) return std::nullopt;
        if (colon == std::string_view::npos) return sum;
        text.remove_prefix(colon + 1);
    }
    return std::nullopt;
}

// Avaya's: hours, two digits of minutes, tenths of minutes.
std::optional<Duration> read_hmmt(std::string_view text)
{
    if (text.size() != 4 || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    const auto digit = [&](std::size_t at) { return text[at] - '0'; };
    return hours{digit(0)} + minutes{digit(1) * 10 + digit(2)} + seconds{digit(3) * 6};
}

std::optional<Timestamp> read_epoch(std::string_view text, std::int64_t a_second)
{
    double number = 0;
    std::int64_t whole = 0;
    const auto* const end = text.data() + text.size();
    // Whole numbers keep their nanoseconds; a double would not.
    if (const auto [at, error] = std::from_chars(text.data(), end, whole); error == std::errc{} && at == end) {
        if (whole < 0 || whole > kLatestEpoch * a_second) return std::nullopt;
        return Timestamp{Duration{whole * (1'000'000'000 / a_second)}};
    }
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || at != end || !(number >= 0 && number <= static_cast<double>(kLatestEpoch * a_second)))
        return std::nullopt;
    return Timestamp{microseconds{static_cast<std::int64_t>(number * 1e6 / static_cast<double>(a_second))}};
}

std::optional<Timestamp> read_one(std::string_view text, const std::string& format, const std::string& zone)
{
    if (format == "epoch-s") return read_epoch(text, 1);
    if (format == "epoch-ms") return read_epoch(text, 1000);
    if (format == "rfc3339") return parse_rfc3339(text);
    Clock clock(text);
    if (!clock.read(format)) return std::nullopt;
    return clock.moment(zone);
}

}  // namespace

std::optional<Timestamp> read_moment(std::string_view text, const std::vector<std::string>& formats,
                                     const std::string& zone)
{
    for (const auto& format : formats) {
        if (const auto moment = read_one(text, format, zone)) return moment;
    }
    return std::nullopt;
}

std::optional<Duration> read_duration(std::string_view text, Unit unit)
{
    switch (unit) {
        case Unit::seconds: return scaled(text, kNanosecondsASecond);
        case Unit::milliseconds: return scaled(text, 1e6);
        case Unit::minutes: return scaled(text, 60 * kNanosecondsASecond);
        case Unit::clock: return read_clock(text);
        case Unit::hmmt: break;
    }
    return read_hmmt(text);
}

std::string write_moment(Timestamp at, const std::string& format, const std::string& zone)
{
    const auto since = at.time_since_epoch();
    if (format == "epoch-s") return std::to_string(floor<seconds>(since).count());
    if (format == "epoch-ms") return std::to_string(floor<milliseconds>(since).count());
    if (format == "rfc3339") return write_moment(at, "%Y-%m-%dT%H:%M:%SZ", "UTC");
    const auto local = floor<milliseconds>(utc_to_local(at, zone));
    const auto day = floor<days>(local);
    const year_month_day date{sys_days{day.time_since_epoch()}};
    const hh_mm_ss clock{local - day};
    std::string text;
    const auto digits = [&](std::int64_t number, int width) {
        auto all = std::to_string(number);
        text += std::string(static_cast<std::size_t>(std::max(0, width - static_cast<int>(all.size()))), '0') + all;
    };
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%' || i + 1 == format.size()) {
            text += format[i];
            continue;
        }
        switch (format[++i]) {
            case 'Y': digits(int{date.year()}, 4); break;
            case 'y': digits(int{date.year()} % 100, 2); break;
            case 'm': digits(unsigned{date.month()}, 2); break;
            case 'd': digits(unsigned{date.day()}, 2); break;
            case 'H': digits(clock.hours().count(), 2); break;
            case 'M': digits(clock.minutes().count(), 2); break;
            case 'S': digits(clock.seconds().count(), 2); break;
            case 'f': digits(clock.subseconds().count(), 3); break;
            default: break;
        }
    }
    return text;
}

}  // namespace breakwatch
