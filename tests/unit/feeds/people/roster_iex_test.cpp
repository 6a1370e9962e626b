#include <doctest/doctest.h>

#include "feeds/people/roster_iex.hpp"
#include "support/moments.hpp"

using namespace breakwatch;

namespace {

using Read = RosterReading;

Read read(const std::string& text, const RosterSettings& settings = {})
{
    Read done;
    read_roster_iex("schedule.txt", text, settings, done);
    return done;
}

std::vector<std::string> shown(const Read& read)
{
    std::vector<std::string> all;
    for (const auto& error : read.unreadable) all.push_back(to_string(error));
    for (const auto& error : read.refused) all.push_back(to_string(error));
    for (const auto& row : read.rows) {
        all.push_back(row.agent + " " + std::string(name(row.interval.activity)) + " " +
                      to_rfc3339(row.interval.start).substr(0, 16) + "Z/" + to_rfc3339(row.interval.end).substr(0, 16) +
                      "Z");
    }
    return all;
}

using Lines = std::vector<std::string>;
const std::string kHead = "#fields excdate|schedDate|TZ|custID|muID|tvID|acdID|logonID|ssn|exc|start|stop\n";

}  // namespace

TEST_CASE("a night's schedule: the activity's own date counts after midnight, not the schedule's")
{
    CHECK(shown(read(kHead + "11242026|11242026|Asia/Tokyo|1|100|7|2|4711||Open|22:00|00:00\n"
                             "11252026|11242026|Asia/Tokyo|1|100|7|2|4711||Break|00:00|00:15\n"
                             "11252026|11242026|Asia/Tokyo|1|100|7|2|4711||Open|00:15|07:00\n")) ==
          Lines{"4711 shift 2026-11-24T13:00Z/2026-11-24T15:00Z", "4711 break 2026-11-24T15:00Z/2026-11-24T15:15Z",
                "4711 shift 2026-11-24T15:15Z/2026-11-24T22:00Z"});
}

TEST_CASE("a stop at or before the start is on the day after")
{
    CHECK(shown(read(kHead + "11242026||Asia/Tokyo|||||4711||Open|22:00|07:00|\n")) ==
          Lines{"4711 shift 2026-11-24T13:00Z/2026-11-24T22:00Z"});
}

TEST_CASE("a date that nanoseconds cannot hold, or far from now, is told as none")
{
    for (const auto* day : {"11121013", "11121969", "11122201"}) {
        CHECK(shown(read(kHead + day + "||Asia/Tokyo|||||4711||Open|22:00|07:00\n"))[0].starts_with(
            "schedule.txt:2: excdate: found '" + std::string(day) + "'; expected mmddyyyy"));
    }
}

TEST_CASE("both daylight-saving changes: lengths are those that were lived through")
{
    CHECK(shown(read(kHead + "10242026||Europe/Berlin|||||4711||Open|22:00|06:00\n"
                             "03282026||Europe/Berlin|||||4711||Open|22:00|06:00\n")) ==
          Lines{"4711 shift 2026-10-24T20:00Z/2026-10-25T05:00Z", "4711 shift 2026-03-28T21:00Z/2026-03-29T04:00Z"});
}

TEST_CASE("the site says which columns there are, what they are called, and how dates are written")
{
    RosterSettings settings;
    settings.zone = "Asia/Tokyo";
    settings.iex.fields = {"day", "who", "what", "from", "to"};
    settings.iex.agent = "who";
    settings.iex.date = "day";
    settings.iex.activity = "what";
    settings.iex.start = "from";
    settings.iex.stop = "to";
    settings.iex.date_format = "yymmdd";
    settings.words.add("Mittag", DutyActivity::meal);
    settings.words.add("Nichts", std::nullopt);
    CHECK(shown(read("261124|s1|mittag|12:00 PM|1:00 pm\n261124|s1|Nichts|0900|1000\n261124|s1|Open|0800|120000\n",
                     settings)) ==
          Lines{"s1 meal 2026-11-24T03:00Z/2026-11-24T04:00Z", "s1 shift 2026-11-23T23:00Z/2026-11-24T03:00Z"});
}

TEST_CASE("a bad line is told with what was expected and refused alone; its person's duty of that day is unknown")
{
    const auto what = [](const std::string& line) {
        return shown(read(kHead + line + "\n11242026||UTC|||||4712||Open|09:00|10:00\n"));
    };
    const std::string other = "4712 shift 2026-11-24T09:00Z/2026-11-24T10:00Z";
    const std::string day = "4711 unknown 2026-11-24T00:00Z/2026-11-26T00:00Z";
    const std::string always = "4711 unknown 1970-01-01T00:00Z/2200-01-01T00:00Z";
    CHECK(what("13242026||UTC|||||4711||Open|09:00|10:00") ==
          Lines{"schedule.txt:2: excdate: found '13242026'; expected mmddyyyy", always, other});
    CHECK(what("11242026||UTC|||||4711||Open|9 Uhr|25:00") ==
          Lines{"schedule.txt:2: start: found '9 Uhr'; expected a time such as 22:00", day, other});
    CHECK(what("11242026||Mars/Base|||||4711||Open|09:00|10:00")[0].starts_with(
        "schedule.txt:2: TZ: unknown time zone 'Mars/Base'"));
    CHECK(what("11242026||UTC|||||||Open|09:00|10:00") == Lines{"schedule.txt:2: names no agent", other});
    CHECK(what("11242026|4711|Open")[0] == "schedule.txt:2: has 3 fields; expected 12");
}

TEST_CASE("an activity without a known meaning is counted; what its person does then is unknown")
{
    const auto done =
        read(kHead + "11242026||UTC|||||4711||Karaoke|09:00|10:00\n11242026||UTC|||||4712||Karaoke|09:00|10:00\n");
    CHECK(shown(done) == Lines{"4711 unknown 2026-11-24T09:00Z/2026-11-24T10:00Z",
                               "4712 unknown 2026-11-24T09:00Z/2026-11-24T10:00Z"});
    REQUIRE(done.words.contains("Karaoke"));
    CHECK(done.words.at("Karaoke").times == 2);
    CHECK(done.words.at("Karaoke").line == 2);
}

TEST_CASE("a file of which no line can be read is refused whole: it is read by a wrong configuration")
{
    const auto done =
        shown(read(kHead + "24112026||UTC|||||4711||Open|09:00|10:00\n25112026||UTC|||||4711||Open|09:00|10:00\n"));
    CHECK(done == Lines{"schedule.txt:2: excdate: found '24112026'; expected mmddyyyy (and so on: none of the file's 2 "
                        "rows can be read)"});
}

TEST_CASE("no columns named, a column missing, half a file: refused")
{
    CHECK(shown(read("11242026|4711\n11242026|4711\n")) ==
          Lines{"schedule.txt:1: no #fields line, and roster.iex.fields of the configuration names no columns"});
    CHECK(shown(read("#fields: excdate|logonID|start|stop\n")) ==
          Lines{"schedule.txt:1: exc: the column is missing; name the right one in roster.iex.activity"});
    CHECK(shown(read(kHead + "11242026||UTC|||||4711||Open|09:00|1")) ==
          Lines{"schedule.txt: the last line has no end: only half of the file is there"});
}
