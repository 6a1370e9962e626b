// One VEVENT as plain values: libical reads the text, here it is told apart what its times mean.
#pragma once

#include <libical/ical.h>

#include <expected>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "feeds/people/recurrence.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// Where the times of a property are told.
struct CalendarZone {
    std::string name;             // as local_time takes it
    icaltimezone* own = nullptr;  // a VTIMEZONE of the file
    bool utc = false;

    std::expected<Timestamp, std::string> to_utc(LocalTime local) const;
};

// DTEND means the exact length, DURATION counts its days by the calendar (RFC 5545 section 3.8.5.3).
struct EventLength {
    std::chrono::days days{0};
    Duration exact{0};
};

struct EventRule {
    RecurrenceRule rule;
    std::optional<Timestamp> until;
};

// Moments that stand for an instance: exact ones, or whole days of the event's zone.
struct InstanceDates {
    std::set<Timestamp> moments;
    std::set<LocalTime> days;
};

struct CalendarEvent {
    std::size_t line = 0;
    std::string uid;
    int sequence = 0;
    Timestamp stamped{};
    bool cancelled = false;
    bool transparent = false;
    bool away = false;                   // Outlook's "out of office"
    std::vector<std::string> attendees;  // those who take part
    bool names_people = false;           // attendees are named, be they all declined
    std::vector<std::string> words;      // categories, then the summary

    CalendarZone zone;
    LocalTime start{};
    bool whole_days = false;
    EventLength length;
    std::vector<EventRule> rules, but_rules;
    InstanceDates but;
    struct Added {
        Timestamp start, end;
    };
    std::vector<Added> added;  // RDATE
    struct InstanceId {
        InstanceDates at;
        LocalTime local{};  // in the zone of the event itself
        bool and_future = false;
    };
    std::optional<InstanceId> instance;  // RECURRENCE-ID
};

struct CalendarDefaults {
    std::string zone;     // of floating times and whole days
    bool cancel = false;  // METHOD:CANCEL
};

// What can be told of an event whose times cannot be read is in it all the same.
struct EventReading {
    CalendarEvent event;
    std::string wrong;  // why it is refused
};
EventReading read_event(icalcomponent* event, icalcomponent* calendar, std::size_t line,
                        const CalendarDefaults& defaults);

}  // namespace breakwatch
