#include "feeds/calls/freeswitch/freeswitch_calls.hpp"

#include <doctest/doctest.h>

#include "feeds/calls/freeswitch/freeswitch_frame.hpp"
#include "unit/feeds/calls/call_truth.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;
using Type = CallStatement::Type;

Timestamp at_second(std::int64_t seconds)
{
    return Timestamp(std::chrono::seconds{seconds});
}

// mod_callcenter.c, bridge-agent-start and -end, as "event json" sends them.
std::string bridge(const std::string& action, std::int64_t at, const std::string& more = "")
{
    return R"({"Event-Name":"CUSTOM","Event-Subclass":"callcenter::info","Event-Date-Timestamp":")" +
           std::to_string(at) + R"(250000","CC-Queue":"support@default","CC-Action":")" + action +
           R"(","CC-Agent":"1001@default","CC-Agent-System":"single_box","CC-Agent-UUID":"leg",
"CC-Member-UUID":"m","CC-Member-Session-UUID":"s","CC-Member-CID-Name":"Ada","CC-Member-CID-Number":"+4930123456")" +
           more + "}";
}

std::string list(const std::string& row)
{
    return "name|instance_id|uuid|type|contact|status|state|max_no_answer|wrap_up_time|reject_delay_time|busy_delay_"
           "time|no_answer_delay_time|"
           "last_bridge_start|last_bridge_end|last_offered_call|last_status_change|no_answer_count|calls_answered|talk_"
           "time|ready_time|external_calls_count\n" +
           row + "\n+OK\n";
}

std::string agent(const std::string& status, const std::string& state, int start, int end)
{
    return "1001@default|single_box||callback|user/1001|" + status + "|" + state + "|3|10|10|60|10|" +
           std::to_string(start) + "|" + std::to_string(end) + "|0|1795420000|0|1|10|0|0";
}

}  // namespace

TEST_CASE("a bridge of FreeSWITCH's call centre is a call, as JSON and as plain text")
{
    FreeSwitchCalls calls;
    SaidCalls said;
    said.take(*calls.event(bridge("bridge-agent-start", 1795425000), true));
    said.take(
        *calls.event("Event-Date-Timestamp: 1795425060250000\nCC-Queue: support%40default\nCC-Action: "
                     "bridge-agent-end\nCC-Agent: 1001%40default\n"
                     "CC-Agent-UUID: leg\nCC-Agent-Answered-Time: 1795425000\nCC-Bridge-Terminated-Time: "
                     "1795425060\nCC-Member-UUID: m\nCC-Member-Session-UUID: s\n",
                     false));
    REQUIRE(said.all().size() == 1);
    const auto call = said.all()[0];
    CHECK(*call.answered == at_second(1795425000) + 250ms);
    CHECK(*call.ended == at_second(1795425060) + 250ms);
    CHECK(call.queue == "support@default");
    CHECK(call.agents == std::vector<std::string>{"1001@default"});
}

TEST_CASE("an end of FreeSWITCH without its start gives the call by its answer")
{
    FreeSwitchCalls calls;
    SaidCalls said;
    said.take(*calls.event(bridge("bridge-agent-end", 1795425060,
                                  R"(,"CC-Agent-Answered-Time":"1795425000","CC-Bridge-Terminated-Time":"1795425060")"),
                           true));
    CHECK(*said.all()[0].ended - *said.all()[0].answered == 60s);
}

TEST_CASE("states of a FreeSWITCH agent are logins, breaks and their ends")
{
    FreeSwitchCalls calls;
    const auto change = [&](const std::string& status) {
        return *calls.event(
            R"({"Event-Date-Timestamp":"1795425000000000","CC-Action":"agent-status-change","CC-Agent":"1001@default","CC-Agent-Status":")" +
                status + "\"}",
            true);
    };
    auto said = change("Available");
    REQUIRE(said.size() == 2);
    CHECK(said[0].type == Type::login);
    said = change("On Break");
    REQUIRE(said.size() == 1);
    CHECK(said[0].type == Type::pause);
    CHECK(said[0].reason == AgentStateEvent::Reason::break_);
    CHECK(change("Available")[0].type == Type::unpause);
    CHECK(change("Logged Out")[0].type == Type::logout);
}

TEST_CASE("the agent list after a reconnect makes good what happened unseen")
{
    FreeSwitchCalls calls;
    SaidCalls said;
    calls.agent_list(list(agent("Available", "Waiting", 0, 0)), at_second(1795424000));
    said.take(*calls.event(bridge("bridge-agent-start", 1795425000), true));
    calls.lost();

    SUBCASE("it ended")
    {
        said.take(calls.agent_list(list(agent("Available", "Waiting", 1795425000, 1795425050)), at_second(1795425100)));
        REQUIRE(said.all().size() == 1);
        CHECK(said.all()[0].ended == at_second(1795425050));
    }
    SUBCASE("it goes on")
    {
        said.take(calls.agent_list(list(agent("Available", "In a queue call", 1795425000, 0)), at_second(1795425100)));
        said.take(*calls.event(bridge("bridge-agent-end", 1795425200), true));
        REQUIRE(said.all().size() == 1);
        CHECK(*said.all()[0].ended == at_second(1795425200) + 250ms);
    }
    SUBCASE("it ended and another began")
    {
        said.take(calls.agent_list(list(agent("Available", "In a queue call", 1795425080, 1795425050)),
                                   at_second(1795425100)));
        CHECK(said.all().size() == 2);
    }
    SUBCASE("another began and ended")
    {
        said.take(*calls.event(bridge("bridge-agent-end", 1795425010), true));
        calls.lost();
        said.take(calls.agent_list(list(agent("Available", "Waiting", 1795425080, 1795425090)), at_second(1795425100)));
        REQUIRE(said.all().size() == 2);
    }
    // Asked again, it tells nothing twice.
    const auto before = said.all().size();
    said.take(calls.agent_list(list(agent("Available", "Waiting", 1795425000, 1795425050)), at_second(1795425110)));
    CHECK(said.all().size() <= before + 1);
}

TEST_CASE("frames of the event socket are whole however the bytes are cut, and a huge body is passed over")
{
    const std::string body = R"({"a":"b\n\n"})";
    const std::string stream =
        "Content-Type: auth/request\n\nContent-Type: command/reply\nReply-Text: +OK accepted\n\nContent-Length: " +
        std::to_string(body.size()) + "\nContent-Type: text/event-json\n\n" + body +
        "Content-Type: command/reply\nReply-Text: -ERR\n\n";
    for (const std::size_t piece : {1UL, 5UL, 1000UL}) {
        FreeSwitchFrameReader reader;
        std::vector<FreeSwitchFrame> frames;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            reader.feed(std::string_view(stream).substr(at, piece),
                        [&](const FreeSwitchFrame& frame) { frames.push_back(frame); });
        }
        REQUIRE(frames.size() == 4);
        CHECK(frames[0].content_type == "auth/request");
        CHECK(frames[1].reply == "+OK accepted");
        CHECK(frames[2].body == body);
        CHECK(frames[3].reply == "-ERR");
    }
    FreeSwitchFrameReader reader;
    std::vector<FreeSwitchFrame> frames;
    const auto take = [&](const FreeSwitchFrame& frame) { frames.push_back(frame); };
    reader.feed("Content-Length: 10000000\nContent-Type: text/event-json\n\n", take);
    for (int i = 0; i < 100; ++i) reader.feed(std::string(100'000, '{'), take);
    reader.feed("Content-Type: auth/request\n\n", take);
    REQUIRE(frames.size() == 1);
    CHECK(frames[0].content_type == "auth/request");
    CHECK(reader.passed_over() == 1);
}

}  // namespace breakwatch
