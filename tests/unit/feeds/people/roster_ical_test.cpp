#include <doctest/doctest.h>

#include "unit/feeds/people/ical_reading.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

TEST_CASE("an event of a zone, over midnight, is that stretch of time in UTC")
{
    CHECK(shown(read(event("DTSTART;TZID=Asia/Tokyo:20261124T220000\r\nDTEND;TZID=Asia/"
                           "Tokyo:20261125T070000\r\nSUMMARY:Shift\r\n"))) ==
          Lines{"s1001 shift 2026-11-24T13:00Z/2026-11-24T22:00Z"});
}

TEST_CASE("a time in UTC, a floating time and a whole day are each read as what they are")
{
    CHECK(shown(read(event("DTSTART:20261124T130000Z\r\nDURATION:PT9H\r\n"))) ==
          Lines{"s1001 shift 2026-11-24T13:00Z/2026-11-24T22:00Z"});
    CHECK(shown(read(event("DTSTART:20261124T220000\r\nDURATION:PT9H\r\n"))) ==
          Lines{"s1001 shift 2026-11-24T13:00Z/2026-11-24T22:00Z"});
    CHECK(shown(read(event("DTSTART;VALUE=DATE:20261124\r\nSUMMARY:Vacation\r\n"))) ==
          Lines{"s1001 off 2026-11-23T15:00Z/2026-11-24T15:00Z"});
}

TEST_CASE("the attendee is the person, each of several; the category is the activity before the summary")
{
    CHECK(shown(read(event("DTSTART:20261124T130000Z\r\nDURATION:PT15M\r\nATTENDEE:mailto:s7@centre."
                           "example\r\nATTENDEE;CN=N:mailto:s8@centre.example\r\n"
                           "CATEGORIES:Break\r\nSUMMARY:whatever\r\n"))) ==
          Lines{"s7@centre.example break 2026-11-24T13:00Z/2026-11-24T13:15Z",
                "s8@centre.example break 2026-11-24T13:00Z/2026-11-24T13:15Z"});
}

TEST_CASE("weekly rules follow BYDAY, INTERVAL and EXDATE within the days about now")
{
    const auto rows =
        shown(read(event("DTSTART;TZID=Asia/Tokyo:20251103T090000\r\nDTEND;TZID=Asia/Tokyo:20251103T180000\r\n"
                         "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE\r\nEXDATE;TZID=Asia/Tokyo:20261125T090000\r\n")));
    CHECK(rows ==
          Lines{"s1001 shift 2026-11-23T00:00Z/2026-11-23T09:00Z", "s1001 shift 2026-11-24T00:00Z/2026-11-24T09:00Z",
                "s1001 shift 2026-11-30T00:00Z/2026-11-30T09:00Z", "s1001 shift 2026-12-01T00:00Z/2026-12-01T09:00Z",
                "s1001 shift 2026-12-02T00:00Z/2026-12-02T09:00Z"});
    const auto every_other = shown(
        read(event("DTSTART;TZID=Asia/Tokyo:20261117T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;INTERVAL=2\r\n")));
    CHECK(every_other == Lines{"s1001 shift 2026-12-01T00:00Z/2026-12-01T01:00Z"});
}

TEST_CASE("COUNT and UNTIL end a rule, UNTIL in UTC, as a local time and as a day")
{
    const std::string begin = "DTSTART;TZID=Asia/Tokyo:20261123T090000\r\nDURATION:PT1H\r\n";
    CHECK(read(event(begin + "RRULE:FREQ=DAILY;COUNT=3\r\n")).rows().size() == 3);
    CHECK(read(event(begin + "RRULE:FREQ=DAILY;UNTIL=20261125T000000Z\r\n")).rows().size() == 3);  // 09:00 in Tokyo
    CHECK(read(event(begin + "RRULE:FREQ=DAILY;UNTIL=20261124T235959Z\r\n")).rows().size() == 2);
    CHECK(read(event(begin + "RRULE:FREQ=DAILY;UNTIL=20261125T090000\r\n")).rows().size() == 3);
    CHECK(read(event(begin + "RRULE:FREQ=DAILY;UNTIL=20261125\r\n")).rows().size() == 3);
}

TEST_CASE("a monthly rule by weekday: the last Friday")
{
    CHECK(shown(read(event("DTSTART:20260130T060000Z\r\nDURATION:PT2H\r\nRRULE:FREQ=MONTHLY;BYDAY=-1FR\r\n"))) ==
          Lines{"s1001 shift 2026-11-27T06:00Z/2026-11-27T08:00Z"});
}

TEST_CASE("one instance can be moved, cancelled or added")
{
    const std::string rule = event(
        "DTSTART;TZID=Asia/Tokyo:20261123T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=3\r\n"
        "RDATE;TZID=Asia/Tokyo:20261128T120000\r\n");
    const std::string moved = event(
        "RECURRENCE-ID;TZID=Asia/Tokyo:20261124T090000\r\nDTSTART;TZID=Asia/"
        "Tokyo:20261124T130000\r\nDURATION:PT2H\r\n");
    const std::string cancelled = event(
        "RECURRENCE-ID;TZID=Asia/Tokyo:20261125T090000\r\nDTSTART;TZID=Asia/"
        "Tokyo:20261125T090000\r\nSTATUS:CANCELLED\r\n");
    CHECK(shown(read(rule + moved + cancelled)) == Lines{"s1001 shift 2026-11-23T00:00Z/2026-11-23T01:00Z",
                                                         "s1001 shift 2026-11-28T03:00Z/2026-11-28T04:00Z",
                                                         "s1001 shift 2026-11-24T04:00Z/2026-11-24T06:00Z"});
}

TEST_CASE("RDATE may be a period of its own length")
{
    CHECK(shown(read(event("DTSTART:20261124T060000Z\r\nDURATION:PT1H\r\nRDATE;VALUE=PERIOD:20261125T060000Z/"
                           "PT3H,20261126T060000Z/20261126T100000Z\r\n"))) ==
          Lines{"s1001 shift 2026-11-24T06:00Z/2026-11-24T07:00Z", "s1001 shift 2026-11-25T06:00Z/2026-11-25T09:00Z",
                "s1001 shift 2026-11-26T06:00Z/2026-11-26T10:00Z"});
}

TEST_CASE("a rule keeps the local hour over both daylight-saving changes, and DTEND the exact length")
{
    // Europe/Berlin: clocks back on 2026-10-25 at 03:00, forward on 2026-03-29 at 02:00.
    const std::string night =
        "DTSTART;TZID=Europe/Berlin:20260101T220000\r\nDTEND;TZID=Europe/"
        "Berlin:20260102T060000\r\nRRULE:FREQ=DAILY\r\n";
    RosterSettings settings;
    const auto autumn = shown(read(event(night), "UTC", time("2026-10-25T12:00:00Z")));
    CHECK(autumn[2] == "s1001 shift 2026-10-24T20:00Z/2026-10-25T04:00Z");  // 05:00 by the clock
    CHECK(autumn[3] == "s1001 shift 2026-10-25T21:00Z/2026-10-26T05:00Z");
    const auto spring = shown(read(event(night), "UTC", time("2026-03-29T12:00:00Z")));
    CHECK(spring[2] == "s1001 shift 2026-03-28T21:00Z/2026-03-29T05:00Z");  // 07:00 by the clock
    CHECK(spring[3] == "s1001 shift 2026-03-29T20:00Z/2026-03-30T04:00Z");
    // A day of DURATION is a day by the calendar.
    const auto day =
        shown(read(event("DTSTART;TZID=Europe/Berlin:20261024T120000\r\nDURATION:P1D\r\nSUMMARY:off\r\n")));
    CHECK(day == Lines{"s1001 off 2026-10-24T10:00Z/2026-10-25T11:00Z"});
}

TEST_CASE("a zone that is no IANA name is taken from the file's VTIMEZONE, or refused")
{
    const std::string zone =
        "BEGIN:VTIMEZONE\r\nTZID:Tokyo Standard "
        "Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\n"
        "END:STANDARD\r\nEND:VTIMEZONE\r\n";
    const std::string shift = event("DTSTART;TZID=Tokyo Standard Time:20261124T220000\r\nDURATION:PT9H\r\n");
    CHECK(shown(read(zone + shift, "UTC")) == Lines{"s1001 shift 2026-11-24T13:00Z/2026-11-24T22:00Z"});
    const auto refused = read(event("DTSTART;TZID=Nowhere Standard Time:20261124T220000\r\nDURATION:PT9H\r\n"), "UTC");
    REQUIRE(refused.errors().size() == 1);
    CHECK(to_string(refused.errors()[0])
              .find("/rosters/s1001.ics:4: DTSTART: unknown time zone 'Nowhere Standard Time'") == 0);
}

TEST_CASE("an event that is not understood is refused with its line, not guessed at; the others stay")
{
    const std::string fine = event("DTSTART:20261124T060000Z\r\nDURATION:PT1H\r\n", "u0");
    const auto what = [&](const std::string& lines) {
        const auto done = read(fine + event(lines));
        return done.errors().empty() ? std::string() : to_string(done.errors()[0]);
    };
    const std::string at = "/rosters/s1001.ics:10: ";
    const std::string begin = "DTSTART:20261124T060000Z\r\n";
    CHECK(what(begin + "DURATION:PT1H\r\nRRULE:FREQ=SOMETIMES\r\n").starts_with(at + "RRULE"));
    CHECK(what(begin) == at + "has neither DTEND nor DURATION");
    CHECK(what("DURATION:PT1H\r\n") == at + "has no DTSTART");
    CHECK(what("DTSTART:yesterday\r\nDURATION:PT1H\r\n") == at + "DTSTART cannot be read");
    CHECK(what(begin + "DTEND:20261124T050000Z\r\n").starts_with(at + "DTEND: is not after the start"));
    CHECK(what(begin + "DURATION:PT40H\r\n") == at + "DTEND: makes this longer than 36 h");
}

TEST_CASE("half a file, an empty one and what is no calendar are refused")
{
    RosterSettings settings;
    for (const auto* text :
         {"", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:2026", "agent_id,start,end\r\n", "END:VCALENDAR"}) {
        CAPTURE(text);
        Read done;
        read_roster_ical("x.ics", text, settings, kAbout, done.reading);
        CHECK(done.rows().empty());
        if (std::string_view(text) != "END:VCALENDAR") CHECK(done.errors().size() == 1);
    }
}
