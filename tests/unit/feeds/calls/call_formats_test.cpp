// The formats of other people's records: what each says of calls and agents, and what it refuses.
#include <doctest/doctest.h>

#include "feeds/calls/asterisk/asterisk_names.hpp"
#include "feeds/calls/call_formats.hpp"
#include "unit/feeds/calls/call_truth.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;
using Type = CallStatement::Type;
using Reason = AgentStateEvent::Reason;

CallStatements without_heartbeats(CallStatements statements)
{
    std::erase_if(statements, [](const auto& each) { return each.type == Type::heartbeat; });
    return statements;
}

template <typename Read>
CallStatements good(const Read& read, const std::string& record)
{
    const auto statements = read(record);
    INFO((statements ? std::string() : statements.error()));
    REQUIRE(statements);
    return without_heartbeats(*statements);
}

const std::string kArn = "arn:aws:connect:eu-west-2:123456789012:instance/aaaa/agent/bbbb";

std::string contact(const std::string& state, const std::string& since, const std::string& answered = "2026-11-23T09:00:05.000Z",
                    const std::string& channel = "VOICE")
{
    return R"({"ContactId":"c-1","Channel":")" + channel + R"(","InitiationMethod":"INBOUND","State":")" + state +
           R"(","StateStartTimestamp":")" + since + "\"," +
           (answered.empty() ? R"("ConnectedToAgentTimestamp":null,)" : R"("ConnectedToAgentTimestamp":")" + answered + "\",") +
           R"("Queue":{"ARN":"arn:q","Name":"billing"}})";
}

std::string connect_record(const std::string& type, const std::string& at, const std::string& before, const std::string& now,
                           const std::string& status = R"("Name":"Available","Type":"ROUTABLE","StartTimestamp":"2026-11-23T08:00:00.000Z")")
{
    const auto snapshot = [&](const std::string& contacts, const std::string& is) {
        return R"({"AgentStatus":{"ARN":"arn:s",)" + is + R"(},"Configuration":{"FirstName":"Anna","LastName":"Berg","Username":"anna.berg"},"Contacts":[)" +
               contacts + "]}";
    };
    const std::string was = R"("Name":"Available","Type":"ROUTABLE","StartTimestamp":"2026-11-23T08:00:00.000Z")";
    return R"({"AWSAccountId":"123456789012","AgentARN":")" + kArn + R"(","CurrentAgentSnapshot":)" + snapshot(now, status) +
           R"(,"EventId":"e","EventTimestamp":")" + at + R"(","EventType":")" + type + R"(","InstanceARN":"arn:i","PreviousAgentSnapshot":)" +
           snapshot(before, was) + R"(,"Version":"2017-10-01"})";
}

std::string genesys(const std::string& topic, const std::string& body)
{
    return R"({"version":"0","id":"x","detail-type":")" + topic + R"(","source":"aws.partner/genesys.com/cloud/x","time":"2026-11-23T09:00:00Z","detail":{"topicName":")" +
           topic + R"(","version":"2","timestamp":"2026-11-23T09:00:00Z","metadata":{},"eventBody":)" + body + "}}";
}

const std::string kUserEnd =
    R"({"eventTime":1795425245120,"conversationId":"cv-1","participantId":"p","sessionId":"s-1","disconnectType":"PEER","mediaType":"VOICE",
        "provider":"Edge","direction":"INBOUND","ani":"tel:+4930123456","dnis":"tel:+4930999999","userId":"u-1","divisionId":"d","queueId":"q-1",
        "interactingDurationMs":300000,"heldDurationMs":11000})";

}  // namespace

TEST_CASE("an agent of Asterisk may be enrolled by interface or extension")
{
    CHECK(asterisk_names("Local/1001@agents/n") == std::vector<std::string>{"Local/1001@agents/n", "Local/1001@agents", "1001"});
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
    const auto end = good(read_generic_call, R"({"v":1,"src":"pbx2","id":"7f1c","type":"call_end","agent":"1042","t":"2026-11-23T16:56:02.675Z","queue":"billing","talk_s":311,"end":"caller","seq":9})");
    REQUIRE(end.size() == 1);
    CHECK(end[0].type == Type::call_end);
    CHECK(end[0].source == "pbx2");
    CHECK(end[0].talk == 311s);
    const auto pause = good(read_generic_call, R"({"v":1,"type":"pause","agent":"1042","t":"2026-11-23T16:56:02Z","reason":"lunch with Bob"})");
    REQUIRE(pause.size() == 1);
    CHECK(pause[0].reason == Reason::meal);
    CHECK(good(read_generic_call, R"({"v":1,"type":"heartbeat","t":"2026-11-23T16:56:02Z"})").empty());
    CHECK(good(read_generic_call, R"({"v":1,"type":"acw_end","agent":"1","t":"2026-11-23T16:56:02Z"})").empty());
}

TEST_CASE("a generic record says on which channel, how long on hold and in wrap-up")
{
    const auto end = good(read_generic_call, R"({"id":"7f1c","type":"call_end","agent":"1042","t":"2026-11-23T16:56:02Z","channel":"chat","hold_s":12,"acw_s":30.5})");
    REQUIRE(end.size() == 1);
    CHECK(end[0].channel == Channel::chat);
    CHECK(end[0].hold == 12s);
    CHECK(end[0].wrap_up == 30'500ms);
    CHECK(read_generic_call(R"({"id":"7f1c","type":"call_end","agent":"1042","t":"2026-11-23T16:56:02Z","channel":"fax"})").error() ==
          "channel: expected voice, chat, email or task");
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
         {R"({"v":1,"type":"call_end","agent":"1","t":"2026-11-23T16:56:02Z"})", R"({"v":2,"type":"heartbeat","t":"2026-11-23T16:56:02Z"})",
          R"({"v":1,"type":"call_end","id":"1","agent":"1","t":"+4930123456"})", R"({"v":1,"type":"call_end","id":"1","t":"2026-11-23T16:56:02Z"})",
          R"({"v":1,"type":"call_end","id":"1","agent":"1","t":"2026-11-23T16:56:02Z","ani":"+4930123456"})", R"({"v":1,"type":"call_end","id":"1","ag)",
          R"([1])", R"({"v":1,"type":"call_end","id":"","agent":"1","t":"2026-11-23T16:56:02Z"})", R"({"v":1,"type":"+4930123456","t":"2026-11-23T16:56:02Z"})"}) {
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
    for (const auto* line : {"1042,2026-11-23T09:05:00Z", "1042,+4930123456,", ",2026-11-23T09:05:00Z,", "1042,2026-11-23T09:05:00Z,2026-11-23T09:06:00Z",
                             "\"1042,2026-11-23T09:05:00Z,", "+4930123456,x,y,z"}) {
        CAPTURE(line);
        const auto refused = csv.read(line);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().find("4930") == std::string::npos);
    }
    CHECK(csv.read("1042,2026-11-23T09:05:00Z,"));
}

TEST_CASE("a contact of Amazon Connect that is answered and ends is one call")
{
    SaidCalls said;
    const auto connected = contact("CONNECTED", "2026-11-23T09:00:05.000Z");
    said.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:00:05.100Z", contact("CONNECTING", "2026-11-23T09:00:00.000Z", ""), connected)));
    said.take(good(read_amazon_connect, connect_record("HEART_BEAT", "2026-11-23T09:02:05.100Z", connected, connected)));
    said.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:03:00.000Z", connected, contact("CONNECTED_ONHOLD", "2026-11-23T09:03:00.000Z"))));
    REQUIRE(said.all().size() == 1);
    CHECK_FALSE(said.all()[0].ended);
    said.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:00.200Z", connected, contact("ENDED", "2026-11-23T09:05:00.000Z"))));
    said.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:06:00.000Z", contact("ENDED", "2026-11-23T09:05:00.000Z"), "")));
    REQUIRE(said.all().size() == 1);
    const auto call = said.all()[0];
    CHECK(call.answered == at("09:00:05"));
    CHECK(call.ended == at("09:05"));
    CHECK(call.queue == "billing");
    CHECK(call.agents == std::vector<std::string>{"anna.berg", "bbbb"});
}

TEST_CASE("a contact of Amazon Connect whose end was lost ends when it is gone; a missed one is no call")
{
    SaidCalls said;
    said.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:00.000Z", contact("CONNECTED", "2026-11-23T09:00:05.000Z"), "")));
    REQUIRE(said.all().size() == 1);
    CHECK(said.all()[0].answered == at("09:00:05"));
    CHECK(said.all()[0].ended == at("09:05"));
    SaidCalls missed;
    missed.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:00.000Z", contact("INCOMING", "2026-11-23T09:04:00.000Z", ""),
                                                         contact("MISSED", "2026-11-23T09:05:00.000Z", ""))));
    missed.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:01.000Z", contact("MISSED", "2026-11-23T09:05:00.000Z", ""),
                                                         contact("ENDED", "2026-11-23T09:05:01.000Z", ""))));
    missed.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:01.000Z", "", contact("CONNECTED", "2026-11-23T09:05:01.000Z", "2026-11-23T09:05:01.000Z", "CHAT"))));
    CHECK(missed.all().empty());
}

TEST_CASE("states of an Amazon Connect agent are logins, pauses and their ends")
{
    const auto lunch = good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T12:00:00.100Z", "", "",
                                                                R"("Name":"Lunch","Type":"CUSTOM","StartTimestamp":"2026-11-23T12:00:00.000Z")"));
    REQUIRE(lunch.size() == 1);
    CHECK(lunch[0].type == Type::pause);
    CHECK(lunch[0].reason == Reason::meal);
    CHECK(lunch[0].at == at("12:00"));
    const auto login = good(read_amazon_connect, connect_record("LOGIN", "2026-11-23T08:00:00.000Z", "", ""));
    REQUIRE(login.size() == 1);
    CHECK(login[0].type == Type::login);
    CHECK(good(read_amazon_connect, connect_record("LOGOUT", "2026-11-23T17:00:00.000Z", "", ""))[0].type == Type::logout);
}

TEST_CASE("a user.end of Genesys Cloud is the end of a call, in its envelope or alone")
{
    const auto topic = "v2.detail.events.conversation.cv-1.user.end";
    for (const auto& record : {genesys(topic, kUserEnd), kUserEnd}) {
        const auto said = good(read_genesys_cloud, record);
        REQUIRE(said.size() == 1);
        CHECK(said[0].type == Type::call_end);
        CHECK(said[0].at.time_since_epoch() == 1795425245120ms);
        CHECK(said[0].talk == 311s);
        CHECK(said[0].agents == std::vector<std::string>{"u-1"});
        CHECK(said[0].id == "cv-1/s-1");
        CHECK(said[0].queue == "q-1");
        CHECK(said[0].ended_by == "caller");
    }
}

TEST_CASE("Genesys Cloud: a start, after-call work, presence, and other media")
{
    const std::string ids = R"("conversationId":"cv-1","sessionId":"s-1","userId":"u-1","ani":"tel:+4930123456")";
    const auto start = good(read_genesys_cloud, genesys("v2.detail.events.conversation.cv-1.user.start", R"({"eventTime":1795424934120,"mediaType":"VOICE",)" + ids + "}"));
    REQUIRE(start.size() == 1);
    CHECK(start[0].type == Type::call_start);
    CHECK(start[0].id == "cv-1/s-1");
    const auto acw = good(read_genesys_cloud, genesys("v2.detail.events.conversation.cv-1.acw", R"({"eventTime":1795425275120,"afterCallWorkDurationMs":30000,)" + ids + "}"));
    REQUIRE(acw.size() == 2);
    CHECK(acw[0].reason == Reason::after_call_work);
    CHECK(acw[1].at - acw[0].at == 30s);
    CHECK(good(read_genesys_cloud, genesys("v2.detail.events.conversation.cv-1.user.end", R"({"eventTime":1795425275120,"mediaType":"CHAT",)" + ids + "}")).empty());
    // As it is published, without a time of its own; EventBridge's envelope has one.
    const auto bare = good(read_genesys_cloud, R"({"time":"2026-11-23T12:00:01Z","detail":{"topicName":"v2.users.u-1.presence","eventBody":{"source":"PURECLOUD","presenceDefinition":{"id":"x","systemPresence":"MEAL"},"primary":true,"message":""}}})");
    REQUIRE(bare.size() == 2);
    CHECK(bare[1].type == Type::pause);
    CHECK(to_rfc3339(bare[1].at) == "2026-11-23T12:00:01.000Z");
    const auto meal = good(read_genesys_cloud, R"({"topicName":"v2.users.u-1.presence","eventBody":{"source":"PURECLOUD","presenceDefinition":{"id":"x","systemPresence":"MEAL"},"modifiedDate":"2026-11-23T12:00:00.000Z"}})");
    REQUIRE(meal.size() == 2);
    CHECK(meal[1].agents == std::vector<std::string>{"u-1"});
    CHECK(meal[1].reason == Reason::meal);
}

TEST_CASE("bad records of the cloud systems are refused by key, never by value")
{
    for (const auto* record : {"", "[]", "{", "{}", R"({"EventType":"LOGIN"})", R"({"EventType":"LOGIN","EventTimestamp":"+4930123456","AgentARN":"x"})",
                               R"({"EventType":"LOGIN","EventTimestamp":"2026-11-23T12:00:00Z"})", R"({"EventType":7,"EventTimestamp":8})"}) {
        CAPTURE(record);
        const auto refused = read_amazon_connect(record);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().find("4930") == std::string::npos);
    }
    for (const auto* record : {"", "[]", "{", "{}", R"({"topicName":"v2.detail.events.conversation.+4930123456.customer.end","eventBody":{}})",
                               R"({"disconnectType":"PEER","eventTime":-1,"userId":"u","conversationId":"c"})",
                               R"({"disconnectType":"PEER","eventTime":1e300,"userId":"u","conversationId":"c"})",
                               R"({"disconnectType":"PEER","eventTime":1795425245120,"conversationId":"c","ani":"+4930123456"})"}) {
        CAPTURE(record);
        const auto refused = read_genesys_cloud(record);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().find("4930") == std::string::npos);
    }
}

TEST_CASE("records of the cloud systems with members of the wrong kind are read as far as they make sense")
{
    CHECK(read_amazon_connect(R"({"EventType":"HEART_BEAT","EventTimestamp":"2026-11-23T12:00:00Z","AgentARN":"x","CurrentAgentSnapshot":[],"PreviousAgentSnapshot":{"Contacts":{}}})"));
    CHECK(read_amazon_connect(R"({"EventType":"HEART_BEAT","EventTimestamp":"2026-11-23T12:00:00Z","AgentARN":"x","CurrentAgentSnapshot":{"Contacts":[7,null,{"ContactId":9}]}})"));
    CHECK(read_genesys_cloud(R"({"eventBody":7,"disconnectType":"PEER","eventTime":1795425245120,"userId":"u","conversationId":"c","interactingDurationMs":"x"})"));
}

}  // namespace breakwatch
