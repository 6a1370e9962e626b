#include "policy/types.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <vector>

#include "policy/keyed_hash.hpp"

namespace breakwatch {

namespace {

int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// A run of decimal digits of exactly `width`, taken off the front.
std::optional<int> take_digits(std::string_view& text, std::size_t width)
{
    if (text.size() < width) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
        value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(width);
    return value;
}

bool take_char(std::string_view& text, char c)
{
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<IpAddress> parse_v4(std::string_view text)
{
    std::array<std::uint8_t, 4> octets{};
    for (std::size_t i = 0; i < 4; ++i) {
        if (i > 0 && !take_char(text, '.')) return std::nullopt;
        unsigned value = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
        const auto used = static_cast<std::size_t>(end - text.data());
        if (error != std::errc{} || value > 255 || used > 3) return std::nullopt;
        octets[i] = static_cast<std::uint8_t>(value);
        text.remove_prefix(used);
    }
    if (!text.empty()) return std::nullopt;
    return IpAddress::v4(octets);
}

std::optional<std::uint16_t> parse_group(std::string_view text)
{
    if (text.empty() || text.size() > 4) return std::nullopt;
    unsigned value = 0;
    for (const char c : text) {
        const int digit = hex_digit(c);
        if (digit < 0) return std::nullopt;
        value = value * 16 + static_cast<unsigned>(digit);
    }
    return static_cast<std::uint16_t>(value);
}

// The colon-separated groups of one side of "::"; a dotted quad may stand last.
std::optional<std::vector<std::uint16_t>> parse_groups(std::string_view text)
{
    std::vector<std::uint16_t> groups;
    while (!text.empty()) {
        const auto colon = text.find(':');
        const auto part = text.substr(0, colon);
        if (part.find('.') != std::string_view::npos) {
            const auto quad = parse_v4(part);
            if (!quad || colon != std::string_view::npos) return std::nullopt;
            const auto& o = quad->octets;
            groups.push_back(static_cast<std::uint16_t>(o[0] << 8U | o[1]));
            groups.push_back(static_cast<std::uint16_t>(o[2] << 8U | o[3]));
            return groups;
        }
        const auto group = parse_group(part);
        if (!group || groups.size() == 8) return std::nullopt;
        groups.push_back(*group);
        if (colon == std::string_view::npos) return groups;
        text.remove_prefix(colon + 1);
        if (text.empty()) return std::nullopt;
    }
    return groups;
}

std::optional<IpAddress> parse_v6(std::string_view text)
{
    const auto gap = text.find("::");
    const bool compressed = gap != std::string_view::npos;
    const auto head = parse_groups(compressed ? text.substr(0, gap) : text);
    const auto tail = parse_groups(compressed ? text.substr(gap + 2) : std::string_view{});
    if (!head || !tail) return std::nullopt;
    const std::size_t given = head->size() + tail->size();
    if (compressed ? given > 7 : given != 8) return std::nullopt;

    std::array<std::uint8_t, 16> octets{};
    const auto put = [&octets](std::size_t index, std::uint16_t group) {
        octets[index * 2] = static_cast<std::uint8_t>(group >> 8U);
        octets[index * 2 + 1] = static_cast<std::uint8_t>(group & 0xffU);
    };
    for (std::size_t i = 0; i < head->size(); ++i) put(i, (*head)[i]);
    for (std::size_t i = 0; i < tail->size(); ++i) put(8 - tail->size() + i, (*tail)[i]);
    return IpAddress::v6(octets);
}

std::string v6_text(const IpAddress& ip)
{
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) groups[i] = ip.octets[i * 2] * 256U + ip.octets[i * 2 + 1];

    // RFC 5952 section 4.2: the longest run of zero groups, the first of equals, never a single
    // one.
    std::size_t best = 8;
    std::size_t best_length = 1;
    for (std::size_t i = 0; i < 8; ++i) {
        std::size_t length = 0;
        while (i + length < 8 && groups[i + length] == 0) ++length;
        if (length > best_length) {
            best = i;
            best_length = length;
        }
    }
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == best) {
            text += "::";
            i += best_length - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        std::array<char, 5> digits{};
        std::snprintf(digits.data(), digits.size(), "%x", groups[i]);
        text += digits.data();
    }
    return text;
}

}  // namespace

IpAddress IpAddress::v4(std::span<const std::uint8_t, 4> bytes)
{
    IpAddress ip;
    std::ranges::copy(bytes, ip.octets.begin());
    ip.family = Family::v4;
    return ip;
}

IpAddress IpAddress::v6(std::span<const std::uint8_t, 16> bytes)
{
    IpAddress ip;
    std::ranges::copy(bytes, ip.octets.begin());
    ip.family = Family::v6;
    return ip;
}

std::span<const std::uint8_t> IpAddress::bytes() const
{
    if (family == Family::v4) return std::span(octets).first(4);
    if (family == Family::v6) return octets;
    return {};
}

bool IpAddress::is_link_local() const
{
    if (family == Family::v4) return octets[0] == 169 && octets[1] == 254;
    return family == Family::v6 && octets[0] == 0xfe && (octets[1] & 0xc0U) == 0x80;
}

std::string to_string(const MacAddress& mac)
{
    std::array<char, 18> text{};
    const auto& o = mac.octets;
    std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", o[0], o[1], o[2], o[3], o[4], o[5]);
    return text.data();
}

std::string to_clock(Timestamp time)
{
    return to_rfc3339(time).substr(11, 8);
}

std::string to_string(const IpAddress& ip)
{
    if (ip.family == IpAddress::Family::v6) return v6_text(ip);
    if (ip.family == IpAddress::Family::none) return "-";
    std::array<char, 16> text{};
    const auto& o = ip.octets;
    std::snprintf(text.data(), text.size(), "%u.%u.%u.%u", o[0], o[1], o[2], o[3]);
    return text.data();
}

std::string to_rfc3339(Timestamp time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const auto of_day = std::chrono::floor<std::chrono::milliseconds>(time - day);
    const std::chrono::hh_mm_ss clock{of_day};
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text.data();
}

std::string to_words(Duration duration)
{
    using namespace std::chrono;
    const auto milli = duration_cast<milliseconds>(duration).count();
    const std::string sign = milli < 0 ? "-" : "";
    const auto magnitude = milli < 0 ? -milli : milli;
    if (magnitude < 1000) return sign + std::to_string(magnitude) + " ms";
    const auto total = (magnitude + 500) / 1000;
    const auto hours = total / 3600;
    const auto minutes = total / 60 % 60;
    const auto seconds = total % 60;
    std::string text = sign;
    if (hours > 0) text += std::to_string(hours) + " h ";
    if (minutes > 0) text += std::to_string(minutes) + " min ";
    if (seconds > 0 || total == 0) text += std::to_string(seconds) + " s ";
    text.pop_back();
    return text;
}

std::optional<MacAddress> parse_mac(std::string_view text)
{
    MacAddress mac;
    std::size_t nibbles = 0;
    char separator = 0;
    for (const char c : text) {
        const int digit = hex_digit(c);
        if (digit < 0) {
            // One separator throughout, never first, last or doubled; 2 or 4 digits apart.
            if ((c != ':' && c != '-' && c != '.') || nibbles == 0 || nibbles == 12) return std::nullopt;
            if (separator != 0 && c != separator) return std::nullopt;
            if (nibbles % (c == '.' ? 4U : 2U) != 0) return std::nullopt;
            separator = c;
            continue;
        }
        if (nibbles == 12) return std::nullopt;
        auto& octet = mac.octets[nibbles / 2];
        octet = static_cast<std::uint8_t>(octet * 16 + digit);
        ++nibbles;
    }
    const std::size_t expected = separator == 0 ? 12U : separator == '.' ? 14U : 17U;
    if (nibbles != 12 || text.size() != expected) return std::nullopt;
    return mac;
}

std::optional<IpAddress> parse_ip(std::string_view text)
{
    return text.find(':') == std::string_view::npos ? parse_v4(text) : parse_v6(text);
}

std::optional<Timestamp> parse_rfc3339(std::string_view text)
{
    using namespace std::chrono;
    const auto y = take_digits(text, 4);
    if (!y || !take_char(text, '-')) return std::nullopt;
    const auto mo = take_digits(text, 2);
    if (!mo || !take_char(text, '-')) return std::nullopt;
    const auto d = take_digits(text, 2);
    if (!d || (!take_char(text, 'T') && !take_char(text, 't') && !take_char(text, ' '))) return std::nullopt;
    const auto h = take_digits(text, 2);
    if (!h || !take_char(text, ':')) return std::nullopt;
    const auto mi = take_digits(text, 2);
    if (!mi || !take_char(text, ':')) return std::nullopt;
    const auto s = take_digits(text, 2);
    const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)}, day{static_cast<unsigned>(*d)}};
    if (*y < kEarliestYear || *y > kLatestYear) return std::nullopt;
    // Second 60 is a leap second: taken as the second after.
    if (!s || !date.ok() || *h > 23 || *mi > 59 || *s > 60) return std::nullopt;

    Duration fraction{0};
    if (take_char(text, '.')) {
        Duration unit = milliseconds{100};
        std::size_t digits = 0;
        while (!text.empty() && text.front() >= '0' && text.front() <= '9') {
            if (++digits > 9) return std::nullopt;
            fraction += unit * (text.front() - '0');
            unit /= 10;
            text.remove_prefix(1);
        }
        if (digits == 0) return std::nullopt;
    }
    minutes offset{0};
    if (!take_char(text, 'Z') && !take_char(text, 'z')) {
        if (text.empty() || (text.front() != '+' && text.front() != '-')) return std::nullopt;
        const int sign = text.front() == '-' ? -1 : 1;
        text.remove_prefix(1);
        const auto oh = take_digits(text, 2);
        if (!oh || !take_char(text, ':')) return std::nullopt;
        const auto om = take_digits(text, 2);
        if (!om || *oh > 23 || *om > 59) return std::nullopt;
        offset = sign * minutes{*oh * 60 + *om};
    }
    if (!text.empty()) return std::nullopt;
    return Timestamp{sys_days{date}} + hours{*h} + minutes{*mi} + seconds{*s} + fraction - offset;
}

std::uint64_t hash_bytes(std::span<const std::uint8_t> bytes, std::uint64_t seed)
{
    for (const auto byte : bytes) seed = (seed ^ byte) * 1099511628211ULL;
    return seed;
}

}  // namespace breakwatch

std::size_t std::hash<breakwatch::MacAddress>::operator()(const breakwatch::MacAddress& mac) const noexcept
{
    breakwatch::KeyedHash keyed(breakwatch::table_hash_key());
    return keyed.finish(mac.octets.size(), mac.number());
}

std::size_t std::hash<breakwatch::IpAddress>::operator()(const breakwatch::IpAddress& ip) const noexcept
{
    breakwatch::KeyedHash keyed(breakwatch::table_hash_key());
    keyed.add(ip.high());
    keyed.add(ip.low());
    return keyed.finish(ip.octets.size(), static_cast<std::uint64_t>(ip.family));
}
