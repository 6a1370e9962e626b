// Calendars for tests, read about one invented day.
#pragma once

#include <string>
#include <vector>

#include "feeds/people/roster_ical.hpp"
#include "support/moments.hpp"

namespace breakwatch::test {

inline Timestamp time(const char* text)
{
    return *parse_rfc3339(text);
}

inline const Timestamp kAbout = time("2026-11-24T00:00:00Z");

struct Read {
    RosterReading reading;

    RowErrors errors() const
    {
        auto all = reading.unreadable;
        all.insert(all.end(), reading.refused.begin(), reading.refused.end());
        return all;
    }
    std::vector<RosterRow> rows() const
    {
        auto known = reading.rows;
        std::erase_if(known, [](const RosterRow& row) { return row.interval.activity == DutyActivity::unknown; });
        return known;
    }
};

inline Read read(const std::string& events, const std::string& zone = "Asia/Tokyo", Timestamp about = kAbout,
                 const char* file = "/rosters/s1001.ics")
{
    RosterSettings settings;
    settings.zone = zone;
    Read done;
    const std::string text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test\r\n" + events + "END:VCALENDAR\r\n";
    read_roster_ical(file, text, settings, about, done.reading);
    return done;
}

inline std::string event(const std::string& lines, const std::string& uid = "u1")
{
    return "BEGIN:VEVENT\r\nUID:" + uid + "\r\nDTSTAMP:20261101T000000Z\r\n" + lines + "END:VEVENT\r\n";
}

// "s1001 shift 2026-11-24T13:00Z/2026-11-24T22:00Z" a row.
inline std::vector<std::string> shown(const Read& read)
{
    std::vector<std::string> all;
    for (const auto& error : read.errors()) all.push_back(to_string(error));
    for (const auto& row : read.rows()) {
        const auto clock = [](Timestamp at) { return to_rfc3339(at).substr(0, 16) + "Z"; };
        all.push_back(row.agent + " " + std::string(name(row.interval.activity)) + " " + clock(row.interval.start) +
                      "/" + clock(row.interval.end));
    }
    return all;
}

using Lines = std::vector<std::string>;

}  // namespace breakwatch::test
