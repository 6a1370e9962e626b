#include "report/site_zone.hpp"

#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace breakwatch {

namespace {

// Octets up to there in "2026-11-24T14:05:30".
constexpr std::size_t kDate = 10;
constexpr std::size_t kMinutes = 16;
constexpr std::size_t kSeconds = 19;

bool known(const std::string& name)
{
    if (name.empty() || name.front() == '/' || name.find("..") != std::string::npos) return false;
    std::error_code error;
    return std::filesystem::is_regular_file("/usr/share/zoneinfo/" + name, error);
}

}  // namespace

SiteZone::SiteZone(const std::string& name) : name_(known(name) ? name : "UTC") {}

std::string SiteZone::format(Timestamp time, const char* pattern) const
{
    ::setenv("TZ", (":" + name_).c_str(), 1);
    ::tzset();
    const auto seconds =
        static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count());
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    std::array<char, 64> text{};
    const auto length = std::strftime(text.data(), text.size(), pattern, &parts);
    return {text.data(), length};
}

std::string SiteZone::offset(Timestamp time) const
{
    auto text = format(time, "%z");  // "+0900"
    if (text.size() == 5) text.insert(3, ":");
    return text;
}

std::optional<Timestamp> SiteZone::moment(std::string_view text, Timestamp now) const
{
    const bool clock_alone = text.size() >= 3 && text[2] == ':';
    auto whole = clock_alone ? date(now) + "T" + std::string(text) : std::string(text);
    if (whole.size() < kMinutes || (whole[kDate] != 'T' && whole[kDate] != ' ')) return std::nullopt;
    whole[kDate] = 'T';
    if (whole.size() == kMinutes || whole[kMinutes] != ':') whole.insert(kMinutes, ":00");
    if (whole.size() > kSeconds) return parse_rfc3339(whole);
    // Checked as it would be in UTC; then read by the site's clock.
    if (!parse_rfc3339(whole + "Z")) return std::nullopt;
    ::setenv("TZ", (":" + name_).c_str(), 1);
    ::tzset();
    std::tm parts{};
    if (::strptime(whole.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return std::nullopt;
    parts.tm_isdst = -1;
    const Timestamp found{std::chrono::seconds{::mktime(&parts)}};
    whole[kDate] = ' ';
    return date_time(found) == whole ? std::optional(found) : std::nullopt;
}

std::string utc_date_time(Timestamp time)
{
    return to_rfc3339(time).replace(10, 1, " ").substr(0, 19);
}

}  // namespace breakwatch
