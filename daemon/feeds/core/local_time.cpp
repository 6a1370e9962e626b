#include "feeds/core/local_time.hpp"

#include <date/tz.h>

#include <map>
#include <optional>

#include "feeds/core/zone_names.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

// A zone of the database, or a fixed offset.
struct Zone {
    const date::time_zone* named = nullptr;
    std::chrono::minutes offset{0};
    bool by_own_name = false;
};

const date::time_zone* find_named(const std::string& name)
{
    try {
        return date::locate_zone(name);
    } catch (const std::exception&) {
        return nullptr;
    }
}

std::optional<Zone> find_zone(const std::string& name)
{
    if (const auto* zone = find_named(name)) return Zone{zone, {}, true};
    if (const auto offset = fixed_offset_of(name)) return Zone{nullptr, std::chrono::minutes{*offset}, false};
    auto iana = without_zone_prefix(name, [](const std::string& rest) { return find_named(rest) != nullptr; });
    if (!iana) iana = iana_of_windows_zone(name);
    if (!iana) return std::nullopt;
    const auto* zone = find_named(*iana);
    return zone == nullptr ? std::nullopt : std::optional(Zone{zone, {}, false});
}

// The names of a roster's rows are few and repeat; looking one up that is none throws.
std::optional<Zone> remembered_zone(const std::string& name)
{
    constexpr std::size_t kMost = 256;
    thread_local std::map<std::string, std::optional<Zone>> seen;
    if (const auto found = seen.find(name); found != seen.end()) return found->second;
    if (seen.size() == kMost) seen.clear();
    return seen.emplace(name, find_zone(name)).first->second;
}

}  // namespace

std::expected<Timestamp, std::string> local_to_utc(std::chrono::nanoseconds local_time, const std::string& name)
{
    if (name.empty()) return std::unexpected("a local time without a time zone; expected one such as Asia/Tokyo");
    const auto zone = remembered_zone(name);
    if (!zone)
        return std::unexpected("unknown time zone '" + std::string(cut_text(name, 40)) +
                               "'; expected one such as Asia/Tokyo");
    if (zone->named == nullptr) return Timestamp{local_time - zone->offset};
    const date::local_time<std::chrono::nanoseconds> local{local_time};
    // RFC 5545 section 3.3.5: what comes twice means the first, what never comes is read with the offset before the
    // gap.
    const auto info = zone->named->get_info(local);
    return Timestamp{local_time - info.first.offset};
}

bool is_time_zone(const std::string& name)
{
    return remembered_zone(name).has_value();
}

bool is_iana_zone(const std::string& name)
{
    const auto zone = remembered_zone(name);
    return zone && zone->by_own_name;
}

std::expected<Timestamp, std::string> parse_moment(std::string_view text, const std::string& zone)
{
    if (const auto moment = parse_rfc3339(text)) return *moment;
    auto local = std::string(text);
    if (local.size() == 16) local += ":00";
    const auto as_if_utc = parse_rfc3339(local + "Z");
    if (!as_if_utc) {
        return std::unexpected("found '" + std::string(cut_text(text, 40)) +
                               "'; expected 2026-11-24T06:00:00 (local) or 2026-11-23T21:00:00Z");
    }
    return local_to_utc(as_if_utc->time_since_epoch(), zone);
}

std::chrono::sys_time<std::chrono::nanoseconds> utc_to_local(Timestamp at, const std::string& zone)
{
    try {
        const auto local = date::locate_zone(zone)->to_local(at);
        return Timestamp{local.time_since_epoch()};
    } catch (const std::exception&) {
        return at;
    }
}

}  // namespace breakwatch
