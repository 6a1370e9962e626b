// The zone that a property's times are told in.
#pragma once

#include <expected>
#include <string>

#include "feeds/people/calendar_event.hpp"

namespace breakwatch {

// `otherwise`: of floating times and dates. A TZID is an IANA name, else what the file's VTIMEZONE of that name says,
// else a name of Windows or Exchange.
std::expected<CalendarZone, std::string> zone_of(icalproperty* property, icalcomponent* calendar,
                                                 const icaltimetype& time, const CalendarZone& otherwise);
std::expected<LocalTime, std::string> local_of(const icaltimetype& time);

}  // namespace breakwatch
