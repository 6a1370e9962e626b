#include "config/read_values.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "policy/types.hpp"

namespace breakwatch {

void read_time_zone(YamlMap& map, std::string& zone)
{
    map.text("time_zone", zone);
    if (zone.empty()) return;
    const bool plain = zone.find("..") == std::string::npos && !zone.starts_with('/');
    std::error_code error;
    if (!plain || !std::filesystem::is_regular_file("/usr/share/zoneinfo/" + zone, error)) {
        map.wrong("time_zone", "found '" + zone + "'; expected an IANA time zone such as Asia/Tokyo");
    }
}

void check_host(YamlMap& map, const std::string& host)
{
    if (host.empty() || parse_ip(host)) return;
    const bool plain = host.size() <= 253 &&
                       host.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.") ==
                           std::string::npos;
    if (plain) return;
    const auto colon = host.rfind(':');
    const bool port = colon != std::string::npos && colon + 1 < host.size() &&
                      host.find_first_not_of("0123456789", colon + 1) == std::string::npos;
    map.wrong("host", "found '" + host + "'; expected a host's name or address" +
                          (port ? "; the port is a key of its own" : ""));
}

bool good_subnet(const std::string& text)
{
    const auto slash = text.find('/');
    if (slash == std::string::npos) return false;
    const auto ip = parse_ip(text.substr(0, slash));
    unsigned bits = 0;
    const auto* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data() + slash + 1, end, bits);
    return ip && error == std::errc{} && at == end && bits <= ip->bytes().size() * 8;
}

std::string network_of(const std::string& subnet)
{
    const auto slash = subnet.find('/');
    auto ip = *parse_ip(subnet.substr(0, slash));
    unsigned bits = 0;
    std::from_chars(subnet.data() + slash + 1, subnet.data() + subnet.size(), bits);
    bool changed = false;
    for (std::size_t i = 0; i < ip.bytes().size(); ++i) {
        const auto kept = std::min(8U, bits - std::min(bits, static_cast<unsigned>(i) * 8U));
        const auto mask = static_cast<std::uint8_t>(0xff00U >> kept);
        changed = changed || (ip.octets[i] & ~mask) != 0;
        ip.octets[i] &= mask;
    }
    return changed ? to_string(ip) + subnet.substr(slash) : subnet;
}

std::string listed(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

}  // namespace breakwatch
