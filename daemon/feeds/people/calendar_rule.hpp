// RRULE and EXRULE as libical read them, in our words.
#pragma once

#include <libical/ical.h>

#include <expected>
#include <string>

#include "feeds/people/recurrence.hpp"

namespace breakwatch {

// Everything but UNTIL, whose zone is the event's.
std::expected<RecurrenceRule, std::string> rule_of(const icalrecurrencetype& told);

}  // namespace breakwatch
