#include "feeds/calls/asterisk/ami_calls.hpp"

#include <doctest/doctest.h>

#include <random>

#include "unit/feeds/calls/asterisk/ami_sessions.hpp"
#include "unit/feeds/calls/call_truth.hpp"

namespace breakwatch {

using namespace test;

TEST_CASE("the recorded manager sessions give the calls that were recorded, however the bytes are cut")
{
    for (const auto* run : {"ami", "ami-b"}) {
        // The last: as they were received, no smaller.
        for (const std::size_t piece : {1UL, 7UL, 100UL, 1460UL, 100'000'000UL}) {
            CAPTURE(run);
            CAPTURE(piece);
            check_equal(replay(run, piece), true_calls(run), 500ms);
        }
    }
}

TEST_CASE("the recorded manager sessions give the pauses that were recorded")
{
    for (const auto* run : {"ami", "ami-b"}) {
        CAPTURE(run);
        Listener listener;
        for (const auto* name : {"/agent_1", "/agent_2"}) {
            const Session session(std::string(run) + name);
            listener.hear(session, 0, session.bytes.size(), 1460);
        }
        auto states = listener.said.states;
        std::erase_if(states, [](const auto& each) { return each.type == Type::login || each.type == Type::logout; });
        const auto truth = read_jsonl(std::string(run) + "/breaks.jsonl");
        for (const auto& row : truth) {
            const auto type = row.at("paused").as_bool() ? Type::pause : Type::unpause;
            INFO(text(row, "agent") << " " << text(row, "at"));
            CHECK(std::ranges::count_if(states, [&](const auto& each) {
                      return each.type == type && each.queue == text(row, "queue") &&
                             std::ranges::count(each.agents, text(row, "agent")) == 1 &&
                             near(each.at, time(row, "at"), 500ms);
                  }) == 1);
        }
        // One member is added paused; the status of the restarted server may show no pause that is not told.
        CHECK(states.size() <= truth.size() + 2);
    }
}

TEST_CASE("a connection lost in the middle of any event loses no call and tells none twice")
{
    std::size_t cuts = 0;
    for (const auto* run : {"ami", "ami-b"}) {
        const Session first(std::string(run) + "/agent_1");
        const Session second(std::string(run) + "/agent_2");
        std::mt19937 random(7);
        std::uniform_int_distribution<std::size_t> somewhere(1'000, first.bytes.size() - 400);
        for (int i = 0; i < 150; ++i, ++cuts) {
            const auto cut = somewhere(random);
            CAPTURE(run);
            CAPTURE(cut);
            const auto again = first.frame_after(cut);  // the event in the middle is lost
            Listener listener;
            listener.connect();
            listener.hear(first, 0, cut, 1460);
            listener.calls.lost(first.at(cut));
            StandIn server;
            server.hear(first, again);
            listener.connect();
            listener.hear(server.status(), first.at(again));
            listener.hear(first, again, first.bytes.size(), 1460);
            listener.calls.lost(first.closed);
            listener.connect();
            listener.hear(second, 0, second.bytes.size(), 1460);

            const auto said = listener.said.all();
            const auto truth = true_calls(run);
            CHECK(said.size() == truth.size());
            for (const auto& call : truth) {
                INFO(call.queue << " " << call.agent << " " << to_rfc3339(call.ended));
                const auto* found = match(said, call, 1500ms);
                REQUIRE(found != nullptr);
                CHECK(near(found->answered, call.answered, 1500ms));
            }
        }
    }
    CHECK(cuts == 300);
}

TEST_CASE("events that come again after a reconnect tell no call twice, with the channels' ids or without")
{
    for (const auto* run : {"ami", "ami-b"}) {
        const Session first(std::string(run) + "/agent_1");
        const Session second(std::string(run) + "/agent_2");
        std::mt19937 random(11);
        std::uniform_int_distribution<std::size_t> somewhere(1'000, first.bytes.size() - 400);
        std::uniform_int_distribution<std::size_t> back(1, 20'000);
        for (int i = 0; i < 100; ++i) {
            const auto cut = somewhere(random);
            const auto again = first.frame_after(cut - std::min(cut - 900, back(random)));
            CAPTURE(run);
            CAPTURE(cut);
            CAPTURE(again);
            Listener listener;
            listener.connect();
            listener.hear(first, 0, cut, 1460);
            listener.calls.lost(first.at(cut));
            listener.connect();
            if (i % 2 == 0) {
                StandIn server;
                server.hear(first, cut);
                listener.hear(server.status(), first.at(cut));
            }
            listener.hear(first, again, first.bytes.size(), 1460);
            listener.calls.lost(first.closed);
            listener.connect();
            listener.hear(second, 0, second.bytes.size(), 1460);

            const auto said = listener.said.all();
            const auto truth = true_calls(run);
            CHECK(said.size() == truth.size());
            for (const auto& call : truth) {
                INFO(call.queue << " " << call.agent << " " << to_rfc3339(call.ended));
                REQUIRE(match(said, call, 1500ms) != nullptr);
            }
        }
    }
}

TEST_CASE("calls that end in a gap end by what QueueStatus shows, and one that began in it is found")
{
    const auto frame = [](const std::string& text) { return text + "\r\n"; };
    const auto member = [&](const std::string& rest) {
        return frame(
            "Event: QueueMember\r\nQueue: q\r\nName: Anna\r\nLocation: PJSIP/1001\r\nMembership: static\r\nPaused: "
            "0\r\n" +
            rest);
    };
    const auto done = frame("Event: QueueStatusComplete\r\n");
    const auto at = [](std::int64_t seconds) { return Timestamp(std::chrono::seconds{seconds}); };
    Listener listener;
    listener.connect();
    listener.hear(member("CallsTaken: 0\r\nLastCall: 0\r\nLoginTime: 1000\r\nInCall: 0\r\n") + done, at(2000));
    listener.hear(frame("Event: AgentConnect\r\nQueue: q\r\nInterface: PJSIP/1001\r\nMemberName: Anna\r\nUniqueid: "
                        "u1\r\nDestUniqueid: d1\r\n"),
                  at(2100));
    listener.calls.lost(at(2150));
    listener.connect();

    SUBCASE("it ended")
    {
        listener.hear(member("CallsTaken: 1\r\nLastCall: 2160\r\nLoginTime: 1000\r\nInCall: 0\r\n") + done, at(2200));
        REQUIRE(listener.said.all().size() == 1);
        CHECK(listener.said.all()[0].ended == at(2160));
        // Its AgentComplete comes late, without the channels: the same call still.
        listener.hear(frame("Event: AgentComplete\r\nQueue: q\r\nInterface: PJSIP/1001\r\nMemberName: "
                            "Anna\r\nTalkTime: 60\r\nReason: caller\r\n"),
                      at(2201));
        CHECK(listener.said.all().size() == 1);
    }
    SUBCASE("it goes on")
    {
        listener.hear(member("CallsTaken: 0\r\nLastCall: 0\r\nLoginTime: 1000\r\nInCall: 1\r\n") + done, at(2200));
        REQUIRE(listener.said.all().size() == 1);
        CHECK_FALSE(listener.said.all()[0].ended);
    }
    SUBCASE("it ended and another began")
    {
        listener.hear(member("CallsTaken: 1\r\nLastCall: 2160\r\nLoginTime: 1000\r\nInCall: 1\r\n") + done, at(2200));
        CHECK(listener.said.all().size() == 2);
        listener.hear(frame("Event: AgentComplete\r\nQueue: q\r\nInterface: PJSIP/1001\r\nMemberName: "
                            "Anna\r\nUniqueid: u2\r\nDestUniqueid: d2\r\nTalkTime: 130\r\nReason: agent\r\n"),
                      at(2300));
        const auto calls = listener.said.all();
        REQUIRE(calls.size() == 2);
        CHECK(std::ranges::count_if(
                  calls, [&](const auto& call) { return call.answered == at(2170) && call.ended == at(2300); }) == 1);
    }
    SUBCASE("the server was started anew")
    {
        listener.hear(member("CallsTaken: 0\r\nLastCall: 0\r\nLoginTime: 2180\r\nInCall: 0\r\n") + done, at(2200));
        REQUIRE(listener.said.all().size() == 1);
        CHECK(listener.said.all()[0].ended == at(2150));
        CHECK(listener.said.all()[0].ended_by == "server");
    }
    SUBCASE("two more began and ended: the last is told, the other is counted")
    {
        listener.hear(member("CallsTaken: 3\r\nLastCall: 2190\r\nLoginTime: 1000\r\nInCall: 0\r\n") + done, at(2200));
        CHECK(listener.said.all().size() == 1);
        CHECK(listener.said.all()[0].ended == at(2190));
        CHECK(listener.calls.calls_unseen() == 2);
    }
    SUBCASE("the agent is no member any more")
    {
        listener.hear(done, at(2200));
        REQUIRE(listener.said.all().size() == 1);
        CHECK(listener.said.all()[0].ended == at(2150));
    }
}

TEST_CASE("the end that a gap hides is told by the server's clock, and its AgentComplete has the last word")
{
    const auto at = [](std::int64_t seconds) { return Timestamp(std::chrono::seconds{seconds}); };
    const std::string anna =
        "Queue: q\r\nInterface: PJSIP/1001\r\nMemberName: Anna\r\nUniqueid: u1\r\nDestUniqueid: d1\r\n";
    Listener listener;
    listener.connect();
    // The server is an hour behind.
    listener.hear("Event: AgentConnect\r\nTimestamp: 2000.5\r\n" + anna + "\r\n", at(5600));
    listener.calls.lost(at(5610));
    listener.connect();
    // Right after AgentConnect InCall is not set yet.
    listener.hear(
        "Event: QueueMember\r\nTimestamp: 2012.0\r\nQueue: q\r\nName: Anna\r\nLocation: PJSIP/1001\r\nCallsTaken: 0\r\n"
        "LastCall: 0\r\nLoginTime: 1000\r\nInCall: 0\r\n\r\nEvent: QueueStatusComplete\r\nTimestamp: 2012.0\r\n\r\n",
        at(5612));
    REQUIRE(listener.said.all().size() == 1);
    CHECK(listener.said.all()[0].ended == at(2010) + 500ms);
    listener.hear("Event: AgentComplete\r\nTimestamp: 2060.0\r\n" + anna + "TalkTime: 60\r\nReason: caller\r\n\r\n",
                  at(5660));
    REQUIRE(listener.said.all().size() == 1);
    CHECK(listener.said.all()[0].ended == at(2060));
    CHECK(listener.said.all()[0].ended_by == "caller");
}

TEST_CASE("a value of the caller is not kept from any frame")
{
    AmiFrameReader reader;
    std::size_t frames = 0;
    reader.feed(
        "Asterisk Call Manager/13.0.0\r\nEvent: AgentConnect\r\nCallerIDNum: +493012340001\r\nCallerIDName: A: B\r\n"
        "ConnectedLineNum: 1\r\nQueue: q\r\nMemberName: Anna: Berg\r\nVariable: x=y\r\n\r\n",
        [&](const AmiFrame& frame) {
            ++frames;
            CHECK(frame["CallerIDNum"].empty());
            CHECK(frame["CallerIDName"].empty());
            CHECK(frame["ConnectedLineNum"].empty());
            CHECK(frame["MemberName"] == "Anna: Berg");
        });
    CHECK(frames == 1);
    CHECK(reader.greeted());
}

TEST_CASE("a line of ten megabytes is passed over and the frame after it is whole")
{
    AmiFrameReader reader;
    const std::string piece(100'000, 'x');
    std::string last;
    const auto take = [&](const AmiFrame& frame) { last = frame["Queue"]; };
    reader.feed("Event: A\r\nQueue: ", take);
    for (int i = 0; i < 100; ++i) reader.feed(piece, take);
    reader.feed("\r\n\r\nEvent: B\r\nQueue: sales\r\n\r\n", take);
    CHECK(last == "sales");
    CHECK(reader.cut() == 1);
}

}  // namespace breakwatch
