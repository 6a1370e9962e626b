#include "policy/sight/sight_watch.hpp"

#include <doctest/doctest.h>

namespace breakwatch {
namespace {

using namespace std::chrono_literals;

const Timestamp kStart = *parse_rfc3339("2026-11-23T03:00:00Z");

SightExpectation usual()
{
    SightExpectation expected;
    expected.interface = "eth1";
    expected.enrolled_devices = 40;
    return expected;
}

// A mirror that is looked at every ten seconds.
class Mirror {
  public:
    Mirror() { sample_.at = kStart; }

    // `up`, `down`: packets to and from servers in ten seconds.
    Mirror& shows(std::uint64_t up, std::uint64_t down, Duration length)
    {
        for (Duration past{0}; past < length; past += 10s) {
            auto& wire = sample_.wire;
            wire.packets += up + down;
            wire.ip += up + down;
            wire.wanted += up + down;
            wire.to_servers += up;
            wire.from_servers += down;
            wire.address_facts += up > 0 ? 1 : 0;
            look();
        }
        return *this;
    }
    Mirror& is_silent(Duration length) { return shows(0, 0, length); }
    Mirror& link(bool there)
    {
        sample_.link = there;
        return *this;
    }
    Mirror& names(const NamesSeen& names)
    {
        sample_.names = {names};
        look();
        return *this;
    }
    void is_down()
    {
        sample_.open = false;
        look();
        sample_.open = true;
    }
    // "+one_way" and "-one_way" in order of being told.
    std::string told() const
    {
        std::string all;
        for (const auto& state : told_)
            all += (all.empty() ? "" : " ") + std::string(state.over ? "-" : "+") + state.spot;
        return all;
    }
    Duration after() const { return told_.back().at - kStart; }
    const SightState& last() const { return told_.back(); }
    const SightWatch& watch() const { return watch_; }

  private:
    void look()
    {
        sample_.at += 10s;
        for (auto& state : watch_.look(sample_)) told_.push_back(std::move(state));
    }

    SightSample sample_;
    SightWatch watch_{usual(), true};
    std::vector<SightState> told_;
};

}  // namespace

TEST_CASE("not one packet is told within three minutes, and its end at the first packet")
{
    Mirror mirror;
    mirror.is_silent(10min);
    CHECK(mirror.told() == "+silent");
    CHECK(mirror.last().at - kStart <= 3min);
    CHECK(mirror.watch().present().size() == 1);
    mirror.shows(1, 1, 10s);
    CHECK(mirror.told() == "+silent -silent");
    CHECK(mirror.watch().present().empty());
}

TEST_CASE("the silence of a small break room at night is no event, however long")
{
    Mirror mirror;
    mirror.shows(40, 80, 5min)
        .is_silent(1min)
        .shows(1, 1, 5min)
        .is_silent(3min)
        .shows(1, 1, 10s)
        .is_silent(20min)
        .shows(0, 1, 10s)
        .is_silent(3h);
    CHECK(mirror.told().empty());
}

TEST_CASE("traffic that never paused and stops is told within three minutes")
{
    Mirror mirror;
    mirror.shows(400, 800, 30min);
    const auto stopped = kStart + 30min;
    mirror.is_silent(5min);
    CHECK(mirror.told() == "+silent");
    CHECK(mirror.last().at - stopped <= 3min);
}

TEST_CASE("a cable that is out is told after half a minute, also of a quiet place")
{
    Mirror mirror;
    mirror.link(true).shows(1, 1, 1min).is_silent(1h).shows(1, 1, 10s).link(false).is_silent(1min);
    CHECK(mirror.told() == "+silent");
    CHECK(mirror.last().what.find("no link") != std::string::npos);
    mirror.link(true).shows(1, 1, 10s);
    CHECK(mirror.told() == "+silent -silent");
}

TEST_CASE("a mirror of one direction is told within three minutes once, and its end once")
{
    Mirror mirror;
    mirror.shows(200, 0, 20min);
    CHECK(mirror.told() == "+one_way");
    CHECK(mirror.last().at - kStart <= 3min);
    CHECK(mirror.last().subject == "capture:eth1");
    mirror.shows(200, 400, 10min);
    CHECK(mirror.told() == "+one_way -one_way");
}

TEST_CASE("a mirror that loses a direction later is told within three minutes of it")
{
    Mirror mirror;
    mirror.shows(200, 400, 1h);
    CHECK(mirror.told().empty());
    mirror.shows(200, 0, 5min);
    CHECK(mirror.told() == "+one_way");
    CHECK(mirror.last().at - (kStart + 1h) <= 3min);
}

TEST_CASE("a capture that was opened again is judged anew, and what is down is not judged")
{
    Mirror mirror;
    mirror.shows(200, 0, 100s).is_down();
    mirror.shows(200, 0, 100s);
    CHECK(mirror.told().empty());
}

TEST_CASE("a feed whose names are all strangers is told, one with a single known name is not")
{
    Mirror mirror;
    mirror.names({.feed = "calls:acd", .mapped = 0, .unmapped = 19});
    CHECK(mirror.told().empty());
    mirror.names({.feed = "calls:acd", .mapped = 0, .unmapped = 20});
    CHECK(mirror.told() == "+strangers");
    CHECK(mirror.last().subject == "calls:acd");
    mirror.names({.feed = "calls:acd", .mapped = 1, .unmapped = 60});
    CHECK(mirror.told() == "+strangers -strangers");
}

TEST_CASE("enrolled people without a roster are told where the roster has names of nobody, or lacks everybody")
{
    const auto told = [](const NamesSeen& names) { return Mirror().names(names).told(); };
    CHECK(told({.feed = "people", .mapped = 9, .unmapped = 4, .people = 10, .unrostered = 1}) == "+unrostered");
    CHECK(told({.feed = "people", .mapped = 0, .unmapped = 0, .people = 10, .unrostered = 10}) == "+unrostered");
    CHECK(told({.feed = "people", .mapped = 9, .unmapped = 0, .people = 10, .unrostered = 1}).empty());  // on leave
    CHECK(
        told({.feed = "people", .mapped = 10, .unmapped = 50, .people = 10, .unrostered = 0}).empty());  // others' rows
}

}  // namespace breakwatch
