// Calendars as the programs of others write them.
#include <doctest/doctest.h>

#include "unit/feeds/people/ical_reading.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const std::string kShift = "DURATION:PT9H\r\nSUMMARY:Shift\r\n";

// "11-24 09:00" a row, in UTC.
std::vector<std::string> starts(const Read& read)
{
    std::vector<std::string> all;
    for (const auto& row : read.rows()) all.push_back(to_rfc3339(row.interval.start).substr(5, 11));
    for (auto& start : all) start[5] = ' ';
    return all;
}

std::size_t unknown_rows(const Read& read)
{
    return read.reading.rows.size() - read.rows().size();
}

}  // namespace

TEST_CASE("an exception of a whole day takes the day's instance away, of a timed series as of one of days")
{
    CHECK(starts(read(
              event("DTSTART;TZID=Asia/"
                    "Tokyo:20261123T090000\r\nRRULE:FREQ=DAILY;COUNT=5\r\nEXDATE;VALUE=DATE:20261124,20261126\r\n" +
                    kShift))) == Lines{"11-23 00:00", "11-25 00:00", "11-27 00:00"});
    // By the event's day, not by that of UTC.
    CHECK(starts(read(event(
              "DTSTART;TZID=Asia/Tokyo:20261123T050000\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;VALUE=DATE:20261124\r\n" +
              kShift))) == Lines{"11-22 20:00", "11-24 20:00"});
    CHECK(
        read(
            event(
                "DTSTART;VALUE=DATE:20261123\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:20261124T000000\r\nSUMMARY:Off\r\n"))
            .rows()
            .size() == 2);
}

TEST_CASE("an exception without a zone is told by the event's clock")
{
    CHECK(
        starts(read(event(
            "DTSTART;TZID=America/New_York:20261123T090000\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE:20261124T090000\r\n" +
            kShift))) == Lines{"11-23 14:00", "11-25 14:00"});
}

TEST_CASE("of one UID the highest SEQUENCE counts, then the newest stamp, wherever it stands in the file")
{
    const auto revision = [](const char* hour, const char* more) {
        return event(std::string("DTSTART;TZID=Asia/Tokyo:20261124T") + hour + "0000\r\n" + more + kShift);
    };
    CHECK(starts(read(revision("13", "SEQUENCE:2\r\n") + revision("09", "SEQUENCE:1\r\n"))) == Lines{"11-24 04:00"});
    CHECK(starts(read(revision("09", "") + revision("13", "SEQUENCE:1\r\n"))) == Lines{"11-24 04:00"});
    CHECK(
        starts(read(revision("09", "SEQUENCE:1\r\n") + revision("09", "SEQUENCE:2\r\nSTATUS:CANCELLED\r\n"))).empty());
    CHECK(starts(read(revision("09", "SEQUENCE:3\r\n") + revision("09", "SEQUENCE:2\r\nSTATUS:CANCELLED\r\n"))) ==
          Lines{"11-24 00:00"});
}

TEST_CASE("what nothing tells apart stays: exporters give one UID to all, or none")
{
    const auto at = [](const char* day) {
        return "BEGIN:VEVENT\r\nDTSTART:202611" + std::string(day) + "T090000Z\r\n" + kShift + "END:VEVENT\r\n";
    };
    CHECK(read(at("24") + at("25")).rows().size() == 2);
    CHECK(read(event("DTSTART:20261124T090000Z\r\n" + kShift) + event("DTSTART:20261125T090000Z\r\n" + kShift))
              .rows()
              .size() == 2);
}

TEST_CASE("a change of this and the future moves what comes after it")
{
    const auto series = event("DTSTART;TZID=Asia/Tokyo:20261123T090000\r\nRRULE:FREQ=DAILY;COUNT=5\r\n" + kShift);
    const auto change = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Asia/Tokyo:20261125T090000\r\nDTSTART;TZID=Asia/"
        "Tokyo:20261125T130000\r\n" +
        kShift);
    CHECK(starts(read(series + change)) ==
          Lines{"11-23 00:00", "11-24 00:00", "11-26 04:00", "11-27 04:00", "11-25 04:00"});
    const auto ended = event(
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Asia/Tokyo:20261125T090000\r\nDTSTART;TZID=Asia/"
        "Tokyo:20261125T090000\r\nSTATUS:CANCELLED\r\n" +
        kShift);
    CHECK(starts(read(series + ended)) == Lines{"11-23 00:00", "11-24 00:00"});
}

TEST_CASE("rules of any kind are followed: yearly, by position, by day of the month and of the year")
{
    CHECK(starts(read(event("DTSTART;TZID=Asia/Tokyo:20261028T090000\r\nRRULE:FREQ=MONTHLY;BYDAY=WE;BYSETPOS=4\r\n" +
                            kShift))) == Lines{"11-25 00:00"});
    CHECK(starts(read(event("DTSTART:20241125T090000Z\r\nRRULE:FREQ=YEARLY\r\n" + kShift))) == Lines{"11-25 09:00"});
    CHECK(starts(read(event("DTSTART:20260131T090000Z\r\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1\r\n" + kShift))) ==
          Lines{"11-30 09:00"});
    CHECK(starts(read(event("DTSTART:20261123T090000Z\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1\r\n" +
                            kShift))) == Lines{"11-23 09:00", "11-27 09:00"});
}

TEST_CASE("a rule that would never end to be followed is refused in no time, and costs its event alone")
{
    const auto fine = event("DTSTART:20261124T060000Z\r\n" + kShift, "u0");
    for (const auto* rule : {"FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
                             "FREQ=SECONDLY;COUNT=2000000000",
                             "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23;BYMINUTE="
                             "0,1,2,3,4,5,6,7,8,9;BYSECOND=0,1,2,3,4,5,6,7,8,9"}) {
        CAPTURE(rule);
        const auto done = read(fine + event("DTSTART:19700101T000000Z\r\nDURATION:PT1S\r\nRRULE:" + std::string(rule) +
                                            "\r\nSUMMARY:Shift\r\n"));
        CHECK(done.rows().size() >= 1);
        CHECK(done.reading.unreadable.empty());
    }
}

TEST_CASE("who declined or handed it on, and what is no person, is not on duty; who was asked is")
{
    const auto agents = [](const std::string& attendees) {
        std::vector<std::string> all;
        for (const auto& row : read(event("DTSTART:20261124T060000Z\r\n" + attendees + kShift)).rows())
            all.push_back(row.agent);
        return all;
    };
    CHECK(
        agents("ATTENDEE;PARTSTAT=DECLINED:mailto:a@x.example\r\nATTENDEE;PARTSTAT=ACCEPTED:mailto:b@x.example\r\n") ==
        Lines{"b@x.example"});
    CHECK(agents(
              "ATTENDEE;PARTSTAT=DELEGATED:mailto:a@x.example\r\nATTENDEE;PARTSTAT=TENTATIVE:MAILTO:b@x.example\r\n") ==
          Lines{"b@x.example"});
    CHECK(
        agents("ATTENDEE;PARTSTAT=NEEDS-ACTION:Mailto:a@x.example\r\nATTENDEE;CUTYPE=ROOM:mailto:room@x.example\r\n") ==
        Lines{"a@x.example"});
    CHECK(agents("ATTENDEE;PARTSTAT=DECLINED:mailto:a@x.example\r\n").empty());
    CHECK(agents("ATTENDEE;CUTYPE=RESOURCE:mailto:desk@x.example\r\n") == Lines{"s1001"});
    CHECK(agents("ATTENDEE;CN=Anna Berg:invalid:nomail\r\n") == Lines{"Anna Berg"});
}

TEST_CASE("names that Windows, Exchange and old programs give to zones")
{
    for (const auto* zone :
         {"Tokyo Standard Time", "\"(UTC+09:00) Osaka, Sapporo, Tokyo\"", "\"(GMT+09:00) Osaka, Sapporo, Tokyo\"",
          "/freeassociation.sourceforge.net/Tzfile/Asia/Tokyo", "/mozilla.org/20050126_1/Asia/Tokyo",
          "\"UTC+09:00\""}) {
        CAPTURE(zone);
        CHECK(starts(read(event("DTSTART;TZID=" + std::string(zone) + ":20261124T220000\r\n" + kShift), "UTC")) ==
              Lines{"11-24 13:00"});
    }
    // With daylight saving.
    CHECK(starts(read(event("DTSTART;TZID=Eastern Standard Time:20260701T090000\r\n" + kShift), "UTC")) ==
          Lines{"07-01 13:00"});
}

TEST_CASE("a time that daylight saving leaves out is read with the offset before it, one that comes twice is the first")
{
    CHECK(starts(read(event("DTSTART;TZID=America/New_York:20260308T023000\r\n" + kShift))) == Lines{"03-08 07:30"});
    CHECK(starts(read(event("DTSTART;TZID=America/New_York:20261101T013000\r\n" + kShift))) == Lines{"11-01 05:30"});
    const std::string own =
        "BEGIN:VTIMEZONE\r\nTZID:Mine\r\nBEGIN:STANDARD\r\nDTSTART:20071104T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=11;"
        "BYDAY=1SU\r\n"
        "TZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:20070311T020000\r\n"
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\nEND:DAYLIGHT\r\nEND:"
        "VTIMEZONE\r\n";
    CHECK(starts(read(own + event("DTSTART;TZID=Mine:20260308T023000\r\n" + kShift))) == Lines{"03-08 07:30"});
    CHECK(starts(read(own + event("DTSTART;TZID=Mine:20261101T013000\r\n" + kShift))) == Lines{"11-01 05:30"});
    CHECK(starts(read(own + event("DTSTART;TZID=Mine:20260701T090000\r\n" + kShift))) == Lines{"07-01 13:00"});
}

TEST_CASE("a VTIMEZONE that changes by the second costs the events told in it, not the machine")
{
    const std::string hostile =
        "BEGIN:VTIMEZONE\r\nTZID:Mine\r\nBEGIN:STANDARD\r\nDTSTART:20070101T000000\r\nRRULE:FREQ=SECONDLY\r\n"
        "TZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
    const auto done = read(hostile + event("DTSTART;TZID=Mine:20260308T023000\r\n" + kShift) +
                           event("DTSTART:20261124T060000Z\r\n" + kShift, "u2"));
    CHECK(starts(done) == Lines{"11-24 06:00"});
    CHECK(done.reading.refused.size() == 1);
}

TEST_CASE("an event with a title that nobody gave a meaning is passed over, counted and leaves the others")
{
    const auto done =
        read(event("DTSTART;TZID=Asia/Tokyo:20261124T090000\r\n" + kShift) +
             event("DTSTART;TZID=Asia/Tokyo:20261124T100000\r\nDURATION:PT30M\r\nSUMMARY:Dentist\r\n", "u2"));
    CHECK(starts(done) == Lines{"11-24 00:00"});
    CHECK(done.reading.refused.empty());
    REQUIRE(done.reading.words.contains("Dentist"));
    CHECK(done.reading.words.at("Dentist").times == 1);
    CHECK(unknown_rows(done) == 1);
    // Of a banner over the day, or of what leaves its person free, nothing follows for duty.
    CHECK(unknown_rows(read(event("DTSTART;VALUE=DATE:20261124\r\nSUMMARY:Week 48\r\n"))) == 0);
    CHECK(unknown_rows(
              read(event("DTSTART:20261124T060000Z\r\nDURATION:PT1H\r\nTRANSP:TRANSPARENT\r\nSUMMARY:Yoga\r\n"))) == 0);
}

TEST_CASE("the duty of people whose event is refused is unknown, not off")
{
    const auto done = read(event(
        "DTSTART:20261124T060000Z\r\nATTENDEE:mailto:a@x.example\r\nATTENDEE:mailto:b@x.example\r\nSUMMARY:Shift\r\n"));
    CHECK(done.reading.refused.size() == 1);
    REQUIRE(done.reading.rows.size() == 2);
    CHECK(done.reading.rows[1].agent == "b@x.example");
    CHECK(done.reading.rows[1].interval.activity == DutyActivity::unknown);
    CHECK(to_rfc3339(done.reading.rows[1].interval.end).starts_with("2026-11-25T06:00"));
}

TEST_CASE("a cancelled calendar plans nothing, an answer is no plan, and several calendars are read")
{
    const auto calendar = [](const char* method, const std::string& events) {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:" + std::string(method) + "\r\n" + events +
               "END:VCALENDAR\r\n";
    };
    const auto shift = [](const char* uid, const char* day) {
        return event("DTSTART:202611" + std::string(day) + "T060000Z\r\n" + kShift, uid);
    };
    Read done;
    read_roster_ical("x.ics",
                     calendar("PUBLISH", shift("a", "24") + shift("b", "25")) + calendar("CANCEL", shift("a", "24")) +
                         calendar("REPLY", shift("c", "26")),
                     RosterSettings{}, kAbout, done.reading);
    CHECK(starts(done) == Lines{"11-25 06:00"});
}

TEST_CASE("line ends of any kind, folded lines, empty lines and a byte order mark are read")
{
    for (const auto* end : {"\r\n", "\n", "\r"}) {
        std::string text = "\xef\xbb\xbf";
        for (const auto* line :
             {"BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1", "DTSTART;TZID=Asia/To", " kyo:20261124T090000",
              "DURATION:PT9H", "", "SUMMARY:Sh", "\tift", "END:VEVENT", "END:VCALENDAR", ""})
            text += std::string(line) + end;
        Read done;
        read_roster_ical("x.ics", text, RosterSettings{}, kAbout, done.reading);
        CHECK(starts(done) == Lines{"11-24 00:00"});
    }
}

TEST_CASE("components nested without end are refused before the library goes down them")
{
    std::string text;
    for (int i = 0; i < 100'000; ++i) text += "BEGIN:VCALENDAR\r\n";
    for (int i = 0; i < 100'000; ++i) text += "END:VCALENDAR\r\n";
    Read done;
    read_roster_ical("x.ics", text, RosterSettings{}, kAbout, done.reading);
    CHECK(done.reading.unreadable.size() == 1);
}

TEST_CASE("a zone's name with blanks around it is that zone, the file's own too")
{
    const std::string own =
        "BEGIN:VTIMEZONE\r\nTZID: "
        "1\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:"
        "STANDARD\r\nEND:VTIMEZONE\r\n";
    CHECK(shown(read(own + event("DTSTART;TZID= 1:20261124T220000\r\nDTEND;TZID= 1:20261125T070000\r\n"),
                     "Europe/Berlin")) == Lines{"s1001 shift 2026-11-24T13:00Z/2026-11-24T22:00Z"});
    CHECK(shown(read(event("DTSTART;TZID=\"Asia/Tokyo \":20261124T220000\r\nDURATION:PT9H\r\n"), "Europe/Berlin")) ==
          Lines{"s1001 shift 2026-11-24T13:00Z/2026-11-24T22:00Z"});
}

TEST_CASE("a start without a zone beside an end with one is of the end's")
{
    CHECK(shown(read(event("DTSTART:20261124T220000\r\nDTEND;TZID=Asia/Tokyo:20261125T070000\r\n"), "Europe/Berlin")) ==
          Lines{"s1001 shift 2026-11-24T13:00Z/2026-11-24T22:00Z"});
    // One in UTC says nothing of the start's.
    CHECK(shown(read(event("DTSTART:20261124T220000\r\nDTEND:20261124T220000Z\r\n"))) ==
          Lines{"s1001 shift 2026-11-24T13:00Z/2026-11-24T22:00Z"});
}

TEST_CASE("an UNTIL of the year 9999 is no end")
{
    const std::string begin = "DTSTART;TZID=Asia/Tokyo:20261127T090000\r\nDURATION:PT1H\r\n";
    CHECK(read(event(begin + "RRULE:FREQ=WEEKLY;UNTIL=99991231T235959Z\r\n")).rows().size() == 1);
    CHECK(read(event(begin + "RRULE:FREQ=WEEKLY;UNTIL=70060101\r\n")).errors().empty());
}

TEST_CASE("a rule with the escapes of a text is that rule")
{
    CHECK(read(event("DTSTART;TZID=Asia/"
                     "Tokyo:20261123T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\\;COUNT=9\\;BYDAY=MO\\,TU\r\n"))
              .rows()
              .size() == 4);
}

TEST_CASE("Windows zones are known with 'and' for the ampersand")
{
    CHECK(shown(read(event(
              "DTSTART;TZID=\"(UTC-05:00) Eastern Time (US and Canada)\":20261124T080000\r\nDURATION:PT9H\r\n"))) ==
          Lines{"s1001 shift 2026-11-24T13:00Z/2026-11-24T22:00Z"});
}

TEST_CASE("events without a calendar around them are refused as that, not as half a file")
{
    RosterSettings settings;
    RosterReading reading;
    read_roster_ical("s1001.ics", "BEGIN:VEVENT\r\nDTSTART:20261124T220000\r\nDURATION:PT9H\r\nEND:VEVENT\r\n",
                     settings, kAbout, reading);
    REQUIRE(reading.unreadable.size() == 1);
    CHECK(to_string(reading.unreadable[0]).find("no BEGIN:VCALENDAR") != std::string::npos);
}
