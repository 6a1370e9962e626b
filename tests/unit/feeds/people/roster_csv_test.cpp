#include <doctest/doctest.h>

#include "feeds/people/roster_csv.hpp"

using namespace breakwatch;

namespace {

using Lines = std::vector<std::string>;

RosterReading read(const std::string& text, const RosterSettings& settings, const char* file = "roster.csv")
{
    RosterReading done;
    read_roster_csv(file, text, settings, *parse_rfc3339("2026-11-24T00:00:00Z"), done);
    return done;
}

// "1042 shift 11-24 00:00/11-24 09:00" a row, in UTC.
Lines shown(const RosterReading& read)
{
    Lines all;
    for (const auto& error : read.unreadable) all.push_back(to_string(error));
    for (const auto& error : read.refused) all.push_back(to_string(error));
    const auto clock = [](Timestamp at) { return to_rfc3339(at).substr(5, 5) + " " + to_rfc3339(at).substr(11, 5); };
    for (const auto& row : read.rows) {
        all.push_back(row.agent + " " + std::string(name(row.interval.activity)) + " " + clock(row.interval.start) +
                      "/" + clock(row.interval.end));
    }
    return all;
}

RosterSettings tokyo()
{
    RosterSettings settings;
    settings.zone = "Asia/Tokyo";
    return settings;
}

Lines one(const std::string& start, const std::string& end, const std::string& format = "")
{
    auto settings = tokyo();
    settings.table.date_format = format;
    return shown(read("agent_id,start,end\n1042," + start + "," + end + "\n", settings));
}

const Lines kNineToSix{"1042 shift 11-26 00:00/11-26 09:00"};

}  // namespace

TEST_CASE("days and times as spreadsheets write them")
{
    CHECK(one("2026-11-26T09:00:00", "2026-11-26T18:00") == kNineToSix);
    CHECK(one("2026-11-26T00:00:00Z", "2026-11-26T18:00+09:00") == kNineToSix);
    CHECK(one("2026/11/26 9:00", "2026/11/26 18:00") == kNineToSix);
    CHECK(one("26.11.2026 09:00", "26.11.2026 18:00 Uhr") == kNineToSix);
    CHECK(one("11/26/2026 9:00 AM", "11/26/2026 6:00 PM") == kNineToSix);
    CHECK(one("26/11/2026 09:00:00", "26/11/2026 18:00:00") == kNineToSix);
    CHECK(one("2026年11月26日 9時00分", "2026年11月26日18時") == kNineToSix);
    CHECK(one("令和8年11月26日 午前9:00", "R8.11.26 午後6:00") == kNineToSix);
    CHECK(one("2026/11/26(木) 9:00", "２０２６／１１／２６　１８：００") == kNineToSix);
    CHECK(one("26-Nov-2026 09:00", "\"Nov 26, 2026 18:00\"") == kNineToSix);
    CHECK(one("46352.375", "46352.75") == kNineToSix);
    CHECK(one("2026-11-25 33:00", "2026-11-26 18:00") == kNineToSix);
    CHECK(one("2026-11-26 9:00", "18:00") == kNineToSix);
}

TEST_CASE("a day that may be a month is not guessed at: another row of the file tells, or the site does")
{
    const auto refused = one("11/12/2026 9:00", "11/12/2026 18:00");
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].find("roster.date_format") != std::string::npos);
    CHECK(one("11/12/2026 9:00", "11/12/2026 18:00", "dd/mm/yyyy") == Lines{"1042 shift 12-11 00:00/12-11 09:00"});
    CHECK(one("11/12/2026 9:00", "11/12/2026 18:00", "mm/dd/yyyy") == Lines{"1042 shift 11-12 00:00/11-12 09:00"});
    CHECK(one("26/11/12 9:00", "26/11/12 18:00", "yy/mm/dd") == Lines{"1042 shift 11-12 00:00/11-12 09:00"});
    CHECK(
        shown(read("agent_id,start,end\n1042,11/12/2026 9:00,11/12/2026 18:00\n1042,11/26/2026 9:00,11/26/2026 18:00\n",
                   tokyo()))[0] == "1042 shift 11-12 00:00/11-12 09:00");
}

TEST_CASE("the separator and the row of the headings are found; empty rows and other columns are passed over")
{
    for (const std::string separator : {",", ";", "\t", "|"}) {
        CAPTURE(separator);
        const auto row = [&](const Lines& cells) {
            std::string line;
            for (const auto& cell : cells) line += (line.empty() ? "" : separator) + cell;
            return line + "\r\n";
        };
        const auto text = "\xef\xbb\xbfRoster of November" + separator + separator + "\r\n" +
                          row({"Agent_ID", "name", "start", "end", "activity"}) +
                          row({"1042", "\"Berg; Anna, x|y\"", "2026-11-26T09:00", "2026-11-26T18:00", "SHIFT"}) +
                          row({"", "", "", "", ""}) + separator + separator + "\r\n";
        if (separator == "\t" || separator == ",") CHECK(shown(read(text, tokyo())) == kNineToSix);
    }
    CHECK(shown(read("sep=;\nagent_id;start;end\n1042;2026-11-26T09:00;2026-11-26T18:00\n;;\n", tokyo())) ==
          kNineToSix);
    CHECK(shown(read("agent_id|start|end\n1042|2026-11-26T09:00|2026-11-26T18:00\n", tokyo())) == kNineToSix);
}

TEST_CASE("columns by the site's names: a date with times, over midnight and beyond 24:00, or with a length")
{
    auto settings = tokyo();
    settings.table.columns.agent = {"社員番号"};
    settings.table.columns.date = {"日付"};
    settings.table.columns.start_time = {"開始"};
    settings.table.columns.end_time = {"終了"};
    settings.table.columns.duration = {"時間"};
    settings.table.columns.activity = {"区分"};
    const std::string head = "社員番号,日付,開始,終了,時間,区分\n";
    const auto row = [&](const std::string& line) { return shown(read(head + line + "\n", settings)); };
    CHECK(row("1042,2026/11/26,9:00,18:00,,日勤") == kNineToSix);
    CHECK(row("1042,2026/11/26,22:00,7:00,,夜勤") == Lines{"1042 shift 11-26 13:00/11-26 22:00"});
    CHECK(row("1042,2026/11/26,22:00,31:00,,夜勤") == Lines{"1042 shift 11-26 13:00/11-26 22:00"});
    CHECK(row("1042,2026/11/26,25:30,27:00,,研修") == Lines{"1042 training 11-26 16:30/11-26 18:00"});
    CHECK(row("1042,2026/11/26,9:00,,9:00,") == kNineToSix);
    CHECK(row("1042,2026/11/26,,,,公休").empty());
}

TEST_CASE("zones: the row's, of any spelling, else the roster's; a skipped hour is read with the offset before it")
{
    const auto row = [](const std::string& start, const std::string& zone) {
        return shown(
                   read("agent_id,start,end,activity,tz,site\n1042," + start + ",2026-12-01T00:00,off," + zone + ",o\n",
                        tokyo()))[0]
            .substr(9, 11);
    };
    CHECK(row("2026-11-24T09:00:00", "") == "11-24 00:00");
    CHECK(row("2026-11-24T09:00:00", "UTC+09:00") == "11-24 00:00");
    CHECK(row("2026-11-24T09:00:00", "Tokyo Standard Time") == "11-24 00:00");
    CHECK(row("2026-03-08T02:30:00", "America/New_York") == "03-08 07:30");
    CHECK(row("2026-11-01T01:30:00", "America/New_York") == "11-01 05:30");
}

TEST_CASE("a shift and what lies inside it may stand on one row")
{
    RosterSettings settings;
    auto& columns = settings.table.columns;
    columns.agent = {"Username"};
    columns.start = {"Shift Start Date and Time"};
    columns.end = {"Shift End Date and Time"};
    columns.activity = {"Base Activity Name"};
    columns.time_zone = {"Local Time Zone"};
    columns.inner_activity = {"Activity Name"};
    columns.inner_start = {"Activity Start Date and Time"};
    columns.inner_end = {"Activity End Date and Time"};
    CHECK(shown(read("Username,Shift Start Date and Time,Shift End Date and Time,Local Time Zone,Base Activity "
                     "Name,Shift Notes,Activity Start Date and Time,"
                     "Activity End Date and Time,Activity Name\n"
                     "s1@x.example,11/24/2026 09:00:00,11/24/2026 18:00:00,UTC+09:00,open,,11/24/2026 "
                     "12:00:00,11/24/2026 13:00:00,lunch\n",
                     settings)) ==
          Lines{"s1@x.example shift 11-24 00:00/11-24 09:00", "s1@x.example meal 11-24 03:00/11-24 04:00"});
}

TEST_CASE(
    "a table with a column a day: codes, spans of hours, time off, and the month from heading, title or file name")
{
    auto settings = tokyo();
    settings.table.shift_codes = {{"D", "09:00", "18:00"}, {"N", "22:00", "07:00"}};
    const Lines expected{"1042 shift 11-24 00:00/11-24 09:00", "1042 shift 11-25 13:00/11-25 22:00",
                         "1043 shift 11-24 00:00/11-24 09:00"};
    const std::string rows = "1042,D,n,OFF\n1043,9-18,,公休\n";
    CHECK(shown(read("agent_id,2026-11-24,2026-11-25,2026-11-26\n" + rows, settings)) == expected);
    CHECK(shown(read("agent_id,11/24,11/25,11/26\n" + rows, settings)) == expected);
    CHECK(shown(read("agent_id,11月24日(火),11月25日(水),11月26日(木)\n" + rows, settings)) == expected);
    CHECK(shown(read("2026年11月 シフト表\nagent_id,24,25,26\n" + rows, settings)) == expected);
    CHECK(shown(read("agent_id,24(火),25(水),26(木)\n" + rows, settings, "/r/shift_202611.csv")) == expected);
    const auto strange = read("agent_id,2026-11-24,2026-11-25\n1042,D,ZZ\n", settings);
    CHECK(shown(strange) == Lines{"1042 shift 11-24 00:00/11-24 09:00", "1042 unknown 11-24 15:00/11-25 15:00"});
    CHECK(strange.words.contains("zz"));
}

TEST_CASE("a bad row is refused alone, with its line; what is known of its time bounds what is unknown of its person")
{
    const auto what = [](const std::string& row) {
        return shown(
            read("agent_id,start,end,activity\n" + row + "\n1043,2026-11-26T09:00,2026-11-26T18:00,shift\n", tokyo()));
    };
    const std::string other = "1043 shift 11-26 00:00/11-26 09:00";
    CHECK(what("1042,2026-11-26T09:00,soon,shift") ==
          Lines{"roster.csv:2: end: found 'soon'; expected 2026-11-24T06:00:00 (local) or 2026-11-23T21:00:00Z, or as "
                "Excel writes it",
                "1042 unknown 11-26 00:00/11-27 00:00", other});
    CHECK(what("1042,soon,2026-11-26T18:00,shift")[1] == "1042 unknown 11-25 09:00/11-26 09:00");
    CHECK(what(",2026-11-26T09:00,2026-11-26T18:00,shift") ==
          Lines{"roster.csv:2: agent: is empty: whose row is it?", other});
    CHECK(what("1042,2026-11-26T18:00,2026-11-26T09:00,shift")[0].starts_with(
        "roster.csv:2: end: is not after the start"));
    CHECK(what("1042,2026-11-26T09:00,2026-11-26T18:00,shift,more,cells")[0].starts_with(
        "roster.csv:2: has 6 cells; the headings are 4"));
    CHECK(what("1042,2026-11-26T09:00,2026-11-26T18:00,karaoke") ==
          Lines{"1042 unknown 11-26 00:00/11-26 09:00", other});
}

TEST_CASE(
    "a file without the columns says which are missing and what it has instead; one without headings is not quoted")
{
    const auto strange = shown(read("Wer;Von;Bis\nx;y;z\n", tokyo()));
    REQUIRE(strange.size() == 1);
    CHECK(
        strange[0].starts_with("roster.csv:1: no row of headings is found: no column for the person (agent_id); parted "
                               "by semicolon the first row has: Wer, Von, Bis"));
    CHECK(shown(read("Title\nMitarbeiter;Von;Bis\nx;y;z\n", tokyo())) ==
          Lines{"roster.csv:1: no row of headings is found by what is configured; the headings on line 2 look like "
                "those of roster.preset: excel-de"});
    const auto bare = shown(read("anna@x.example,2026-11-26T09:00,2026-11-26T18:00\n", tokyo()));
    REQUIRE(bare.size() == 1);
    CHECK(bare[0].find("anna") == std::string::npos);
    CHECK(shown(read("", tokyo())).size() == 1);
    CHECK(shown(read("agent_id,start,end\n1,2,3\n", tokyo()))[0].find("none of the file's 1 rows can be read") !=
          std::string::npos);
    CHECK(shown(read("agent_id,start,end\n", tokyo())).empty());
}

TEST_CASE(
    "days without a year are of the year that a title tells, whenever the table is read; the usual words for a day off "
    "are known")
{
    auto settings = tokyo();
    settings.table.columns.agent = {"person"};
    CHECK(shown(read("2026\u5e742\u6708\nperson,2/26,2/27,2/28\n1042,9-18,\u4f11,-\n", settings)) ==
          Lines{"1042 shift 02-26 00:00/02-26 09:00"});
    const auto last_year = read("2025\u5e7411\u6708\nperson,11/26,11/27\n1042,9-18,9-18\n", settings);
    REQUIRE(last_year.rows.size() == 2);
    CHECK(to_rfc3339(last_year.rows[0].interval.start) == "2025-11-26T00:00:00.000Z");
}

TEST_CASE("a row a day with a code or a span for the shift")
{
    auto settings = tokyo();
    settings.table.columns.agent = {"person"};
    settings.table.columns.date = {"day"};
    settings.table.columns.shift = {"shift"};
    settings.table.shift_codes = {{"Night", "22:00", "07:00"}};
    CHECK(shown(read("day,person,shift\n2026-11-26,1042,9-18\n2026-11-26,1043,night\n2026-11-27,1043,off\n2026-11-27,"
                     "1042,9:00A-6P\n",
                     settings)) == Lines{"1042 shift 11-26 00:00/11-26 09:00", "1043 shift 11-26 13:00/11-26 22:00",
                                         "1042 shift 11-27 00:00/11-27 09:00"});
    CHECK(shown(read("day,person,shift\n2026-11-26,1042,Morning (9AM-6PM)\n", settings)) == kNineToSix);
    CHECK(shown(read("day,person,shift\n2026-11-26,1042,9-18\nsometime,1043,9-18\n", settings))[0].find(
              "roster.csv:3") != std::string::npos);
    CHECK(read("day,person,shift\nsometime,1043,9-18\n", settings).unreadable.size() == 1);
    // A start without an end is less than the code.
    CHECK(shown(read("day,start,person,shift\n2026-11-26,22:00,1042,Night\n", settings)) ==
          Lines{"1042 shift 11-26 13:00/11-26 22:00"});
}

TEST_CASE("of a table with a column a day the headings may come again, with other days")
{
    CHECK(shown(read("agent_id,Mon 2026-11-23,Tue 2026-11-24\n1042,9-18,\n,,\nagent_id,Mon 2026-11-30,Tue "
                     "2026-12-01\n1042,,9-18\n",
                     tokyo())) == Lines{"1042 shift 11-23 00:00/11-23 09:00", "1042 shift 12-01 00:00/12-01 09:00"});
    // A title before the second block says of which month its days are.
    CHECK(shown(read("agent_id,30,31\n1042,9-18,\n2026-11,,\nagent_id,1,2\n1042,,9-18\n", tokyo(), "2026-10.csv"))
              .back() == "1042 shift 11-02 00:00/11-02 09:00");
    // What is no day any more gives no shift of the days before it.
    const auto lost =
        shown(read("agent_id,2026-11-23,2026-11-24\n1042,9-18,\nagent_id,week,total\n1042,9-18,\n", tokyo()));
    CHECK(lost == Lines{"roster.csv:3: headings come again, and their days cannot be read",
                        "1042 shift 11-23 00:00/11-23 09:00"});
}

TEST_CASE("days that follow each other tell which of two numbers is the month")
{
    CHECK(shown(read("agent_id,01/12/2026,02/12/2026,03/12/2026\n1042,9-18,,9-18\n", tokyo())) ==
          Lines{"1042 shift 12-01 00:00/12-01 09:00", "1042 shift 12-03 00:00/12-03 09:00"});
    CHECK(shown(read("agent_id,12/1/2026,12/2/2026,12/3/2026\n1042,9-18,,9-18\n", tokyo())) ==
          Lines{"1042 shift 12-01 00:00/12-01 09:00", "1042 shift 12-03 00:00/12-03 09:00"});
    CHECK(shown(read("agent_id,Sun - 29/11,Mon - 30/11,Tue - 01/12\n1042,9-18,,9-18\n", tokyo())) ==
          Lines{"1042 shift 11-29 00:00/11-29 09:00", "1042 shift 12-01 00:00/12-01 09:00"});
    CHECK(read("agent_id,01/12/2026,03/12/2026\n1042,9-18,9-18\n", tokyo()).unreadable.size() == 1);
}

TEST_CASE("the file's name is the person where no column tells it and the site says so")
{
    auto settings = tokyo();
    settings.table.columns.agent = {"agent_id", "<file>"};
    settings.table.columns.date = {"Start Date"};
    settings.table.columns.end_date = {"End Date"};
    settings.table.columns.start_time = {"Start Time"};
    settings.table.columns.end_time = {"End Time"};
    settings.table.columns.activity = {"Subject"};
    const std::string rows =
        "Subject,Start Date,Start Time,End Date,End Time\nNight shift,2026-11-26,22:00,2026-11-27,07:00\n";
    CHECK(shown(read(rows, settings, "/rosters/1042.csv")) == Lines{"1042 shift 11-26 13:00/11-26 22:00"});
    settings.table.columns.agent = {"agent_id"};
    CHECK(read(rows, settings, "/rosters/1042.csv").unreadable.size() == 1);
}

TEST_CASE("seconds and milliseconds since 1970, and bare hours beside a date")
{
    CHECK(one("1795651200", "1795683600") == kNineToSix);
    CHECK(one("1795651200000", "1795683600000") == kNineToSix);
    auto settings = tokyo();
    settings.table.columns.date = {"date"};
    CHECK(shown(read("agent_id,date,start,end\n1042,2026-11-26,9,18\nagent_id,date,start,end\n1042,2026-11-27,22,7\n",
                     settings)) == Lines{"1042 shift 11-26 00:00/11-26 09:00", "1042 shift 11-27 13:00/11-27 22:00"});
}
