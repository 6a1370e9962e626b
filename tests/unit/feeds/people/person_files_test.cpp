#include <doctest/doctest.h>

#include <unistd.h>

#include <fstream>
#include <optional>
#include <variant>

#include "feeds/people/person_files.hpp"

using namespace breakwatch;

namespace {

class Folder {
  public:
    Folder()
    {
        char name[] = "/tmp/breakwatch-people-XXXXXX";
        path_ = ::mkdtemp(name);
        std::filesystem::create_directory(path_ / "rosters");
        write("enrolment.csv",
              "staff_id,macs,notice_date,agent_aliases,withdrawn_date\ns1,02:1a:10:00:10:01,2026-01-01,4711,\ns2,02:1a:"
              "10:00:10:02,2026-01-01,,\n");
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    void write(const std::string& name, const std::string& text) const
    {
        std::ofstream(path_ / name, std::ios::binary) << text;
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

const std::string kHead = "agent_id,start,end,activity,tz,site\n";

struct Told {
    int enrolments = 0;
    std::vector<std::size_t> rosters;  // how many rows each had
    std::optional<Roster> latest;
    std::vector<std::string> refused;
    std::vector<std::string> states;
};

class People {
  public:
    explicit People(const Folder& folder, const char* enrolment = "enrolment.csv")
        : files_({folder.path() / enrolment, {folder.path() / "rosters"}, "UTC", {}},
                 [this](const Observation& told) { take(told); })
    {}
    PersonFiles& files() { return files_; }
    const Told& told() const { return told_; }

  private:
    void take(const Observation& observation)
    {
        if (std::holds_alternative<Enrolment>(observation)) ++told_.enrolments;
        if (const auto* roster = std::get_if<Roster>(&observation)) {
            told_.rosters.push_back(roster->intervals().size());
            told_.latest = *roster;
        }
        if (const auto* refused = std::get_if<InputRefused>(&observation))
            told_.refused.push_back(refused->where + " " + refused->what);
        if (const auto* state = std::get_if<FeedState>(&observation))
            told_.states.push_back((state->up ? "up: " : "down: ") + state->what);
    }

    Told told_;
    PersonFiles files_;
};

}  // namespace

TEST_CASE(
    "files of a directory are one roster, of every format by its name; hidden and half-copied names are passed over")
{
    const Folder folder;
    folder.write("rosters/a.csv", kHead + "s1,2026-11-24T06:00,2026-11-24T14:00,shift,Asia/Tokyo,hq\n");
    folder.write("rosters/s2.ics",
                 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:"
                 "20261124T060000Z\r\nDURATION:PT8H\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    folder.write("rosters/agentScheduleDetail_112426_0100.txt",
                 "#fields excdate|logonID|exc|start|stop\n11242026|4711|Break|07:00|07:15\n");
    folder.write("rosters/.a.csv", "nonsense");
    folder.write("rosters/b.csv.part", "nonsense");
    folder.write("rosters/c.csv~", "nonsense");
    People people(folder);
    CHECK(people.files().load().empty());
    people.files().start();
    CHECK(people.told().rosters == std::vector<std::size_t>{3});
}

TEST_CASE("a changed file is taken once two looks find it the same, and not before")
{
    const Folder folder;
    folder.write("rosters/a.csv", kHead);
    People people(folder);
    REQUIRE(people.files().load().empty());
    people.files().look();
    CHECK(people.told().rosters.empty());  // nothing new
    folder.write("rosters/a.csv", kHead + "s1,2026-11-24T06:00,2026-11-24T14:00,shi");
    people.files().look();
    folder.write("rosters/a.csv", kHead + "s1,2026-11-24T06:00,2026-11-24T14:00,shift,UTC,hq\n");
    people.files().look();
    CHECK(people.told().rosters.empty());  // it was being written
    people.files().look();
    CHECK(people.told().rosters == std::vector<std::size_t>{1});
    people.files().look();
    CHECK(people.told().rosters.size() == 1);
    CHECK(people.told().refused.empty());
}

TEST_CASE("a file that comes to the directory, and one that goes, change the roster")
{
    const Folder folder;
    folder.write("rosters/a.csv", kHead + "s1,2026-11-24T06:00,2026-11-24T14:00,shift,UTC,hq\n");
    People people(folder);
    REQUIRE(people.files().load().empty());
    folder.write("rosters/b.csv", kHead + "s2,2026-11-24T06:00,2026-11-24T14:00,shift,UTC,hq\n");
    people.files().look();
    people.files().look();
    std::filesystem::remove(folder.path() / "rosters/a.csv");
    people.files().look();
    people.files().look();
    CHECK(people.told().rosters == std::vector<std::size_t>{2, 1});
}

TEST_CASE("a bad row costs its own person's time alone: unknown, told once, and everybody else is on duty as planned")
{
    const Folder folder;
    folder.write("rosters/a.csv",
                 kHead + "s1,2026-11-24T06:00,2026-11-24T14:00,shift,UTC,hq\ns2,25:99,2026-11-24T14:00,shift,UTC,hq\n");
    People people(folder);
    REQUIRE(people.files().load().empty());
    people.files().start();
    CHECK(people.told().rosters == std::vector<std::size_t>{2});
    REQUIRE(people.told().refused.size() == 1);
    CHECK(people.told().refused[0].starts_with((folder.path() / "rosters/a.csv").string() +
                                               ":3 start: found '25:99'; expected 2026-11-24T06:00:00"));
    CHECK(people.told().states.empty());
    CHECK(people.files().status().refused == 1);
    REQUIRE(people.told().latest.has_value());
    const auto noon = *parse_rfc3339("2026-11-24T12:00:00Z");
    CHECK(people.told().latest->at(StaffId{"s1"}, noon).on_shift);
    CHECK_FALSE(people.told().latest->at(StaffId{"s2"}, noon).on_shift);
    CHECK(people.told().latest->at(StaffId{"s2"}, noon).unknown);
    people.files().reload();
    CHECK(people.told().refused.size() == 1);  // nothing new
}

TEST_CASE("words without a known meaning are told as a number to the SIEM, and named to the operator alone")
{
    const Folder folder;
    folder.write(
        "rosters/a.csv",
        kHead +
            "s1,2026-11-24T06:00,2026-11-24T14:00,shift,UTC,hq\ns1,2026-11-24T08:00,2026-11-24T09:00,Dentist,UTC,hq\n");
    People people(folder);
    REQUIRE(people.files().load().empty());
    people.files().start();
    CHECK(people.told().rosters == std::vector<std::size_t>{1});  // inside the shift nothing is unknown
    REQUIRE(people.told().refused.size() == 1);
    CHECK(people.told().refused[0].find("Dentist") == std::string::npos);
    CHECK(people.told().refused[0].find("roster.activities") != std::string::npos);
    REQUIRE(people.files().notes().size() == 1);
    CHECK(to_string(people.files().notes()[0]).find("'Dentist'") != std::string::npos);
}

TEST_CASE("a file that cannot be read at all leaves the old roster in force: told once, and its end too")
{
    const Folder folder;
    folder.write("rosters/a.csv", kHead + "s1,2026-11-24T06:00,2026-11-24T14:00,shift,UTC,hq\n");
    People people(folder);
    REQUIRE(people.files().load().empty());
    people.files().start();
    folder.write("rosters/b.ics", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n");
    for (int i = 0; i < 5; ++i) people.files().look();
    CHECK(people.told().rosters.size() == 1);
    CHECK(people.told().refused ==
          std::vector<std::string>{(folder.path() / "rosters/b.ics").string() +
                                   " END:VCALENDAR is not the last line: only half of the file is there"});
    REQUIRE(people.told().states.size() == 1);
    CHECK(people.told().states[0].starts_with("down: refused, the last good state stays"));
    std::filesystem::remove(folder.path() / "rosters/b.ics");
    people.files().look();
    people.files().look();
    REQUIRE(people.told().states.size() == 2);
    CHECK(people.told().states[1].starts_with("up: "));
}

TEST_CASE("two shifts of one person that contradict each other are told with both places, others stay")
{
    const Folder folder;
    const std::string shift = "s1,2026-11-24T06:00,2026-11-24T14:00,shift,UTC,hq\n";
    folder.write("rosters/a.csv", kHead + shift + shift);
    folder.write("rosters/b.csv", kHead + shift);
    People people(folder);
    CHECK(people.files().load().empty());
    CHECK(people.files().notes().empty());
    folder.write(
        "rosters/b.csv",
        kHead +
            "s2,2026-11-24T06:00,2026-11-24T14:00,shift,UTC,hq\ns1,2026-11-24T13:00,2026-11-24T20:00,shift,UTC,hq\n");
    CHECK(people.files().load().empty());
    REQUIRE(people.files().notes().size() == 1);
    CHECK(to_string(people.files().notes()[0])
              .starts_with((folder.path() / "rosters/b.csv").string() +
                           ":3: start: overlaps with the shift of the same person at " +
                           (folder.path() / "rosters/a.csv").string() + ":2"));
    people.files().start();
    REQUIRE(people.told().latest.has_value());
    const auto on = [&](const char* staff, const char* at) {
        return people.told().latest->at(StaffId{staff}, *parse_rfc3339(at)).on_shift;
    };
    CHECK(on("s2", "2026-11-24T07:00:00Z"));
    CHECK(on("s1", "2026-11-24T13:30:00Z"));
    CHECK_FALSE(on("s1", "2026-11-24T07:00:00Z"));
    CHECK(people.told().latest->at(StaffId{"s1"}, *parse_rfc3339("2026-11-24T07:00:00Z")).unknown);
}

TEST_CASE("people are found by their names in any case")
{
    const Folder folder;
    folder.write("enrolment.csv", "staff_id,macs,notice_date,agent_aliases\ns1,,2026-01-01,Anna@Centre.example\n");
    folder.write("rosters/a.csv", kHead + "anna@centre.EXAMPLE,2026-11-24T06:00,2026-11-24T14:00,shift,UTC,hq\n");
    People people(folder);
    REQUIRE(people.files().load().empty());
    people.files().start();
    CHECK(people.told().rosters == std::vector<std::size_t>{1});
}

TEST_CASE("a name with a blank is one alias; ids with blanks between them are several")
{
    const Folder folder;
    folder.write("enrolment.csv",
                 "staff_id,macs,notice_date,agent_aliases\ns1,,2026-01-01,Anna Berg\ns2,,2026-01-01,Anna Ek\n"
                 "s3,,2026-01-01,1003 PJSIP/1003\ns4,,2026-01-01,1004; Dilek Demir\n");
    People people(folder);
    REQUIRE(people.files().load().empty());
    const auto enrolment = people.files().enrolment();
    CHECK(enrolment->by_agent("Anna Berg") == StaffId{"s1"});
    CHECK(enrolment->by_agent("Anna Ek") == StaffId{"s2"});
    CHECK_FALSE(enrolment->by_agent("Anna"));
    CHECK(enrolment->by_agent("1003") == StaffId{"s3"});
    CHECK(enrolment->by_agent("PJSIP/1003") == StaffId{"s3"});
    CHECK(enrolment->by_agent("Dilek Demir") == StaffId{"s4"});
}

TEST_CASE("a name of one person is nobody else's, in whichever column and case, and both rows are named")
{
    const Folder folder;
    folder.write("enrolment.csv",
                 "staff_id,macs,notice_date,agent_aliases,radius_users\ns1,,2026-01-01,1042;S1;Anna,\n"
                 "1042,,2026-01-01,,\ns3,,2026-01-01,ANNA,\ns4,,2026-01-01,,s3\n");
    People people(folder);
    std::string text;
    for (const auto& error : people.files().load())
        text += to_string(error).substr(folder.path().string().size() + 1) + "\n";
    CHECK(text ==
          "enrolment.csv:3: staff_id: '1042' belongs to the row on line 2 already\n"
          "enrolment.csv:4: agent_aliases: 'ANNA' belongs to the row on line 2 already\n"
          "enrolment.csv:5: radius_users: 's3' belongs to the row on line 4 already\n");
}

TEST_CASE("an enrolment in YAML says the same as one in CSV, and its errors have their lines")
{
    const Folder folder;
    folder.write("enrolment.yaml",
                 "people:\n  - staff_id: s1\n    macs: [\"02:1a:10:00:10:01\"]\n    radius_users: [s1, CC\\s1]\n    "
                 "agent_aliases: [\"4711\"]\n"
                 "    notice_date: 2026-01-01\n    consent_date: 2026-01-02\n    withdrawn_date: 2026-11-24\n"
                 "  - {staff_id: s2, macs: [02-1a-10-00-10-02], notice_date: 2026-01-01}\n");
    People people(folder, "enrolment.yaml");
    const auto errors = people.files().load();
    REQUIRE(errors.empty());
    const auto& all = people.files().enrolment()->people();
    REQUIRE(all.size() == 2);
    CHECK(all[0].radius_users == std::vector<std::string>{"s1", "CC\\s1"});
    CHECK(to_rfc3339(*all[0].withdrawn) == "2026-11-24T00:00:00.000Z");
    CHECK(to_rfc3339(*all[0].consent) == "2026-01-02T00:00:00.000Z");
    CHECK(people.files().enrolment()->by_agent("4711") == StaffId{"s1"});
    CHECK(to_string(all[1].macs.at(0)) == "02:1a:10:00:10:02");

    folder.write("enrolment.yaml",
                 "people:\n  - staff_id: s1\n    macs: [\"02:1a:10:00:10:01\"]\n    notice_date: 2026-01-01\n"
                 "  - staff_id: s2\n    macs: [\"02:1a:10:00:10:01\"]\n    notice_date: soon\n  - staff_id: s3\n    "
                 "name: Anna\n");
    std::string text;
    for (const auto& error : people.files().load())
        text += to_string(error).substr(folder.path().string().size() + 1) + "\n";
    CHECK(text.find("enrolment.yaml:8:") != std::string::npos);  // no notice date
    CHECK(text.find("unknown key") != std::string::npos);
    folder.write("enrolment.yaml",
                 "people:\n  - staff_id: s1\n    macs: [\"02:1a:10:00:10:01\"]\n    notice_date: 2026-01-01\n"
                 "  - staff_id: s2\n    macs: [\"02:1a:10:00:10:01\"]\n    notice_date: soon\n");
    text.clear();
    for (const auto& error : people.files().load())
        text += to_string(error).substr(folder.path().string().size() + 1) + "\n";
    CHECK(text ==
          "enrolment.yaml:5: macs: '02:1a:10:00:10:01' belongs to the row on line 2 already\n"
          "enrolment.yaml:5: notice_date: found 'soon'; expected a date such as 2026-10-01\n");
    CHECK(people.files().enrolment()->people().size() == 2);  // the last good one
}

TEST_CASE("a MAC among the RADIUS users enrols that device, and no person's name")
{
    const Folder folder;
    folder.write("enrolment.csv",
                 "staff_id,macs,radius_users,notice_date\ns1,,021a10001001;anna,2026-01-01\n"
                 "s2,02:1a:10:00:10:02,02-1A-10-00-10-02,2026-01-01\ns3,,100000000001,2026-01-01\n");
    People people(folder);
    const auto errors = people.files().load();
    REQUIRE(errors.empty());
    const auto& all = people.files().enrolment()->people();
    REQUIRE(all.size() == 3);
    CHECK(all[0].macs == std::vector{*parse_mac("02:1a:10:00:10:01")});
    CHECK(all[0].radius_users == std::vector<std::string>{"anna"});
    CHECK(all[1].macs.size() == 1);
    CHECK(all[2].radius_users == std::vector<std::string>{"100000000001"});
}

TEST_CASE("a roster in another encoding is read and told, one that could be anything is refused by row")
{
    const Folder folder;
    folder.write("rosters/a.csv", kHead + "s1,2026-11-24T06:00,2026-11-24T14:00,shift,UTC,\x91\xe5\x8d\xe3\n");
    folder.write("rosters/b.ics",
                 "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:"
                 "20261125T060000Z\r\nDURATION:PT8H\r\n"
                 "ATTENDEE:mailto:s1\r\nCATEGORIES:shift\r\nSUMMARY:Fr\xfchschicht\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    People people(folder);
    REQUIRE(people.files().load().empty());
    people.files().start();
    CHECK(people.told().latest->intervals().front().site == "大阪");
    REQUIRE(people.told().refused.size() == 2);
    CHECK(people.told().refused[0].ends_with("a.csv read as shift_jis; set encoding: shift_jis to be sure"));
    CHECK(people.told().refused[1].ends_with("b.ics read as windows-1252; set encoding: windows-1252 to be sure"));
    folder.write("rosters/c.csv", kHead + "s1,2026-11-26T06:00,2026-11-26T14:00,shift,UTC,\xc2\xe7\xba\xe5\n");
    const auto errors = people.files().load();
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].line == 2);
    CHECK(errors[0].text.find("euc-jp") != std::string::npos);
}

TEST_CASE("an enrolment is read in any encoding; one that is a heading alone watches nobody and is refused")
{
    const Folder folder;
    const std::string heading = "staff_id,macs,notice_date,agent_aliases\n";
    folder.write("e.csv", heading + "s1,02:1a:10:00:10:01,2026-01-01,\x93\x63\x92\x86\n");
    People people(folder, "e.csv");
    REQUIRE(people.files().load().empty());
    CHECK(people.files().enrolment()->by_agent("田中") == StaffId{"s1"});
    std::string wide = "\xff\xfe";
    for (const char c : heading + "s1,02:1a:10:00:10:01,2026-01-01,4711\n") (wide += c) += '\0';
    folder.write("e.csv", wide);
    REQUIRE(people.files().load().empty());
    CHECK(people.files().enrolment()->by_agent("4711") == StaffId{"s1"});
    folder.write("e.csv", heading);
    REQUIRE(people.files().load().size() == 1);
    CHECK(people.files().load()[0].text.starts_with("names nobody"));
}
