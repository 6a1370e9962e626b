#include "report/site_zone.hpp"

#include <array>
#include <cstdlib>
#include <ctime>
#include <filesystem>

namespace breakwatch {

namespace {

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

std::string utc_date_time(Timestamp time)
{
    return to_rfc3339(time).replace(10, 1, " ").substr(0, 19);
}

}  // namespace breakwatch
