#include "feeds/people/calendar_zone.hpp"

#include "feeds/core/local_time.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

using namespace std::chrono;

icaltimetype as_ical(LocalTime local)
{
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const hh_mm_ss<seconds> clock{local - day};
    auto time = icaltime_null_time();
    time.year = static_cast<int>(date.year());
    time.month = static_cast<int>(unsigned{date.month()});
    time.day = static_cast<int>(unsigned{date.day()});
    time.hour = static_cast<int>(clock.hours().count());
    time.minute = static_cast<int>(clock.minutes().count());
    time.second = static_cast<int>(clock.seconds().count());
    return time;
}

std::string without_blanks(std::string_view name)
{
    while (name.starts_with(' ')) name.remove_prefix(1);
    while (name.ends_with(' ')) name.remove_suffix(1);
    return std::string(name);
}

// East of Greenwich at a time that is UTC.
seconds offset_at(icaltimezone* zone, LocalTime utc)
{
    auto time = as_ical(utc);
    int daylight = 0;
    return seconds{icaltimezone_get_utc_offset_of_utc_time(zone, &time, &daylight)};
}

// libical spells a VTIMEZONE out for all years: one that changes by the second would take all memory.
bool changes_by_the_year(icaltimezone* zone)
{
    auto* component = icaltimezone_get_component(zone);
    for (auto* part = icalcomponent_get_first_component(component, ICAL_ANY_COMPONENT); part != nullptr;
         part = icalcomponent_get_next_component(component, ICAL_ANY_COMPONENT)) {
        for (auto* rule = icalcomponent_get_first_property(part, ICAL_RRULE_PROPERTY); rule != nullptr;
             rule = icalcomponent_get_next_property(part, ICAL_RRULE_PROPERTY)) {
            const auto told = icalproperty_get_rrule(rule);
            const auto unset = [](const short* by) { return by[0] == ICAL_RECURRENCE_ARRAY_MAX; };
            if (told.freq != ICAL_YEARLY_RECURRENCE || !unset(told.by_hour) || !unset(told.by_minute) ||
                !unset(told.by_second))
                return false;
        }
    }
    return true;
}

}  // namespace

std::expected<LocalTime, std::string> local_of(const icaltimetype& time)
{
    const year_month_day date{year{time.year}, month{static_cast<unsigned>(time.month)},
                              day{static_cast<unsigned>(time.day)}};
    if (!date.ok() || time.year < kEarliestYear || time.year > kLatestYear)
        return std::unexpected("a date that is none, or not of 1970 to 2200");
    if (time.is_date != 0) return LocalTime{sys_days{date}};
    return sys_days{date} + hours{time.hour} + minutes{time.minute} + seconds{time.second};
}

std::expected<Timestamp, std::string> CalendarZone::to_utc(LocalTime local) const
{
    if (utc) return Timestamp{local.time_since_epoch()};
    if (own == nullptr) return local_to_utc(local.time_since_epoch(), name);
    // What comes twice means the first, what never comes is read with the offset before the gap (RFC 5545 section
    // 3.3.5): libical takes whichever it has last.
    const auto before = local - offset_at(own, local - days{1});
    const auto after = local - offset_at(own, local + days{1});
    const auto real = [&](LocalTime at) { return at + offset_at(own, at) == local; };
    const auto utc_time = real(before) || !real(after) ? before : after;
    return Timestamp{utc_time.time_since_epoch()};
}

std::expected<CalendarZone, std::string> zone_of(icalproperty* property, icalcomponent* calendar,
                                                 const icaltimetype& time, const CalendarZone& otherwise)
{
    if (icaltime_is_utc(time) != 0) return CalendarZone{"", nullptr, true};
    auto* parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    const char* name = parameter == nullptr ? nullptr : icalparameter_get_tzid(parameter);
    if (time.is_date != 0 || name == nullptr || *name == '\0') return otherwise;
    // As it stands, and without the blanks that some put around it.
    const auto bare = without_blanks(name);
    if (is_iana_zone(bare)) return CalendarZone{bare, nullptr, false};
    auto* own = icalcomponent_get_timezone(calendar, name);
    if (own == nullptr) own = icalcomponent_get_timezone(calendar, bare.c_str());
    if (own != nullptr) {
        if (!changes_by_the_year(own))
            return std::unexpected("the VTIMEZONE of '" + std::string(cut_text(name, 40)) +
                                   "' has a rule that is not yearly");
        return CalendarZone{name, own, false};
    }
    if (!is_time_zone(bare)) {
        return std::unexpected(
            "unknown time zone '" + std::string(cut_text(name, 40)) +
            "'; expected one such as Asia/Tokyo, a Windows name, or a VTIMEZONE of that name in the file");
    }
    return CalendarZone{bare, nullptr, false};
}

}  // namespace breakwatch
