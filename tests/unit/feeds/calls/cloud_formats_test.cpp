// The records of Amazon Connect and Genesys Cloud: what each says of calls and agents, and what it refuses.
#include <doctest/doctest.h>

#include <memory>

#include "feeds/calls/amazon_connect/call_amazon_connect.hpp"
#include "feeds/calls/genesys_cloud/call_genesys_cloud.hpp"
#include "unit/feeds/calls/call_reading.hpp"
#include "unit/feeds/calls/call_truth.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;
using Type = CallStatement::Type;
using Reason = AgentStateEvent::Reason;

const std::string kArn = "arn:aws:connect:eu-west-2:123456789012:instance/aaaa/agent/bbbb";

std::string contact(const std::string& state, const std::string& since,
                    const std::string& answered = "2026-11-23T09:00:05.000Z", const std::string& channel = "VOICE")
{
    return R"({"ContactId":"c-1","Channel":")" + channel + R"(","InitiationMethod":"INBOUND","State":")" + state +
           R"(","StateStartTimestamp":")" + since + "\"," +
           (answered.empty() ? R"("ConnectedToAgentTimestamp":null,)"
                             : R"("ConnectedToAgentTimestamp":")" + answered + "\",") +
           R"("Queue":{"ARN":"arn:q","Name":"billing"}})";
}

std::string connect_record(
    const std::string& type, const std::string& at, const std::string& before, const std::string& now,
    const std::string& status = R"("Name":"Available","Type":"ROUTABLE","StartTimestamp":"2026-11-23T08:00:00.000Z")")
{
    const auto snapshot = [&](const std::string& contacts, const std::string& is) {
        return R"({"AgentStatus":{"ARN":"arn:s",)" + is +
               R"(},"Configuration":{"FirstName":"Anna","LastName":"Berg","Username":"anna.berg"},"Contacts":[)" +
               contacts + "]}";
    };
    const std::string was = R"("Name":"Available","Type":"ROUTABLE","StartTimestamp":"2026-11-23T08:00:00.000Z")";
    return R"({"AWSAccountId":"123456789012","AgentARN":")" + kArn + R"(","CurrentAgentSnapshot":)" +
           snapshot(now, status) + R"(,"EventId":"e","EventTimestamp":")" + at + R"(","EventType":")" + type +
           R"(","InstanceARN":"arn:i","PreviousAgentSnapshot":)" + snapshot(before, was) +
           R"(,"Version":"2017-10-01"})";
}

// Each with nothing before it.
auto genesys_reader()
{
    return [cloud = std::make_shared<GenesysCloud>()](std::string_view text) { return cloud->read(text); };
}

std::string genesys(const std::string& topic, const std::string& body)
{
    return R"({"version":"0","id":"x","detail-type":")" + topic +
           R"(","source":"aws.partner/genesys.com/cloud/x","time":"2026-11-23T09:00:00Z","detail":{"topicName":")" +
           topic + R"(","version":"2","timestamp":"2026-11-23T09:00:00Z","metadata":{},"eventBody":)" + body + "}}";
}

const std::string kUserEnd =
    R"({"eventTime":1795425245120,"conversationId":"cv-1","participantId":"p","sessionId":"s-1","disconnectType":"PEER","mediaType":"VOICE",
        "provider":"Edge","direction":"INBOUND","ani":"tel:+4930123456","dnis":"tel:+4930999999","userId":"u-1","divisionId":"d","queueId":"q-1",
        "interactingDurationMs":300000,"heldDurationMs":11000})";

}  // namespace

TEST_CASE("a contact of Amazon Connect that is answered and ends is one call")
{
    SaidCalls said;
    const auto connected = contact("CONNECTED", "2026-11-23T09:00:05.000Z");
    said.take(
        good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:00:05.100Z",
                                                 contact("CONNECTING", "2026-11-23T09:00:00.000Z", ""), connected)));
    said.take(
        good(read_amazon_connect, connect_record("HEART_BEAT", "2026-11-23T09:02:05.100Z", connected, connected)));
    said.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:03:00.000Z", connected,
                                                       contact("CONNECTED_ONHOLD", "2026-11-23T09:03:00.000Z"))));
    REQUIRE(said.all().size() == 1);
    CHECK_FALSE(said.all()[0].ended);
    said.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:00.200Z", connected,
                                                       contact("ENDED", "2026-11-23T09:05:00.000Z"))));
    said.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:06:00.000Z",
                                                       contact("ENDED", "2026-11-23T09:05:00.000Z"), "")));
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
    said.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:00.000Z",
                                                       contact("CONNECTED", "2026-11-23T09:00:05.000Z"), "")));
    REQUIRE(said.all().size() == 1);
    CHECK(said.all()[0].answered == at("09:00:05"));
    CHECK(said.all()[0].ended == at("09:05"));
    SaidCalls missed;
    missed.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:00.000Z",
                                                         contact("INCOMING", "2026-11-23T09:04:00.000Z", ""),
                                                         contact("MISSED", "2026-11-23T09:05:00.000Z", ""))));
    missed.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:01.000Z",
                                                         contact("MISSED", "2026-11-23T09:05:00.000Z", ""),
                                                         contact("ENDED", "2026-11-23T09:05:01.000Z", ""))));
    missed.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:01.000Z", "",
                                                         contact("CONNECTED", "2026-11-23T09:05:01.000Z",
                                                                 "2026-11-23T09:05:01.000Z", "FAX"))));
    CHECK(missed.all().empty());
}

TEST_CASE("states of an Amazon Connect agent are logins, pauses and their ends")
{
    const auto lunch =
        good(read_amazon_connect,
             connect_record("STATE_CHANGE", "2026-11-23T12:00:00.100Z", "", "",
                            R"("Name":"Lunch","Type":"CUSTOM","StartTimestamp":"2026-11-23T12:00:00.000Z")"));
    REQUIRE(lunch.size() == 1);
    CHECK(lunch[0].type == Type::pause);
    CHECK(lunch[0].reason == Reason::meal);
    CHECK(lunch[0].at == at("12:00"));
    const auto login = good(read_amazon_connect, connect_record("LOGIN", "2026-11-23T08:00:00.000Z", "", ""));
    REQUIRE(login.size() == 1);
    CHECK(login[0].type == Type::login);
    CHECK(good(read_amazon_connect, connect_record("LOGOUT", "2026-11-23T17:00:00.000Z", "", ""))[0].type ==
          Type::logout);
}

TEST_CASE("a user.end of Genesys Cloud is the end of a call, in its envelope or alone")
{
    const auto topic = "v2.detail.events.conversation.cv-1.user.end";
    for (const auto& record : {genesys(topic, kUserEnd), kUserEnd}) {
        const auto said = good(genesys_reader(), record);
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
    const auto start =
        good(genesys_reader(), genesys("v2.detail.events.conversation.cv-1.user.start",
                                       R"({"eventTime":1795424934120,"mediaType":"VOICE",)" + ids + "}"));
    CHECK(start.empty());  // it rings
    const auto acw =
        good(genesys_reader(), genesys("v2.detail.events.conversation.cv-1.acw",
                                       R"({"eventTime":1795425275120,"afterCallWorkDurationMs":30000,)" + ids + "}"));
    REQUIRE(acw.size() == 2);
    CHECK(acw[0].reason == Reason::after_call_work);
    CHECK(acw[1].at - acw[0].at == 30s);
    const auto chat =
        good(genesys_reader(),
             genesys("v2.detail.events.conversation.cv-1.user.end",
                     R"({"eventTime":1795425275120,"mediaType":"MESSAGE","interactingDurationMs":60000,)" + ids + "}"));
    REQUIRE(chat.size() == 1);
    CHECK(chat[0].channel == Channel::chat);
    CHECK(chat[0].talk == 60s);
    CHECK(
        good(genesys_reader(),
             genesys("v2.detail.events.conversation.cv-1.user.end",
                     R"({"eventTime":1795425275120,"mediaType":"COBROWSE","interactingDurationMs":60000,)" + ids + "}"))
            .empty());
    // As it is published, without a time of its own; EventBridge's envelope has one.
    const auto bare = good(
        genesys_reader(),
        R"({"time":"2026-11-23T12:00:01Z","detail":{"topicName":"v2.users.u-1.presence","eventBody":{"source":"PURECLOUD","presenceDefinition":{"id":"x","systemPresence":"MEAL"},"primary":true,"message":""}}})");
    REQUIRE(bare.size() == 2);
    CHECK(bare[1].type == Type::pause);
    CHECK(to_rfc3339(bare[1].at) == "2026-11-23T12:00:01.000Z");
    const auto meal = good(
        genesys_reader(),
        R"({"topicName":"v2.users.u-1.presence","eventBody":{"source":"PURECLOUD","presenceDefinition":{"id":"x","systemPresence":"MEAL"},"modifiedDate":"2026-11-23T12:00:00.000Z"}})");
    REQUIRE(meal.size() == 2);
    CHECK(meal[1].agents == std::vector<std::string>{"u-1"});
    CHECK(meal[1].reason == Reason::meal);
}

TEST_CASE("Genesys Cloud: what rang in vain, was dialled in vain, or is listened in to is no call")
{
    const std::string ids =
        R"("eventTime":1795425275120,"mediaType":"VOICE","conversationId":"cv-1","sessionId":"s-1","userId":"u-1")";
    const auto end = [&](const std::string& more) {
        return good(genesys_reader(), genesys("v2.detail.events.conversation.cv-1.user.end", "{" + ids + more + "}"));
    };
    CHECK(end(R"(,"disconnectType":"TIMEOUT","alertingDurationMs":20000)").empty());
    CHECK(
        end(R"(,"disconnectType":"CLIENT","direction":"OUTBOUND","dialingDurationMs":3000,"contactingDurationMs":25000)")
            .empty());
    CHECK(end(R"(,"alertingDurationMs":20000,"interactingDurationMs":0)").empty());
    CHECK(end(R"(,"alertingDurationMs":20000,"interactingDurationMs":null)").empty());
    CHECK(end(R"(,"disconnectType":"NOANSWER_TRANSFER","alertingDurationMs":20000)").empty());
    CHECK(end(R"(,"interactingDurationMs":60000,"monitoredParticipantId":"p2")").empty());
    CHECK(end(R"(,"interactingDurationMs":60000,"purpose":"coach")").empty());
    const auto answered = end(R"(,"alertingDurationMs":20000,"interactingDurationMs":60000,"heldDurationMs":5000)");
    REQUIRE(answered.size() == 1);
    CHECK(answered[0].talk == 65s);  // without the ringing
    CHECK(answered[0].hold == 5s);
}

TEST_CASE("Genesys Cloud: a session that has not ended long after it began was answered, and its end says when")
{
    const auto read = genesys_reader();
    const std::string ids = R"("mediaType":"VOICE","conversationId":"cv-1","sessionId":"s-1","userId":"u-1")";
    const auto topic = [](const char* what) { return "v2.detail.events.conversation.cv-1.user." + std::string(what); };
    SaidCalls said;
    said.take(good(read, genesys(topic("start"), R"({"eventTime":1795425000000,)" + ids + "}")));
    CHECK(said.all().empty());
    const auto other =
        R"({"eventTime":1795425600000,"mediaType":"VOICE","conversationId":"cv-2","sessionId":"s-2","userId":"u-2"})";
    said.take(good(read, genesys(topic("start"), other)));
    REQUIRE(said.all().size() == 1);
    CHECK(said.all()[0].answered);
    said.take(
        good(read, genesys(topic("end"),
                           R"({"eventTime":1795425900000,"alertingDurationMs":30000,"interactingDurationMs":870000,)" +
                               ids + "}")));
    REQUIRE(said.all().size() == 1);
    CHECK(said.all()[0].answered->time_since_epoch() == 1795425030s);
    CHECK(said.all()[0].ended->time_since_epoch() == 1795425900s);
}

TEST_CASE("Genesys Cloud: conversations tell who was connected to a customer, on any channel")
{
    const auto conversation = [](const std::string& topic, const std::string& participants) {
        return good(genesys_reader(), R"({"topicName":"v2.users.u-1.)" + topic +
                                          R"(","version":"2","eventBody":{"id":"cv-1","participants":[)" +
                                          participants + "]}}");
    };
    const std::string customer =
        R"({"id":"p1","purpose":"customer","state":"connected","connectedTime":"2026-11-23T09:00:00Z","address":"tel:+4930123456"})";
    const auto agent = [](const std::string& more) {
        return R"(,{"id":"p2","purpose":"agent","user":{"id":"u-1"},"queue":{"id":"q-1"},)" + more + "}";
    };
    const auto over = conversation(
        "conversations.calls",
        customer +
            agent(R"("state":"terminated","connectedTime":"2026-11-23T09:00:20Z","endTime":"2026-11-23T09:05:00Z")"));
    REQUIRE(over.size() == 2);
    CHECK(over[0].at == at("09:00") + 20s);
    CHECK(over[1].type == Type::call_end);
    CHECK(over[1].at == at("09:05"));
    CHECK(over[1].queue == "q-1");
    CHECK(conversation("conversations.calls", customer + agent(R"("state":"alerting")")).empty());
    CHECK(conversation(
              "conversations.calls",
              customer +
                  agent(R"("state":"connected","connectedTime":"2026-11-23T09:00:20Z","monitoredParticipantId":"p3")"))
              .empty());
    CHECK(
        conversation("conversations.calls", R"({"id":"p1","purpose":"customer","state":"contacting"})" +
                                                agent(R"("state":"connected","connectedTime":"2026-11-23T09:00:20Z")"))
            .empty());
    const auto chat = conversation("conversations.chats",
                                   customer + agent(R"("state":"connected","connectedTime":"2026-11-23T09:00:20Z")"));
    REQUIRE(chat.size() == 1);
    CHECK(chat[0].channel == Channel::chat);
    const auto whole = conversation(
        "conversations",
        customer +
            R"(,{"purpose":"agent","userId":"u-1","emails":[{"id":"e1","state":"connected","connectedTime":"2026-11-23T09:00:20Z"}]})");
    REQUIRE(whole.size() == 1);
    CHECK(whole[0].channel == Channel::email);
    CHECK(good(genesys_reader(), R"({"topicName":"channel.metadata","eventBody":{"message":"WebSocket Heartbeat"}})")
              .empty());
}

TEST_CASE("Amazon Connect: listening in, third parties and what was dialled in vain are no calls")
{
    const auto with_method = [](std::string of, const std::string& method) {
        return of.replace(of.find("INBOUND"), std::string("INBOUND").size(), method);
    };
    const auto talk = [&](const std::string& method) {
        SaidCalls said;
        const auto connected =
            with_method(contact("CONNECTED", "2026-11-23T09:00:30.000Z", "2026-11-23T09:00:10.000Z"), method);
        const auto ended =
            with_method(contact("ENDED", "2026-11-23T09:05:00.000Z", "2026-11-23T09:00:10.000Z"), method);
        said.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:00:30.000Z", "", connected)));
        said.take(
            good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:05:00.000Z", connected, ended)));
        return said.all();
    };
    CHECK(talk("MONITOR").empty());
    CHECK(talk("BARGE").empty());
    CHECK(talk("EXTERNAL_OUTBOUND").empty());
    REQUIRE(talk("INBOUND").size() == 1);
    REQUIRE(talk("OUTBOUND").size() == 1);
    CHECK(talk("INBOUND")[0].answered == at("09:00") + 10s);
    CHECK(talk("OUTBOUND")[0].answered == at("09:00") + 30s);  // before that it rang
    SaidCalls vain;
    const auto dialling =
        with_method(contact("CONNECTING", "2026-11-23T09:00:10.000Z", "2026-11-23T09:00:10.000Z"), "OUTBOUND");
    const auto ended =
        with_method(contact("ENDED", "2026-11-23T09:01:00.000Z", "2026-11-23T09:00:10.000Z"), "OUTBOUND");
    vain.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:00:10.000Z", "", dialling)));
    vain.take(good(read_amazon_connect, connect_record("STATE_CHANGE", "2026-11-23T09:01:00.000Z", dialling, ended)));
    CHECK(vain.all().empty());
}

TEST_CASE("Amazon Connect: contact records and contact events tell handled contacts of any channel")
{
    const auto record = [](const std::string& more) {
        return good(
            read_amazon_connect,
            R"({"AWSContactTraceRecordFormatVersion":"2017-03-10","ContactId":"k1","InitiationTimestamp":"2026-11-23T09:00:00Z",)"
            R"("DisconnectTimestamp":"2026-11-23T09:05:00Z","CustomerEndpoint":{"Address":"+4930123456"},"Queue":{"Name":"billing"},)" +
                more + "}");
    };
    const std::string agent =
        R"("Agent":{"ARN":"arn:aws:connect:x:agent/a-1","Username":"anna.berg","ConnectedToAgentTimestamp":"2026-11-23T09:00:20Z","AfterContactWorkDuration":30,"CustomerHoldDuration":12})";
    const auto call =
        record(R"("Channel":"VOICE","InitiationMethod":"INBOUND","DisconnectReason":"CUSTOMER_DISCONNECT",)" + agent);
    REQUIRE(call.size() == 2);
    CHECK(call[0].at == at("09:00") + 20s);
    CHECK(call[1].at == at("09:05"));
    CHECK(call[1].ended_by == "caller");
    CHECK(call[1].hold == 12s);
    CHECK(call[1].wrap_up == 30s);
    CHECK(call[1].agents == std::vector<std::string>{"anna.berg", "a-1"});
    CHECK(record(R"("Channel":"TASK","InitiationMethod":"API",)" + agent)[0].channel == Channel::task);
    CHECK(record(R"("Channel":"EMAIL","InitiationMethod":"INBOUND",)" + agent)[0].channel == Channel::email);
    CHECK(record(R"("Channel":"VOICE","InitiationMethod":"MONITOR",)" + agent).empty());
    CHECK(record(R"("Channel":"VOICE","InitiationMethod":"INBOUND","Agent":null)").empty());
    CHECK(record(R"("Channel":"VOICE","InitiationMethod":"OUTBOUND","ConnectedToSystemTimestamp":null,)" + agent)
              .empty());
    const auto dialled = record(
        R"("Channel":"VOICE","InitiationMethod":"OUTBOUND","ConnectedToSystemTimestamp":"2026-11-23T09:00:45Z",)" +
        agent);
    REQUIRE(dialled.size() == 2);
    CHECK(dialled[0].at == at("09:00") + 45s);
    const auto moved = record(
        R"("Channel":"VOICE","InitiationMethod":"INBOUND","TransferCompletedTimestamp":"2026-11-23T09:03:00Z",)" +
        agent);
    CHECK(moved[1].at == at("09:03"));
    CHECK(moved[1].ended_by == "transfer");

    const auto event = [](const std::string& type, const std::string& more) {
        return good(
            read_amazon_connect,
            R"({"eventType":")" + type +
                R"(","contactId":"k2","channel":"CHAT","initiationMethod":"INBOUND","agentInfo":{"agentArn":"arn:x/agent/a-1","connectedToAgentTimestamp":"2026-11-23T09:00:20Z"})" +
                more + "}");
    };
    REQUIRE(event("CONNECTED_TO_AGENT", "").size() == 1);
    CHECK(event("CONNECTED_TO_AGENT", "")[0].channel == Channel::chat);
    CHECK(event("DISCONNECTED", R"(,"disconnectTimestamp":"2026-11-23T09:05:00Z")").size() == 2);
    CHECK(event("QUEUED", "").empty());
}

TEST_CASE("bad records of the cloud systems are refused by key, never by value")
{
    for (const auto* record : {"", "[]", "{", "{}", R"({"EventType":"LOGIN"})",
                               R"({"EventType":"LOGIN","EventTimestamp":"+4930123456","AgentARN":"x"})",
                               R"({"EventType":"LOGIN","EventTimestamp":"2026-11-23T12:00:00Z"})",
                               R"({"EventType":7,"EventTimestamp":8})"}) {
        CAPTURE(record);
        const auto refused = read_amazon_connect(record);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().find("4930") == std::string::npos);
    }
    for (const auto* record :
         {"", "[]", "{", "{}",
          R"({"topicName":"v2.detail.events.conversation.+4930123456.customer.end","eventBody":{}})",
          R"({"disconnectType":"PEER","eventTime":-1,"userId":"u","conversationId":"c"})",
          R"({"disconnectType":"PEER","eventTime":1e300,"userId":"u","conversationId":"c"})",
          R"({"disconnectType":"PEER","eventTime":1795425245120,"conversationId":"c","ani":"+4930123456"})"}) {
        CAPTURE(record);
        const auto refused = genesys_reader()(record);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().find("4930") == std::string::npos);
    }
}

TEST_CASE("records of the cloud systems with members of the wrong kind are read as far as they make sense")
{
    CHECK(read_amazon_connect(
        R"({"EventType":"HEART_BEAT","EventTimestamp":"2026-11-23T12:00:00Z","AgentARN":"x","CurrentAgentSnapshot":[],"PreviousAgentSnapshot":{"Contacts":{}}})"));
    CHECK(read_amazon_connect(
        R"({"EventType":"HEART_BEAT","EventTimestamp":"2026-11-23T12:00:00Z","AgentARN":"x","CurrentAgentSnapshot":{"Contacts":[7,null,{"ContactId":9}]}})"));
    CHECK(genesys_reader()(
        R"({"eventBody":7,"disconnectType":"PEER","eventTime":1795425245120,"userId":"u","conversationId":"c","interactingDurationMs":"x"})"));
}

}  // namespace breakwatch
