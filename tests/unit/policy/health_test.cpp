#include "policy/health.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "policy/event_catalogue.hpp"
#include "support/engine_world.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;

FeedState feed(bool up, const char* clock)
{
    return {"calls:acd", up, up ? "" : "connection refused", at(clock)};
}

InputRefused refused(const char* where, const char* clock)
{
    return {"roster", where, "end: expected a time after start", at(clock)};
}

}  // namespace

TEST_CASE("a feed that goes down is told once, and its end once")
{
    World world;
    world.tell(feed(true, "09:00")).tell(feed(false, "09:10")).tell(feed(false, "09:11"));
    REQUIRE(world.reports().size() == 1);
    CHECK(world.reports()[0].code == "BW-3001");
    CHECK(world.reports()[0].severity == Severity::error);
    CHECK(world.reports()[0].subject == "calls:acd");
    CHECK(world.reports()[0].text.find("connection refused") != std::string::npos);
    world.tell(feed(true, "09:22")).tell(feed(true, "09:23"));
    REQUIRE(world.reports().size() == 2);
    CHECK(world.reports()[1].severity == Severity::notice);
    CHECK(world.reports()[1].text.find("12 min") != std::string::npos);
}

TEST_CASE("an incident raised while a feed is down says so")
{
    World world;
    world.tell(call_end(kAnna, "c1", "10:00")).tell(feed(false, "10:01")).tell(post(kAnnasPhone, "10:04"));
    REQUIRE(world.revisions().size() == 1);
    bool said = false;
    for (const auto& gap : world.revisions()[0].incident.gaps) {
        said = said || gap.find("feed calls:acd is down since 10:01:00Z") != std::string::npos;
    }
    CHECK(said);
}

TEST_CASE("refused input is told at once, then counted and told together")
{
    World world;
    world.tell(refused("roster.csv:14:3", "09:00"));
    REQUIRE(world.reports().size() == 1);
    CHECK(world.reports()[0].code == "BW-3003");
    CHECK(world.reports()[0].text == "refused: roster.csv:14:3: end: expected a time after start");
    for (int i = 0; i < 500; ++i) world.tell(refused("roster.csv:15:3", "09:01"));
    CHECK(world.reports().size() == 1);
    world.tell(Tick{at("09:09")});
    CHECK(world.reports().size() == 1);
    world.tell(Tick{at("09:12")});
    REQUIRE(world.reports().size() == 2);
    CHECK(world.reports()[1].text.starts_with("500 more refused since 2026-11-23T09:00:00.000Z"));
    world.tell(refused("roster.csv:16:3", "09:13")).finish();
    REQUIRE(world.reports().size() == 3);
    CHECK(world.reports()[2].text.find("roster.csv:16:3") != std::string::npos);
}

TEST_CASE("what was taken all the same is no refusal, nor does it hide one")
{
    World world;
    auto guessed = refused("roster.csv", "09:00");
    guessed.taken = true;
    world.tell(guessed).tell(refused("roster.csv:14:3", "09:00"));
    REQUIRE(world.reports().size() == 2);
    CHECK(world.reports()[0].severity == Severity::notice);
    CHECK(world.reports()[0].text.starts_with("taken all the same: roster.csv: "));
    CHECK(world.reports()[1].text.starts_with("refused: roster.csv:14:3: "));
}

TEST_CASE("a feed whose clock is off is told once, and its end too")
{
    World world;
    world.tell(FeedClock{"calls:acd", 1h, true, at("10:00")});
    world.tell(FeedClock{"calls:acd", 59min, true, at("10:05")});
    REQUIRE(world.reports().size() == 1);
    CHECK(world.reports()[0].code == "BW-3002");
    CHECK(world.reports()[0].subject == "calls:acd");
    CHECK(world.reports()[0].text.find("1 h ") != std::string::npos);
    CHECK(world.reports()[0].text.find("ahead of this machine") != std::string::npos);
    world.tell(FeedClock{"calls:acd", -2s, false, at("10:10")});
    world.tell(FeedClock{"calls:acd", -1s, false, at("10:11")});
    REQUIRE(world.reports().size() == 2);
    CHECK(world.reports()[1].severity == Severity::notice);
    world.tell(FeedClock{"calls:acd", -1h, true, at("10:20")});
    REQUIRE(world.reports().size() == 3);
    CHECK(world.reports()[2].text.find("behind this machine") != std::string::npos);
}

TEST_CASE("an incident states how uncertain the call feed's clock makes its time")
{
    World world;
    world.tell(FeedClock{"calls:acd", -40s, false, at("09:50")})
        .tell(FeedClock{"radius", 1h, true, at("09:50")})
        .tell(call_end(kAnna, "c1", "10:00"))
        .tell(post(kAnnasPhone, "10:04"));
    REQUIRE(world.revisions().size() == 1);
    std::string said;
    for (const auto& gap : world.revisions()[0].incident.gaps) {
        if (gap.find("clock of ") != std::string::npos) said += gap;
    }
    CHECK(
        said ==
        "the clock of calls:acd is about 40 s behind this machine's: the time after the call is uncertain by as much");
}

TEST_CASE(
    "a clock that is an hour off is told as a wrong time zone, in health and in every incident, and that its times are "
    "corrected")
{
    World world;
    world.tell(FeedClock{"calls:acd", 1h, true, at("09:50"), 1h})
        .tell(call_end(kAnna, "c1", "10:00"))
        .tell(post(kAnnasPhone, "10:04"));
    REQUIRE_FALSE(world.reports().empty());
    CHECK(world.reports()[0].code == std::string(event::kWrongClock.code));
    CHECK(world.reports()[0].text ==
          "clock skew: the source is 1 h ahead of this machine, as if its time zone were set wrongly; its times are "
          "corrected by 1 h");
    REQUIRE(world.revisions().size() == 1);
    const auto& gaps = world.revisions()[0].incident.gaps;
    CHECK(std::ranges::count(gaps,
                             "the clock of calls:acd is about 1 h ahead of this machine's, as if its time zone were "
                             "set wrongly: its times are corrected by 1 h") == 1);
}

TEST_CASE("health keeps no more feeds than it is told it may")
{
    Health health;
    for (std::size_t i = 0; i < Health::kFeeds + 5; ++i) {
        health.observe(FeedState{"feed" + std::to_string(i), false, "", at("09:00")});
    }
    CHECK(health.down().size() == Health::kFeeds);
}

}  // namespace breakwatch
