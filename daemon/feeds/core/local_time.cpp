#include "feeds/core/local_time.hpp"

#include <date/tz.h>

namespace breakwatch {

std::expected<Timestamp, std::string> local_to_utc(std::chrono::nanoseconds local_time, const std::string& name)
{
    if (name.empty()) return std::unexpected("a local time without a time zone; expected one such as Asia/Tokyo");
    try {
        const auto* const zone = date::locate_zone(name);
        const date::local_time<std::chrono::nanoseconds> local{local_time};
        const auto utc = zone->to_sys(local, date::choose::earliest);
        return Timestamp{utc.time_since_epoch()};
    } catch (const std::exception&) {
        return std::unexpected("unknown time zone '" + name.substr(0, 40) + "'; expected one such as Asia/Tokyo");
    }
}

std::expected<Timestamp, std::string> parse_moment(std::string_view text, const std::string& zone)
{
    if (const auto moment = parse_rfc3339(text)) return *moment;
    auto local = std::string(text);
    if (local.size() == 16) local += ":00";
    const auto as_if_utc = parse_rfc3339(local + "Z");
    if (!as_if_utc) {
        return std::unexpected("found '" + std::string(text.substr(0, 40)) +
                               "'; expected 2026-11-24T06:00:00 (local) or 2026-11-23T21:00:00Z");
    }
    return local_to_utc(as_if_utc->time_since_epoch(), zone);
}

std::expected<Timestamp, std::string> parse_day(std::string_view text, const std::string& zone)
{
    const auto as_if_utc = parse_rfc3339(std::string(text) + "T00:00:00Z");
    if (text.size() != 10 || !as_if_utc) {
        return std::unexpected("found '" + std::string(text.substr(0, 40)) + "'; expected a date such as 2026-10-01");
    }
    return local_to_utc(as_if_utc->time_since_epoch(), zone);
}

}  // namespace breakwatch
