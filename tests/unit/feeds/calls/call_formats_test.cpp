// The formats of other people's records: what each says of calls and agents, and what it refuses.
#include <doctest/doctest.h>

#include "feeds/calls/asterisk/asterisk_names.hpp"
#include "feeds/calls/asterisk/call_queue_log.hpp"
#include "feeds/calls/generic/call_csv.hpp"
#include "feeds/calls/generic/call_ndjson.hpp"
#include "unit/feeds/calls/call_reading.hpp"
#include "unit/feeds/calls/call_truth.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;
using Type = CallStatement::Type;
using Reason = AgentStateEvent::Reason;

}  // namespace

TEST_CASE("an agent of Asterisk may be enrolled by interface or extension")
{
    CHECK(asterisk_names("Local/1001@agents/n") ==
          std::vector<std::string>{"Local/1001@agents/n", "Local/1001@agents", "1001@agents"});
    CHECK(asterisk_names("PJSIP/1001") == std::vector<std::string>{"PJSIP/1001", "1001"});
    CHECK(asterisk_names("Agent/1042") == std::vector<std::string>{"Agent/1042", "1042"});
    CHECK(asterisk_names("Anna Berg") == std::vector<std::string>{"Anna Berg"});
}

TEST_CASE("reasons of pauses are told by class, never as text")
{
    CHECK(reason_of("Lunch") == Reason::meal);
    CHECK(reason_of("Pause – Küche") == Reason::break_);
    CHECK(reason_of("after this call") == Reason::other);
    CHECK(reason_of("After Call Work") == Reason::after_call_work);
    CHECK(reason_of("Team training") == Reason::training);
    CHECK(reason_of("昼休み") == Reason::meal);
    CHECK(reason_of("") == Reason::none);
}

TEST_CASE("generic lines give calls, pauses and heartbeats")
{
    const auto end = good(
        read_generic_call,
        R"({"v":1,"src":"pbx2","id":"7f1c","type":"call_end","agent":"1042","t":"2026-11-23T16:56:02.675Z","queue":"billing","talk_s":311,"end":"caller","seq":9})");
    REQUIRE(end.size() == 1);
    CHECK(end[0].type == Type::call_end);
    CHECK(end[0].source == "pbx2");
    CHECK(end[0].talk == 311s);
    const auto pause =
        good(read_generic_call,
             R"({"v":1,"type":"pause","agent":"1042","t":"2026-11-23T16:56:02Z","reason":"lunch with Bob"})");
    REQUIRE(pause.size() == 1);
    CHECK(pause[0].reason == Reason::meal);
    CHECK(good(read_generic_call, R"({"v":1,"type":"heartbeat","t":"2026-11-23T16:56:02Z"})").empty());
    CHECK(good(read_generic_call, R"({"v":1,"type":"acw_end","agent":"1","t":"2026-11-23T16:56:02Z"})").empty());
}

TEST_CASE("a generic record says on which channel, how long on hold and in wrap-up")
{
    const auto end = good(
        read_generic_call,
        R"({"id":"7f1c","type":"call_end","agent":"1042","t":"2026-11-23T16:56:02Z","channel":"chat","hold_s":12,"acw_s":30.5})");
    REQUIRE(end.size() == 1);
    CHECK(end[0].channel == Channel::chat);
    CHECK(end[0].hold == 12s);
    CHECK(end[0].wrap_up == 30'500ms);
    CHECK(read_generic_call(
              R"({"id":"7f1c","type":"call_end","agent":"1042","t":"2026-11-23T16:56:02Z","channel":"fax"})")
              .error() == "channel: expected voice, chat, email or task");
    CallCsv csv("UTC");
    const auto read = [&](std::string_view line) { return csv.read(line); };
    CHECK(good(read, "agent,ended_at,channel,hold_s,acw_s").empty());
    const auto row = good(read, "1042,2026-11-23T09:05:00Z,email,,20");
    REQUIRE(row.size() == 1);
    CHECK(row[0].channel == Channel::email);
    CHECK_FALSE(row[0].hold);
    CHECK(row[0].wrap_up == 20s);
    CHECK(csv.read("1042,2026-11-23T09:05:00Z,fax,,").error() == "channel: expected voice, chat, email or task");
}

TEST_CASE("bad generic lines are refused by key, never by value")
{
    for (const auto* line :
         {R"({"v":1,"type":"call_end","agent":"1","t":"2026-11-23T16:56:02Z"})",
          R"({"v":2,"type":"heartbeat","t":"2026-11-23T16:56:02Z"})",
          R"({"v":1,"type":"call_end","id":"1","agent":"1","t":"+4930123456"})",
          R"({"v":1,"type":"call_end","id":"1","t":"2026-11-23T16:56:02Z"})",
          R"({"v":1,"type":"call_end","id":"1","agent":"1","t":"2026-11-23T16:56:02Z","ani":"+4930123456"})",
          R"({"v":1,"type":"call_end","id":"1","ag)", R"([1])",
          R"({"v":1,"type":"call_end","id":"","agent":"1","t":"2026-11-23T16:56:02Z"})",
          R"({"v":1,"type":"+4930123456","t":"2026-11-23T16:56:02Z"})"}) {
        CAPTURE(line);
        const auto refused = read_generic_call(line);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().find("4930") == std::string::npos);
    }
}

TEST_CASE("a table of calls is read by its column names, in local time")
{
    CallCsv csv("Europe/Berlin");
    const auto read = [&](std::string_view line) { return csv.read(line); };
    CHECK(good(read, "ended_at,agent,answered_at,queue,ended_by,id\r").empty());
    const auto row = good(read, "2026-11-23 10:05:00,1042,2026-11-23T09:00:00Z,\"bil,ling\",caller,c7");
    REQUIRE(row.size() == 2);
    CHECK(row[0].at == at("09:00"));
    CHECK(row[1].at == at("09:05"));
    CHECK(row[1].queue == "bil,ling");
    CHECK(row[1].id == "c7");
    CHECK(good(read, "agent,ended_at,talk_s").empty());  // the next file brings its own
    const auto talk = good(read, "1042,2026-11-23T09:05:00Z,240");
    REQUIRE(talk.size() == 1);
    CHECK(talk[0].talk == 240s);
    CHECK_FALSE(talk[0].id.empty());
}

TEST_CASE("bad rows and columns of a table are refused without their values")
{
    CallCsv csv("UTC");
    for (const auto* line : {"agent,ended_at,caller_id", "1042,2026-11-23T09:05:00Z"}) {
        const auto refused = csv.read(line);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().starts_with("expected a first line"));
    }
    REQUIRE(csv.read("agent,ended_at,answered_at"));
    for (const auto* line :
         {"1042,2026-11-23T09:05:00Z", "1042,+4930123456,", ",2026-11-23T09:05:00Z,",
          "1042,2026-11-23T09:05:00Z,2026-11-23T09:06:00Z", "\"1042,2026-11-23T09:05:00Z,", "+4930123456,x,y,z"}) {
        CAPTURE(line);
        const auto refused = csv.read(line);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().find("4930") == std::string::npos);
    }
    CHECK(csv.read("1042,2026-11-23T09:05:00Z,"));
}

}  // namespace breakwatch
