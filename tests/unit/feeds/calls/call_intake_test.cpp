// What every call feed shares: mapping to staff, counting, silence, clocks, and that nothing of the customer
// comes through any of the formats.
#include "feeds/calls/core/call_intake.hpp"
#include "feeds/calls/amazon_connect/call_amazon_connect.hpp"
#include "feeds/calls/asterisk/ami_calls.hpp"
#include "feeds/calls/asterisk/call_queue_log.hpp"
#include "feeds/calls/freeswitch/freeswitch_calls.hpp"
#include "feeds/calls/generic/call_csv.hpp"
#include "feeds/calls/generic/call_ndjson.hpp"
#include "feeds/calls/genesys_cloud/call_genesys_cloud.hpp"

#include <doctest/doctest.h>

#include <iterator>
#include <sstream>

#include "policy/duty/agent_duty.hpp"
#include "unit/feeds/calls/call_truth.hpp"
#include "unit/feeds/calls/mapped/statement_text.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;

EnrolledPerson person(const std::string& staff, std::vector<std::string> aliases)
{
    EnrolledPerson enrolled;
    enrolled.staff = StaffId{staff};
    enrolled.agent_aliases = std::move(aliases);
    return enrolled;
}

struct World {
    Encoding encoding = Encoding::automatic;
    std::shared_ptr<const Enrolment> enrolment = std::make_shared<const Enrolment>(std::vector<EnrolledPerson>{
        person("s1001", {"1001", "Anna Berg", "anna.berg", "u-1", "1001@default"}), person("s1002", {"Bela"})});
    std::vector<Observation> seen = {};
    CallIntake intake{{.name = "acd", .silence = 60min, .clock_limit = 2min, .encoding = encoding},
                      [this] { return enrolment; },
                      [this](const Observation& observation) { seen.push_back(observation); }};

    template <typename T>
    std::vector<T> all() const
    {
        std::vector<T> found;
        for (const auto& each : seen) {
            if (const auto* it = std::get_if<T>(&each)) found.push_back(*it);
        }
        return found;
    }
};

CallStatement end_of(std::vector<std::string> agents, Timestamp when)
{
    return {.type = CallStatement::Type::call_end, .at = when, .agents = std::move(agents), .id = "c1"};
}

std::string everything(const World& world)
{
    std::ostringstream text;
    for (const auto& each : world.seen) {
        if (const auto* call = std::get_if<CallEvent>(&each)) {
            text << call->source << ' ' << call->id << ' ' << call->staff.value << ' ' << call->queue << ' '
                 << call->ended_by << '\n';
        } else if (const auto* state = std::get_if<AgentStateEvent>(&each)) {
            text << state->source << ' ' << state->staff.value << ' ' << state->queue << '\n';
        } else if (const auto* refused = std::get_if<InputRefused>(&each)) {
            text << refused->where << ' ' << refused->what << '\n';
        } else if (const auto* feed = std::get_if<FeedState>(&each)) {
            text << feed->feed << ' ' << feed->what << '\n';
        }
    }
    const auto status = world.intake.status();
    text << status.name << ' ' << status.last_refusal;
    return text.str();
}

}  // namespace

namespace {

// Events by a clock that is ahead by so much, a second apart; the first is a call's start, the tenth its end.
void tell_call(World& world, Duration ahead, int events)
{
    for (int i = 0; i < events; ++i) {
        const auto now = at("09:00") + i * 1s;
        CallStatement said{.type = CallStatement::Type::heartbeat, .at = now + ahead};
        if (i == 0) said = {.type = CallStatement::Type::call_start, .at = now + ahead, .agents = {"1001"}, .id = "c1"};
        if (i == 9) said = {.type = CallStatement::Type::call_end, .at = now + ahead, .agents = {"1001"}, .id = "c1"};
        world.intake.take({said}, "f", now);
    }
}

}  // namespace

TEST_CASE("a clock's constant error is taken out of the times, also of what was told before it was known")
{
    for (const Duration ahead : {90s, 3'600s, -90s, -3'600s}) {
        World world;
        CallTimeline calls;
        tell_call(world, ahead, 20);
        for (const auto& event : world.all<CallEvent>()) (void)calls.observe(event);
        REQUIRE(calls.size() == 1);
        CAPTURE(ahead.count());
        CHECK(calls.all()[0].answered == at("09:00"));
        CHECK(calls.all()[0].ended == at("09:00") + 9s);
        const auto clocks = world.all<FeedClock>();
        REQUIRE_FALSE(clocks.empty());
        CHECK(clocks.back().corrected == ahead);
        CHECK(clocks.back().beyond == (ahead > 2min || ahead < -2min));
    }
}

TEST_CASE("logins that a wrong clock told are told again, and the wrong ones are taken back")
{
    World world;
    AgentDuty duty;
    for (int i = 0; i < 12; ++i) {
        const auto now = at("09:00") + i * 1s;
        CallStatement said{.type = CallStatement::Type::heartbeat, .at = now + 1h};
        if (i == 0) said = {.type = CallStatement::Type::login, .at = now + 1h, .agents = {"1001"}};
        if (i == 1) said = {.type = CallStatement::Type::logout, .at = now + 1h, .agents = {"1001"}};
        if (i == 10) said = {.type = CallStatement::Type::login, .at = now + 1h, .agents = {"1001"}};
        world.intake.take({said}, "f", now);
    }
    for (const auto& event : world.all<AgentStateEvent>()) (void)duty.observe(event);
    CHECK(duty.size() == 3);
    CHECK(duty.at(StaffId{"s1001"}, at("10:30")).logged_in);
}

TEST_CASE("an agent is who enrolment says by any of his names; strangers are counted and leave nothing")
{
    World world;
    world.intake.take({end_of({"PJSIP/1001", "1001"}, at("09:00"))}, "f:1", at("09:00"));
    world.intake.take({end_of({"1003"}, at("09:00"))}, "f:2", at("09:00"));
    REQUIRE(world.all<CallEvent>().size() == 1);
    CHECK(world.all<CallEvent>()[0].staff == StaffId{"s1001"});
    CHECK(world.intake.status().unmapped == 1);
    CHECK(everything(world).find("1003") == std::string::npos);
}

TEST_CASE("names that belong to two people are refused and nobody is guessed")
{
    World world;
    world.intake.take({end_of({"1001", "Bela"}, at("09:00"))}, "f:1", at("09:00"));
    CHECK(world.all<CallEvent>().empty());
    REQUIRE(world.all<InputRefused>().size() == 1);
    CHECK(world.all<InputRefused>()[0].what.find("two people") != std::string::npos);
    CHECK(world.intake.status().refused == 1);
}

TEST_CASE("silence longer than usual is told once, and its end too")
{
    World world;
    const auto line = [](const char* when) {
        return std::string(R"({"v":1,"type":"heartbeat","t":"2026-11-23T)") + when + "Z\"}";
    };
    world.intake.read(read_generic_call, line("09:00:00"), "f:1", at("09:00"));
    for (const auto* minute : {"09:30", "10:01", "10:02", "11:30"}) world.intake.check_silence(at(minute));
    world.intake.read(read_generic_call, line("11:31:00"), "f:2", at("11:31"));
    const auto states = world.all<FeedState>();
    REQUIRE(states.size() == 3);
    CHECK(states[0].up);
    CHECK_FALSE(states[1].up);
    CHECK(states[1].what.find("no findings can be joined") != std::string::npos);
    CHECK(states[2].up);
}

TEST_CASE(
    "a clock that is an hour off, to either side, is told once and its end too; delays and single wrong times are not")
{
    for (const auto off : {Duration(1h), Duration(-1h)}) {
        World world;
        auto now = at("09:00");
        const auto hear = [&](Duration error, int times) {
            for (int i = 0; i < times; ++i, now += 1s) world.intake.take({end_of({"1001"}, now + error)}, "f", now);
        };
        hear(-300ms, 40);
        hear(-20s, 1);
        hear(off, 1);
        CHECK(world.all<FeedClock>().empty());
        hear(off, 60);
        hear(-300ms, 60);
        const auto clocks = world.all<FeedClock>();
        // First that it is, then that it is corrected; of one that is behind that takes more events.
        std::vector<FeedClock> wrong;
        std::ranges::copy_if(clocks, std::back_inserter(wrong), &FeedClock::beyond);
        REQUIRE_FALSE(wrong.empty());
        CHECK(wrong.size() <= 2);
        CHECK(wrong.front().ahead == off);
        CHECK(wrong.back().corrected == off);
        CHECK(clocks.back().corrected == Duration{0});
        CHECK_FALSE(clocks.back().beyond);
        CHECK(world.all<CallEvent>().size() == 162);
        CHECK(*world.intake.status().clock_ahead == -300ms);
    }
}

TEST_CASE("records that are read up afterwards say nothing of the clock")
{
    World world;
    for (int i = 0; i < 50; ++i)
        world.intake.take({end_of({"1001"}, at("09:00"))}, "f", at("15:00"), CallIntake::Pace::backlog);
    CHECK_FALSE(world.intake.status().clock_ahead);
}

TEST_CASE("valid records before and after bad ones are all taken, and the bad are counted")
{
    World world;
    const auto good = R"({"v":1,"id":"c","type":"call_end","agent":"1001","t":"2026-11-23T09:00:00Z"})";
    for (const std::string& line : {std::string(good), std::string("{\"v\":1,\"id"), std::string(good),
                                    std::string("\x00\xff", 2), std::string(good)}) {
        world.intake.read(read_generic_call, line, "f", at("09:00"));
    }
    CHECK(world.all<CallEvent>().size() == 3);
    CHECK(world.intake.status().taken == 3);
    CHECK(world.intake.status().refused == 2);
    CHECK(world.all<InputRefused>().size() == 2);  // no JSON; octets that are no text
}

TEST_CASE("no value of a customer comes through any format")
{
    const std::string kMark = "CUSTOMER-4930";
    World world;
    const auto now = at("09:05");
    const auto read = [&](const CallFormat& format, std::string text) {
        for (auto found = text.find("@@"); found != std::string::npos; found = text.find("@@"))
            text.replace(found, 2, kMark);
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) world.intake.read(format, line, "feed", now);
    };
    read(read_generic_call, R"({"v":1,"id":"g","type":"call_end","agent":"1001","t":"2026-11-23T09:00:00Z"}
{"v":1,"id":"g2","type":"call_end","agent":"1001","t":"2026-11-23T09:00:00Z","ani":"@@"}
{"v":1,"id":"g3","type":"call_end","agent":"1001","t":"@@"}
{"v":1,"type":"pause","agent":"1001","t":"2026-11-23T09:00:00Z","reason":"call back @@"}
{"v":1,"id":"g4","type":"@@"}
@@)");
    read(queue_log_format(), R"(1795425245|q1|support|NONE|ENTERQUEUE||@@|1
1795425246|q1|support|Anna Berg|CONNECT|1|leg|1
1795425246|q1|support|Anna Berg|COMPLETECALLER|1|5|1
1795425246|q2|support|Anna Berg|BLINDTRANSFER|@@|ctx|1|5|1
1795425246|NONE|support|Anna Berg|PAUSE|@@
@@|q|s|a|b)");
    read(csv_call_format("UTC"), "agent,ended_at,@@\nagent,ended_at\n1001,2026-11-23T09:00:00Z\n1001,@@\n@@,@@,@@");
    read(
        read_amazon_connect,
        R"({"AgentARN":"arn/agent/a","EventType":"STATE_CHANGE","EventTimestamp":"2026-11-23T09:00:00Z","CurrentAgentSnapshot":{"AgentStatus":{"Name":"@@","Type":"CUSTOM","StartTimestamp":"2026-11-23T09:00:00Z"},"Configuration":{"Username":"anna.berg","FirstName":"@@"},"Contacts":[{"ContactId":"c","State":"CONNECTED","Channel":"VOICE","CustomerEndpoint":{"Address":"@@"},"Attributes":{"name":"@@"}}]},"Recording":"@@"}
{"AgentARN":"a","EventType":"@@","EventTimestamp":"@@"})");
    read(
        genesys_cloud_format(),
        R"({"disconnectType":"@@","eventTime":1795425245120,"userId":"u-1","conversationId":"c","sessionId":"s","ani":"@@","dnis":"@@","remoteName":"@@"}
{"disconnectType":"PEER","eventTime":"@@","ani":"@@"})");
    FreeSwitchCalls switch_calls;
    const auto as_json = [&](std::string_view body) { return switch_calls.event(body, true); };
    read(
        as_json,
        R"({"Event-Date-Timestamp":"1795425245120000","CC-Action":"bridge-agent-start","CC-Agent":"1001@default","CC-Agent-UUID":"a","CC-Member-Session-UUID":"m","CC-Member-CID-Name":"@@","CC-Member-CID-Number":"@@","Caller-Caller-ID-Number":"@@"}
{"Event-Date-Timestamp":"1795425255120000","CC-Action":"bridge-agent-end","CC-Agent":"1001@default","CC-Agent-UUID":"a","CC-Member-Session-UUID":"m","CC-Hangup-Cause":"@@","CC-Member-CID-Number":"@@"})");
    AmiFrameReader frames;
    AmiCalls ami;
    frames.feed(
        "Event: AgentConnect\r\nQueue: q\r\nInterface: PJSIP/1001\r\nMemberName: Anna Berg\r\nUniqueid: "
        "u\r\nDestUniqueid: d\r\nCallerIDNum: " +
            kMark + "\r\nCallerIDName: " + kMark + "\r\nConnectedLineNum: " + kMark +
            "\r\n\r\nEvent: QueueMemberPause\r\nQueue: q\r\nInterface: PJSIP/1001\r\nPaused: 1\r\nPausedReason: " +
            kMark + "\r\n\r\n",
        [&](const AmiFrame& frame) { world.intake.take(ami.take(frame, now), "ami", now); });

    CHECK(world.all<CallEvent>().size() >= 8);
    CHECK(world.all<AgentStateEvent>().size() >= 4);
    CHECK(world.all<InputRefused>().size() >= 5);
    CHECK(everything(world).find(kMark) == std::string::npos);
    CHECK(everything(world).find("4930") == std::string::npos);
}

}  // namespace breakwatch

namespace breakwatch {

TEST_CASE("names that are no UTF-8 are read as what they are, or replaced: the call is not lost")
{
    World world;
    world.enrolment = std::make_shared<const Enrolment>(std::vector<EnrolledPerson>{person("s1001", {"田中", "1001"})});
    auto known = end_of({"\x93\x63\x92\x86"}, at("09:00"));
    known.queue = "\x90\xbf\x8b\x81\x83T\x83|\x81[\x83g";
    world.intake.take({known}, "f:1", at("09:00"));
    auto broken = end_of({"1001"}, at("09:10"));
    broken.queue = "St\xffrung";
    world.intake.take({broken}, "f:2", at("09:10"));
    const auto calls = world.all<CallEvent>();
    REQUIRE(calls.size() == 2);
    CHECK(calls[0].queue == "請求サポート");
    CHECK(calls[1].queue == "St\ufffdrung");
    const auto told = world.all<InputRefused>();
    REQUIRE(!told.empty());
    CHECK(told.front().what.find("set encoding: shift_jis") != std::string::npos);
    CHECK(world.intake.status().refused == 0);
}

TEST_CASE("a mapped record is read in its feed's encoding, once, also where it could be another's")
{
    World world{.encoding = Encoding::euc_jp};
    world.enrolment = std::make_shared<const Enrolment>(std::vector<EnrolledPerson>{person("s1001", {"山田"})});
    const auto mapping =
        mapping_of("record: csv\nfields: {id: No, agent: 名前, ended_at: End}\nevents: [{says: contact}]\n");
    REQUIRE(mapping);
    const auto format = mapped_call_format(*mapping, "UTC");
    world.intake.read(format, "No,\xcc\xbe\xc1\xb0,End", "f:1", at("09:00"));
    world.intake.read(format, "7,\xbb\xb3\xc5\xc4,2026-11-23T09:00:00Z", "f:2", at("09:00"));
    const auto calls = world.all<CallEvent>();
    REQUIRE(calls.size() == 1);
    CHECK(calls[0].staff.value == "s1001");
    CHECK(world.all<InputRefused>().empty());
}

}  // namespace breakwatch
