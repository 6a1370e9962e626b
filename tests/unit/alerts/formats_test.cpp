// Every format behind every header: the bytes of one alert, the room that it keeps to. Whether others can read what any
// alert becomes: tests/conformance/formats.py.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <cstdlib>
#include <ctime>
#include <random>
#include <string>

#include "alerts/formats/alert_format.hpp"
#include "alerts/formats/field_names.hpp"
#include "alerts/formats/header_format.hpp"
#include "unit/alerts/an_alert.hpp"
#include "unit/alerts/rfc5424_parser.hpp"

using namespace breakwatch;

namespace {

SyslogIdentity speaking(std::string_view header = "rfc5424")
{
    return {.facility = 16, .hostname = "bw01", .procid = "912", .header = &header_format(header)};
}

Alert told()
{
    auto alert = test::an_alert();
    alert.fields = {{"id", "bw-4f1c"},
                    {"rev", "2"},
                    {"rule", "post-after-call"},
                    {"subj", "p-7f3a9c01d2e4"},
                    {"plat", "x"},
                    {"tier", "B"},
                    {"conf", "0.98"},
                    {"at", "2026-11-23T09:18:40.000Z"},
                    {"after_call_s", "251.0"},
                    {"cnt", "1"},
                    {"grade", "medium"}};
    return alert;
}

std::string body_of(std::string_view format, const Alert& alert, const std::string& head)
{
    const auto bytes = alert_format(format).write(alert, speaking()).bytes;
    REQUIRE(bytes.starts_with(head));
    return bytes.substr(head.size());
}

constexpr auto kHead = "<132>1 2026-11-23T09:18:41.207Z bw01 breakwatch 912 POSTLIKE - ";

// Of this machine's zone, for as long as it lives.
class Zone {
  public:
    explicit Zone(const char* name)
    {
        if (const char* now = std::getenv("TZ")) before_ = now;
        ::setenv("TZ", name, 1);
        ::tzset();
    }
    ~Zone()
    {
        before_.empty() ? ::unsetenv("TZ") : ::setenv("TZ", before_.c_str(), 1);
        ::tzset();
    }
    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;

  private:
    std::string before_;
};

}  // namespace

TEST_CASE("RFC 3164's header has the machine's local time, a day of one digit after two blanks")
{
    const Zone zone("JST-9");
    auto alert = test::an_alert();
    alert.at = *parse_rfc3339("2026-11-08T15:18:41.207Z");
    const auto bytes = alert_format("rfc5424").write(alert, speaking("rfc3164")).bytes;
    CHECK(bytes.starts_with("<132>Nov  9 00:18:41 bw01 breakwatch[912]: [breakwatch@32473 "));
    CHECK(bytes.find(R"(time="2026-11-08T15:18:41.207Z" msgid="POSTLIKE")") != std::string::npos);
    auto unnamed = speaking("rfc3164");
    unnamed.procid = "-";
    unnamed.app_name = "break:watch[1]";
    CHECK(alert_format("json").write(alert, unnamed).bytes.starts_with("<132>Nov  9 00:18:41 bw01 break_watch_1_: {"));
}

TEST_CASE("an alert in CEF is these bytes")
{
    CHECK(body_of("cef", told(), kHead) ==
          "CEF:0|Breakwatch|breakwatch|" BREAKWATCH_VERSION
          "|BW-1001|Incident raised|6|rt=1795425521207 cat=POSTLIKE "
          "dvchost=bw01 bwSchema=1 bwSeq=7 bwPrev=6 externalId=bw-4f1c cn1Label=revision cn1=2 cs2Label=rule "
          "cs2=post-after-call suser=p-7f3a9c01d2e4 app=x cs1Label=tier cs1=B cfp1Label=confidence cfp1=0.98 "
          "start=1795425520000 cfp2Label=secondsAfterCall cfp2=251.0 cnt=1 flexString2Label=grade flexString2=medium "
          "msg=post-like activity on x by p-7f3a9c01d2e4");
}

TEST_CASE(
    "CEF: pipes are escaped in the header, equals signs in values, backslashes in both; numbers' keys have numbers")
{
    auto alert = test::an_alert();
    alert.code = "a|b=c\\";
    alert.fields = {{"conf", "high"}, {"queue", "a|b=c\\ "}, {"found_true", "3"}, {"nobody_knows", "x"}};
    alert.text = "";
    const auto body = body_of("cef", alert, kHead);
    CHECK(body.find("|a\\|b=c\\\\|An event that the catalogue does not know|6|") != std::string::npos);
    CHECK(body.ends_with("bwConf=high cs6Label=queue cs6=a|b\\=c\\\\ bwFoundTrue=3 bw_nobody_knows=x"));
}

TEST_CASE("an alert in LEEF is these bytes")
{
    CHECK(body_of("leef", told(), kHead) ==
          "LEEF:2.0|Breakwatch|breakwatch|" BREAKWATCH_VERSION
          "|BW-1001|x09|devTime=2026-11-23T09:18:41.207Z\t"
          "devTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSX\tsev=6\tcat=POSTLIKE\tsensor=bw01\tschema=1\tseq=7\tprev=6\t"
          "id=bw-4f1c\trev=2\tpolicy=post-after-call\tusrName=p-7f3a9c01d2e4\tresource=x\ttier=B\tconf=0.98\t"
          "at=2026-11-23T09:18:40.000Z\tafter_call_s=251.0\tcnt=1\tgrade=medium\t"
          "msg=post-like activity on x by p-7f3a9c01d2e4");
}

TEST_CASE("an alert in ECS has the schema's names, and ours in a group")
{
    CHECK(
        body_of("ecs", told(), kHead) ==
        R"({"@timestamp":"2026-11-23T09:18:41.207Z","ecs":{"version":"8.11.0"},"event":{"kind":"alert",)"
        R"("category":["intrusion_detection"],"type":["info"],"module":"breakwatch","dataset":"breakwatch.events",)"
        R"("provider":"breakwatchd","code":"BW-1001","action":"Incident raised","severity":6,"sequence":7,)"
        R"("id":"bw-4f1c","start":"2026-11-23T09:18:40.000Z"},"log":{"syslog":{"severity":{"code":4}}},)"
        R"("observer":{"vendor":"Breakwatch","product":"breakwatch","type":"sensor","version":")" BREAKWATCH_VERSION
        R"(","hostname":"bw01"},"breakwatch":{"schema":"1","prev":6,"msgid":"POSTLIKE","rev":2,"tier":"B","conf":0.98,)"
        R"("after_call_s":251,"cnt":1,"grade":"medium"},"rule":{"name":"post-after-call"},)"
        R"("user":{"id":"p-7f3a9c01d2e4"},"network":{"application":"x"},"message":"post-like activity on x by p-7f3a9c01d2e4"})");
}

TEST_CASE("an incident in OCSF is a Detection Finding, created, updated and closed")
{
    CHECK(
        body_of("ocsf", told(), kHead) ==
        R"({"category_uid":2,"class_uid":2004,"activity_id":1,"type_uid":200401,"severity_id":3,"time":1795425521207,)"
        R"("metadata":{"version":"1.4.0","product":{"name":"breakwatch","vendor_name":"Breakwatch","version":")" BREAKWATCH_VERSION
        R"("},"event_code":"BW-1001","sequence":7,"log_name":"POSTLIKE"},"is_alert":true,)"
        R"("finding_info":{"uid":"bw-4f1c","title":"Incident raised","analytic":{"name":"post-after-call","type_id":1}},)"
        R"("evidences":[{"actor":{"user":{"uid":"p-7f3a9c01d2e4"}}}],"count":1,"start_time":1795425520000,)"
        R"("confidence_score":98,"message":"post-like activity on x by p-7f3a9c01d2e4","unmapped":{"schema":"1","prev":6,)"
        R"("rev":2,"plat":"x","tier":"B","conf":0.98,"after_call_s":251,"grade":"medium"}})");
    const auto activity = [](const EventKind& kind) {
        auto alert = told();
        alert.code = kind.code;
        return boost::json::parse(body_of("ocsf", alert, kHead)).at("type_uid").as_int64();
    };
    CHECK(activity(event::kRevision) == 200402);
    CHECK(activity(event::kWithdrawn) == 200403);
    CHECK(activity(event::kOpened) == 300402);
    CHECK(activity(event::kVerdictGiven) == 300403);
    CHECK(activity(event::kStarted) == 600203);
    CHECK(activity(event::kHeartbeat) == 99);
}

TEST_CASE("no two fields have one name in a format, and each name is the catalogue's")
{
    for (const auto& names : kFieldNames) {
        CAPTURE(names.name);
        CHECK(std::ranges::count(kFieldNames, names.name, &FieldNames::name) == 1);
        CHECK(std::ranges::count(kEventFields, names.name, &EventField::name) == 1);
        for (const auto& other : kFieldNames) {
            const bool itself = &other == &names;
            CHECK((itself || other.cef != names.cef));
            CHECK((itself || names.leef.empty() || other.leef != names.leef));
            CHECK((itself || names.ecs.empty() || other.ecs != names.ecs));
        }
    }
}

TEST_CASE("whatever is to be told and whoever speaks, a message keeps to its room, is UTF-8 and one line")
{
    std::mt19937 random(42);
    const auto octets = [&](std::size_t most) {
        std::string out(random() % (most + 1), ' ');
        const bool wild = random() % 2 == 0;
        for (char& c : out) c = wild ? static_cast<char>(random() % 256) : "\\\"|=]a\xE3\x82\xAB\t"[random() % 9];
        return out;
    };
    for (int round = 0; round < 60; ++round) {
        Alert alert = test::an_alert();
        alert.code = random() % 2 == 0 ? octets(60) : std::string(kEvents.at(random() % kEvents.size()).code);
        alert.severity = static_cast<Severity>(random() % 256);
        alert.fields.clear();
        for (auto count = random() % 25; count > 0; --count) {
            const bool known = random() % 2 == 0;
            alert.fields.emplace_back(
                known ? std::string(kEventFields.at(random() % kEventFields.size()).name) : octets(40),
                octets(random() % 4 == 0 ? 3'000 : 50));
        }
        alert.text = octets(random() % 3 == 0 ? 9'000 : 80);
        for (const auto& header : header_formats()) {
            const SyslogIdentity identity{.hostname = octets(300),
                                          .app_name = octets(60),
                                          .procid = octets(150),
                                          .most_octets = random() % 6'000,
                                          .header = &header};
            for (const auto& format : alert_formats()) {
                const auto message = format.write(alert, identity);
                CAPTURE(round);
                CAPTURE(format.word);
                const auto head = header.write(clean_alert(alert).alert, identity, false).size();
                REQUIRE(message.bytes.size() <=
                        std::max({identity.most_octets, kLeastMostOctets, head + kLeastBodyOctets}));
                REQUIRE(test::is_utf8(message.bytes));
                REQUIRE(message.bytes.find_first_of("\n\r") == std::string::npos);
                REQUIRE(message.bytes.find('\0') == std::string::npos);
            }
        }
    }
}
