// What a mapping can say, and what is refused, without a value of the record in any error.
#include <doctest/doctest.h>

#include "feeds/calls/mapped/mapped_time.hpp"
#include "unit/feeds/calls/mapped/statement_text.hpp"

namespace breakwatch {
namespace {

using namespace std::chrono_literals;

std::string read(const std::string& yaml, const std::string& text, const std::string& zone = "UTC")
{
    const auto mapping = test::mapping_of(yaml);
    REQUIRE_MESSAGE(mapping, (mapping ? "" : mapping.error()));
    MappedCalls calls(*mapping, zone);
    return test::text_of(calls.read(text));
}

std::string wrong(const std::string& yaml)
{
    const auto mapping = test::mapping_of(yaml);
    return mapping ? std::string() : mapping.error();
}

const std::string kJson = R"(record: json
fields: {id: /id, agent: /who, ended_at: /end, talk: /talk, hold: /hold}
events: [{says: contact, when: [{field: /talk, above: 0}]}]
)";

}  // namespace

TEST_CASE("records of JSON come alone, in arrays, in envelopes and one after another; a bad one spoils no other")
{
    const std::string one = R"({"id":1,"who":"a","end":"2026-11-23T09:05:00Z","talk":60,"hold":null})";
    const std::string told = "call_start 2026-11-23T09:04:00Z a id=1\ncall_end 2026-11-23T09:05:00Z a id=1\n";
    CHECK(read(kJson, one) == told);
    CHECK(read(kJson, "[" + one + "," + one + "]") == told + told);
    CHECK(read(kJson, one + one) == told + told);
    CHECK(read(kJson, one + "\n" + one + "\n") == told + told);
    CHECK(read(kJson, "[" + one + R"(,{"id":2,"talk":5},)" + one + "]") ==
          told + "refused: ended_at: missing, and nothing it follows from\n" + told);
    const auto nested = "records: /groups/*/calls\n" + kJson;
    CHECK(read(nested, R"({"groups":[{"calls":[)" + one + R"(]},{"calls":[]},{"calls":[)" + one + "]}]}") ==
          told + told);
    CHECK(read(nested, R"({"groups":[]})").empty());
    CHECK(read(nested, R"({"error":"+815550199"})") == "refused: expected records at /groups/*/calls\n");
    CHECK(read(kJson, one.substr(0, 30)).starts_with("refused: expected JSON"));
    CHECK(read(kJson, std::string(100'000, '[')).starts_with("refused: expected JSON"));
}

TEST_CASE("of several records in one body the good are told and the bad are refused each")
{
    const auto format = mapped_call_format(*test::mapping_of(kJson), "UTC");
    const std::string good = R"({"id":1,"who":"a","end":"2026-11-23T09:05:00Z","talk":60})";
    const auto both = format("[" + good + R"(,{"id":2,"talk":5}])");
    REQUIRE(both);
    REQUIRE(both->size() == 3);
    CHECK(both->back().type == CallStatement::Type::refused);
    CHECK(!format(R"([{"id":2,"talk":5},{"id":3,"talk":5}])"));
    CHECK(format("[]")->empty());
}

TEST_CASE("a field of what holds the record, and of the document, can be named")
{
    const std::string yaml = R"(record: json
records: /conversations/*/participants
fields: {id: "{^/id}/{/p}", agent: /who, queue: $/centre, at: /t}
events: [{says: begin}]
)";
    CHECK(
        read(
            yaml,
            R"({"centre":"x","conversations":[{"id":"c","participants":[{"p":1,"who":"a","t":"2026-11-23T09:05:00Z"}]}]})") ==
        "call_start 2026-11-23T09:05:00Z a id=c/1 queue=x\n");
}

TEST_CASE("a line of text is read by a pattern, in time linear in its length")
{
    const std::string yaml = R"(record: pattern
patterns: ['^(?P<date>\d{2}/\d{2}/\d{2}) +(?P<time>\d\d:\d\d:\d\d) +(?P<agent>\d+) .*$', '(?P<agent>a|a)*b']
time_formats: ["%d/%m/%y %H:%M:%S"]
time_zone: Asia/Tokyo
fields: {agent: agent, id: "{agent}", at: "{date} {time}"}
events: [{says: end}]
)";
    CHECK(read(yaml, "23/11/26  18:05:00  1001 5550199\n") == "call_end 2026-11-23T09:05:00Z 1001 id=1001\n");
    CHECK(read(yaml, "page 3 of 5550199\n") == "refused: a line that none of the patterns describes\n");
    CHECK(read(yaml, std::string(60'000, 'a')) == "refused: a line that none of the patterns describes\n");
}

TEST_CASE("columns come by heading or by the mapping, with any separator; a second heading is one")
{
    const std::string yaml = R"(record: csv
separator: semicolon
fields: {id: No, agent: Agent, queue: Queue, ended_at: End}
events: [{says: contact}]
)";
    CHECK(read(yaml,
               "\xef\xbb\xbf"
               "End;Agent;No;Phone\n2026-11-23T09:05:00Z;\"a;b\";7;5550199\nEnd;Agent;No;Phone\n") ==
          "call_end 2026-11-23T09:05:00Z a;b id=7\n");
    CHECK(read(yaml, "1;2;3\n").starts_with("refused: expected a first line with the columns"));
    CHECK(read(yaml, "End;Agent;No\n1;2\n") == "refused: has 2 fields; expected 3\n");
    CHECK(read(yaml, "End;Agent;No\n\"1;2;3\n").starts_with("refused: a quote"));
    CHECK(read("columns: [End, Agent]\n" + yaml.substr(0, yaml.find("fields")) +
                   "fields: {agent: Agent, ended_at: End}\nevents: [{says: contact}]\n",
               "2026-11-23T09:05:00Z;a\n") == "call_end 2026-11-23T09:05:00Z a id=a@2026-11-23T09:05:00Z\n");
}

TEST_CASE("moments and durations are read as the formats say, or not at all")
{
    const auto moment = [](const std::string& text, const std::string& format, const std::string& zone = "UTC") {
        const auto read = read_moment(text, {format}, zone);
        return read ? write_moment(*read, "%Y-%m-%dT%H:%M:%S.%fZ", "UTC") : std::string("none");
    };
    CHECK(moment("1795425245", "epoch-s") == "2026-11-23T09:14:05.000Z");
    CHECK(moment("1795425245.5", "epoch-s") == "2026-11-23T09:14:05.500Z");
    CHECK(moment("1795425245120", "epoch-ms") == "2026-11-23T09:14:05.120Z");
    CHECK(moment("99999999999999999999", "epoch-ms") == "none");
    CHECK(moment("-1", "epoch-s") == "none");
    CHECK(moment("23 Nov 2026 9:14:05 PM", "%d %b %Y %I:%M:%S %p") == "2026-11-23T21:14:05.000Z");
    CHECK(moment("2026-11-23T09:14:05.25+0900", "%Y-%m-%dT%H:%M:%S.%f%z") == "2026-11-23T00:14:05.250Z");
    CHECK(moment("261123091405", "%y%m%d%H%M%S", "Asia/Tokyo") == "2026-11-23T00:14:05.000Z");
    CHECK(moment("2026 327 0914", "%Y %j %H%M") == "2026-11-23T09:14:00.000Z");
    CHECK(moment("2026-02-30 00:00", "%Y-%m-%d %H:%M") == "none");
    CHECK(moment("2026-11-23 09:14 ", "%Y-%m-%d %H:%M") == "none");
    CHECK(moment("2026-10-25 02:30", "%Y-%m-%d %H:%M", "Europe/Berlin") ==
          "2026-10-25T00:30:00.000Z");  // comes twice: the earlier
    using Unit = CallMapping::Unit;
    CHECK(read_duration("61.5", Unit::seconds) == Duration(61'500ms));
    CHECK(read_duration("61500", Unit::milliseconds) == Duration(61'500ms));
    CHECK(read_duration("1:01:01", Unit::clock) == Duration(3661s));
    CHECK(read_duration("01:01", Unit::clock) == Duration(61s));
    CHECK(read_duration("0123", Unit::hmmt) == Duration(12min + 18s));
    for (const auto* bad : {"-1", "nan", "1e5", "", "1:2:3:4", "9999999999", "1 s"})
        CHECK(!read_duration(bad, Unit::clock));
    CHECK(write_moment(Timestamp(1'795'425'245s), "%Y/%m/%d %H:%M:%S", "Asia/Tokyo") == "2026/11/23 18:14:05");
}

TEST_CASE("what is wrong with a mapping is told with line, column and key, all at once")
{
    CHECK(wrong("record: xml\nevents: [{says: nothing}]\n")
              .contains("m.yaml:1:9: record: found 'xml'; expected one of json, csv, fixed, pattern, form"));
    CHECK(wrong("record: json\n").contains("'events' is missing"));
    CHECK(wrong("record: json\nfields: {agent: who}\nevents: [{says: nothing}]\n")
              .contains("m.yaml:2:17: fields.agent: found 'who'; expected a JSON pointer"));
    CHECK(wrong("record: json\nfields: {agnet: /who}\nevents: [{says: nothing}]\n").contains("did you mean 'agent'?"));
    CHECK(wrong("record: json\nevents: [{says: contact}]\n").contains("'agent' is missing"));
    CHECK(wrong("record: json\nfields: {agent: /a}\nevents: [{says: contact}]\n").contains("the end of a contact"));
    CHECK(
        wrong("record: json\nfields: {agent: /a, channel: {from: /c, values: {x: phone}}}\nevents: [{says: nothing}]\n")
            .contains("found 'phone'; expected one of voice"));
    CHECK(wrong("record: pattern\npatterns: ['(']\nevents: [{says: nothing}]\n")
              .contains("patterns: not a regular expression"));
    CHECK(wrong("record: pattern\npatterns: ['(?P<agent>.)']\nfields: {agent: agen}\nevents: [{says: nothing}]\n")
              .contains("the record has no 'agen'; did you mean 'agent'?"));
    CHECK(
        wrong("record: json\ntime_formats: ['%H:%M']\nevents: [{says: nothing}]\n").contains("does not name a moment"));
    CHECK(wrong("record: json\nseparator: tab\nevents: [{says: nothing}]\n")
              .contains("m.yaml:2:12: separator: means nothing"));
    CHECK(
        wrong("record: json\nevents: [{says: nothing}]\npoll: {query: {a: '{sinec}'}}\n").contains("found '{sinec}'"));
    CHECK(wrong("record: fixed\nrecord_length: 10\ncolumns: {a: {at: 8, length: 4}}\nevents: [{says: nothing}]\n")
              .contains("reaches beyond"));
}

}  // namespace breakwatch
