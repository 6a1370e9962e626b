// What becomes of the events of one UID: the latest revision of each, its instances, and those that other events
// replace, move or take away.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <vector>

#include "feeds/people/calendar_event.hpp"

namespace breakwatch {

struct EventInstance {
    Timestamp start;
    Timestamp end;
    const CalendarEvent* event;  // who and what
};

struct SeriesWindow {
    Timestamp from;
    Timestamp to;
};

// Of each instance and series the revision with the highest SEQUENCE, then the newest DTSTAMP, then a cancelled one;
// without a UID, or told apart by nothing, all stay.
std::vector<EventReading> latest_revisions(const std::vector<EventReading>& events);

// Of a series (an event without RECURRENCE-ID) what lies in the window and is its own or follows an event of
// THISANDFUTURE; a single event lies anywhere. `others` are the events of its UID with a RECURRENCE-ID.
std::expected<std::vector<EventInstance>, std::string> instances_of(const CalendarEvent& series,
                                                                    std::span<const CalendarEvent* const> others,
                                                                    const SeriesWindow& window,
                                                                    RecurrenceBudget& budget);

}  // namespace breakwatch
