#include "policy/duty/call_timeline.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "support/moments.hpp"

namespace breakwatch {
namespace {

using test::at;
using namespace std::chrono_literals;

const StaffId anna{"s1001"};
const StaffId bela{"s1002"};
using Type = CallEvent::Type;

CallEvent event(const char* id, Type type, const char* clock, const StaffId& staff = anna)
{
    return {"acd", id, type, staff, at(clock), "billing", "", {}};
}

CallEvent ended(const char* id, const char* clock, std::optional<Duration> talk = {})
{
    auto end = event(id, Type::call_end, clock);
    end.ended_by = "caller";
    end.talk = talk;
    return end;
}

}  // namespace

TEST_CASE("a start and an end make one call, in either order")
{
    for (const bool reversed : {false, true}) {
        CallTimeline calls;
        std::vector<CallEvent> events{event("c1", Type::call_start, "09:00"), ended("c1", "09:05")};
        if (reversed) std::ranges::reverse(events);
        for (const auto& each : events) CHECK(calls.observe(each));
        REQUIRE(calls.size() == 1);
        const auto call = calls.all().front();
        CHECK(call.answered == at("09:00"));
        CHECK(call.ended == at("09:05"));
        CHECK(call.ended_by == "caller");
        CHECK(call.queue == "billing");
    }
}

TEST_CASE("chats go on side by side, a call beside them; a call replaces a call whose end was lost")
{
    CallTimeline calls;
    auto chat = event("chat1", Type::call_start, "09:00");
    chat.channel = Channel::chat;
    auto other = event("chat2", Type::call_start, "09:01");
    other.channel = Channel::chat;
    calls.observe(chat);
    calls.observe(other);
    calls.observe(event("c1", Type::call_start, "09:02"));
    calls.observe(ended("c1", "09:03"));
    CHECK(calls.nearest(anna, at("09:04"), 15min)->id == "chat2");
    CHECK(calls.nearest(anna, at("09:04"), 15min, {Channel::voice})->id == "c1");
    CHECK_FALSE(calls.nearest(anna, at("09:04"), 15min, {Channel::email, Channel::task}));
    other.type = Type::call_end;
    other.at = at("09:05");
    calls.observe(other);
    CHECK(calls.nearest(anna, at("09:06"), 15min)->id == "chat1");  // a later answer did not end it
    calls.observe(event("c2", Type::call_start, "09:07"));
    calls.observe(event("c3", Type::call_start, "09:08"));
    calls.observe(ended("c3", "09:09"));
    CHECK(calls.nearest(anna, at("09:10"), 15min, {Channel::voice})->id == "c3");
}

TEST_CASE("hold is part of a call, wrap-up comes after its end")
{
    CallTimeline calls;
    auto end = ended("c1", "09:05", 4min);
    end.hold = 1min;
    end.wrap_up = 2min;
    const auto call = calls.observe(end);
    REQUIRE(call);
    CHECK(call->hold == Duration{1min});
    CHECK(call->wrap_up == Duration{2min});
    CHECK(call->ended == at("09:05"));
    CHECK(call->answered == at("09:01"));
    CHECK_FALSE(calls.observe(end));
}

TEST_CASE("an id that is used again hours later is another call, not one that lasted as long")
{
    CallTimeline calls;
    std::vector<CallEvent> events{event("1", Type::call_start, "06:00"), ended("1", "06:05"),
                                  event("1", Type::call_start, "15:00"), ended("1", "15:05")};
    for (const bool reversed : {false, true}) {
        CallTimeline again;
        if (reversed) std::ranges::reverse(events);
        for (const auto& each : events) CHECK(again.observe(each));
        REQUIRE(again.size() == 2);
        CHECK_FALSE(again.nearest(anna, at("12:00"), 15min));
        CHECK(again.nearest(anna, at("06:10"), 15min)->answered == at("06:00"));
        CHECK(again.nearest(anna, at("15:10"), 15min)->answered == at("15:00"));
        CHECK(again.all()[0].id != again.all()[1].id);
    }
}

TEST_CASE("what was told by a wrong clock is taken back when it is told again")
{
    CallTimeline calls;
    calls.observe(event("c1", Type::call_start, "10:00"));
    calls.observe(ended("c1", "10:05", 5min));
    auto start = event("c1", Type::call_start, "09:00");
    start.instead_of = at("10:00");
    auto end = ended("c1", "09:05", 5min);
    end.instead_of = at("10:05");
    CHECK(calls.observe(start));
    CHECK(calls.observe(end));
    REQUIRE(calls.size() == 1);
    CHECK(calls.all()[0].answered == at("09:00"));
    CHECK(calls.all()[0].ended == at("09:05"));
    CHECK_FALSE(calls.nearest(anna, at("10:01"), 15min));
}

TEST_CASE("a repeated event changes nothing and says so")
{
    CallTimeline calls;
    CHECK(calls.observe(ended("c1", "09:05")));
    CHECK_FALSE(calls.observe(ended("c1", "09:05")));
    CHECK(calls.size() == 1);
}

TEST_CASE("an end with its talk time gives the missed start, and a stated start replaces it")
{
    CallTimeline calls;
    calls.observe(ended("c1", "09:05", 240s));
    CHECK(calls.all().front().answered == at("09:01"));
    calls.observe(event("c1", Type::call_start, "09:01:00.600"));
    CHECK(calls.all().front().answered == at("09:01:00.600"));
    calls.observe(ended("c1", "09:05", 240s));
    CHECK(calls.all().front().answered == at("09:01:00.600"));
}

TEST_CASE("conflicting statements settle the same way in every order")
{
    std::vector<CallEvent> events{event("c1", Type::call_start, "09:00"),
                                  event("c1", Type::call_start, "09:00:02"),
                                  ended("c1", "09:05", 300s),
                                  ended("c1", "09:06"),
                                  event("c2", Type::call_start, "09:07"),
                                  ended("c3", "09:20", 60s),
                                  ended("c3", "09:20:01", 60s),
                                  event("c4", Type::call_end, "09:20:01"),
                                  event("c1", Type::call_start, "09:00", bela)};
    events[5].queue = "sales";
    events[3].ended_by = "agent";
    CallTimeline in_order;
    for (const auto& each : events) in_order.observe(each);
    const auto expected = in_order.all();
    REQUIRE(expected.size() == 5);
    CHECK(expected[0].ended == at("09:06"));
    CHECK(expected[0].ended_by == "agent");

    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::ranges::shuffle(events, random);
        CallTimeline calls;
        for (const auto& each : events) calls.observe(each);
        const auto got = calls.all();
        REQUIRE(got.size() == expected.size());
        for (std::size_t i = 0; i < got.size(); ++i) {
            CHECK(got[i].id == expected[i].id);
            CHECK(got[i].answered == expected[i].answered);
            CHECK(got[i].ended == expected[i].ended);
            CHECK(got[i].ended_by == expected[i].ended_by);
            CHECK(got[i].queue == expected[i].queue);
        }
    }
}

TEST_CASE("nearest is the call in progress, else the one that ended last within the window")
{
    CallTimeline calls;
    calls.observe(event("c1", Type::call_start, "09:00"));
    calls.observe(ended("c1", "09:05"));
    calls.observe(event("c2", Type::call_start, "09:10"));
    calls.observe(ended("c2", "09:12"));
    CHECK(calls.nearest(anna, at("09:04:59"), 15min)->id == "c1");
    CHECK(calls.nearest(anna, at("09:09"), 15min)->id == "c1");
    CHECK(calls.nearest(anna, at("09:10"), 15min)->id == "c2");
    CHECK(calls.nearest(anna, at("09:12"), 15min)->id == "c2");
    CHECK(calls.nearest(anna, at("09:27"), 15min)->id == "c2");
    CHECK_FALSE(calls.nearest(anna, at("09:27:00.001"), 15min));
    CHECK_FALSE(calls.nearest(anna, at("08:59"), 15min));
    CHECK_FALSE(calls.nearest(bela, at("09:04"), 15min));
}

TEST_CASE("a call without an end is in progress until the same person answers another")
{
    CallTimeline calls;
    calls.observe(event("c1", Type::call_start, "09:00"));
    CHECK(calls.nearest(anna, at("10:00"), 15min)->id == "c1");
    calls.observe(event("c2", Type::call_start, "09:30"));
    calls.observe(ended("c2", "09:40"));
    CHECK(calls.nearest(anna, at("09:20"), 15min)->id == "c1");
    CHECK(calls.nearest(anna, at("09:50"), 15min)->id == "c2");
    CHECK_FALSE(calls.nearest(anna, at("10:00"), 15min));
}

TEST_CASE("a call whose end was lost is not in progress for ever")
{
    CallTimeline calls;
    calls.observe(event("c1", Type::call_start, "09:00"));
    CHECK(calls.nearest(anna, at("12:59:59"), 15min));
    CHECK_FALSE(calls.nearest(anna, at("13:00"), 15min));
}

TEST_CASE("a transferred call is a call of each agent")
{
    CallTimeline calls;
    calls.observe(event("c1", Type::call_start, "09:00"));
    calls.observe(ended("c1", "09:02"));
    calls.observe(event("c1", Type::call_start, "09:02", bela));
    CHECK(calls.nearest(anna, at("09:03"), 15min)->ended == at("09:02"));
    CHECK_FALSE(calls.nearest(bela, at("09:03"), 15min)->ended);
}

TEST_CASE("calls older than the horizon are forgotten")
{
    CallTimeline calls({.calls = 10, .horizon = 1h, .longest_call = 2h});
    calls.observe(event("c1", Type::call_start, "09:00"));
    calls.observe(ended("c1", "09:05"));
    calls.observe(event("c2", Type::call_start, "09:06"));
    calls.expire(at("10:05"));
    CHECK(calls.size() == 2);
    calls.expire(at("10:05:01"));
    CHECK(calls.size() == 1);
    calls.expire(at("12:06:01"));
    CHECK(calls.size() == 0);
}

TEST_CASE("a full timeline refuses new calls with a count and still ends the ones it has")
{
    CallTimeline calls({.calls = 2, .horizon = 1h, .longest_call = 2h});
    calls.observe(event("c1", Type::call_start, "09:00"));
    calls.observe(event("c2", Type::call_start, "09:10"));
    CHECK_FALSE(calls.observe(event("c3", Type::call_start, "09:20")));
    CHECK(calls.refused_full() == 1);
    CHECK(calls.observe(ended("c2", "09:15")));
    calls.forget(anna);
    CHECK(calls.size() == 0);
    CHECK(calls.observe(event("c3", Type::call_start, "09:20")));
}

}  // namespace breakwatch
