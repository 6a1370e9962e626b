#include "feeds/radius/radius_station.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace breakwatch {

namespace {

constexpr std::string_view kBlanks = " \t\r\n\"'";
// What stands between an access point and its SSID; sites choose it.
constexpr std::string_view kBetween = ":-;,|/#%@=_+~ ";

bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool between(char c)
{
    return kBetween.find(c) != std::string_view::npos;
}

std::string_view trimmed(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// How many characters at the front are a MAC address with nothing or a separator after it; 0: none.
std::size_t station_prefix(std::string_view text)
{
    for (const std::size_t length : {17U, 14U, 13U, 12U}) {
        if (text.size() < length || (text.size() > length && !between(text[length]))) continue;
        if (parse_station(text.substr(0, length))) return length;
    }
    return 0;
}

// The same at the end: where the MAC begins; npos: there is none.
std::size_t station_suffix(std::string_view text)
{
    for (const std::size_t length : {17U, 14U, 13U, 12U}) {
        if (text.size() < length + 2) continue;
        const auto begin = text.size() - length;
        if (between(text[begin - 1]) && parse_station(text.substr(begin))) return begin;
    }
    return std::string_view::npos;
}

std::vector<std::string_view> groups_of(std::string_view text)
{
    std::vector<std::string_view> groups;
    const char separator = text.find(':') != std::string_view::npos ? ':' : '-';
    for (std::size_t from = 0; groups.size() <= 7;) {
        const auto end = std::min(text.find(separator, from), text.size());
        groups.push_back(text.substr(from, end - from));
        if (end == text.size()) break;
        from = end + 1;
    }
    return groups;
}

bool digits_only(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// "10.77.0.198", "10.77.0.198:51234", "[2001:db8::1]:443", "fe80::1%wlan0"; what is left after it.
std::optional<std::pair<IpAddress, std::string_view>> address_prefix(std::string_view text)
{
    if (text.starts_with('[')) {
        const auto end = text.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        const auto ip = parse_ip(text.substr(1, end - 1));
        if (!ip) return std::nullopt;
        return std::pair{*ip, text.substr(end + 1)};
    }
    if (const auto ip = parse_ip(text.substr(0, text.find('%')))) return std::pair{*ip, std::string_view{}};
    const auto end = std::min(text.find_first_not_of("0123456789."), text.size());
    const auto ip = parse_ip(text.substr(0, end));
    if (!ip || (end < text.size() && !between(text[end]))) return std::nullopt;
    return std::pair{*ip, text.substr(end)};
}

// What follows a device: its SSID, not its port.
std::string ssid_of(std::string_view rest)
{
    if (!rest.empty()) rest.remove_prefix(1);
    return digits_only(rest) ? std::string{} : std::string(rest);
}

}  // namespace

std::optional<MacAddress> parse_station(std::string_view text)
{
    std::string digits;
    std::array<std::size_t, 12> groups{};
    std::size_t group = 0;
    char separator = 0;
    for (const char c : text) {
        if (is_hex(c)) {
            if (digits.size() == 12) return std::nullopt;
            digits += c;
            ++groups[group];
            continue;
        }
        if ((c != ':' && c != '-' && c != '.' && c != ' ' && c != '_') || (separator != 0 && c != separator) ||
            groups[group] == 0)
            return std::nullopt;
        ++group;
        if (group == groups.size()) return std::nullopt;
        separator = c;
    }
    // Equal groups of 2, 4, 6 or 12 digits: "192.168.100.123" has twelve as well, and is no MAC.
    const auto width = groups[0];
    const auto parts = std::span(groups).first(group + 1);
    const bool even = width % 2 == 0 && width != 0;
    if (!even || digits.size() != 12 ||
        std::ranges::any_of(parts, [width](std::size_t part) { return part != width; })) {
        return std::nullopt;
    }
    return parse_mac(digits);
}

std::optional<MacAddress> parse_client_id(std::string_view text)
{
    if (const auto mac = parse_station(text)) return mac;
    auto groups = groups_of(text);
    // RFC 2132 section 9.14: the hardware type, 1 for Ethernet, stands before the address.
    if (groups.size() == 7 && (groups[0] == "1" || groups[0] == "01")) groups.erase(groups.begin());
    std::string digits;
    for (const auto part : groups) {
        if (part.empty() || part.size() > 2) return std::nullopt;
        digits += (part.size() == 1 ? "0" : "") + std::string(part);
    }
    return groups.size() == 6 ? parse_station(digits) : std::nullopt;
}

CalledStation parse_called_station(std::string_view text)
{
    text = trimmed(text);
    if (const auto length = station_prefix(text)) {
        const auto ssid = length < text.size() ? text.substr(length + 1) : std::string_view{};
        return {to_string(*parse_station(text.substr(0, length))), std::string(ssid)};
    }
    if (parse_ip(text)) return {std::string(text), {}};
    if (const auto begin = station_suffix(text); begin != std::string_view::npos)
        return {to_string(*parse_station(text.substr(begin))), std::string(text.substr(0, begin - 1))};
    if (const auto mac = parse_client_id(text)) return {to_string(*mac), {}};
    const auto length = std::min(text.find(':'), text.size());
    const auto ssid = length < text.size() ? text.substr(length + 1) : std::string_view{};
    return {std::string(text.substr(0, length)), std::string(ssid)};
}

CallingStation parse_calling_station(std::string_view text)
{
    text = trimmed(text);
    if (const auto mac = parse_client_id(text)) return {mac, {}, {}};
    if (const auto length = station_prefix(text)) {
        const auto rest = text.substr(length);
        const auto after = trimmed(rest.substr(std::min<std::size_t>(rest.size(), 1)));
        if (const auto ip = parse_ip(after)) return {parse_station(text.substr(0, length)), ip, {}};
        return {parse_station(text.substr(0, length)), {}, ssid_of(rest)};
    }
    const auto begin = station_suffix(text);
    const auto mac = begin == std::string_view::npos ? std::nullopt : parse_station(text.substr(begin));
    if (const auto found = address_prefix(mac ? text.substr(0, begin - 1) : text))
        return {mac, found->first, mac ? std::string{} : ssid_of(found->second)};
    return {mac, {}, {}};
}

}  // namespace breakwatch
