#include "app/sight_sample.hpp"

#include <doctest/doctest.h>

namespace breakwatch {
namespace {

const Timestamp kNow = *parse_rfc3339("2026-11-23T10:00:00Z");

EnrolledPerson person(const char* staff, const char* mac)
{
    return {.staff = {staff},
            .macs = {*parse_mac(mac)},
            .radius_users = {},
            .agent_aliases = {},
            .notice = kNow - std::chrono::hours{24},
            .consent = {},
            .withdrawn = {}};
}

FeedStatus feed(const char* name, std::uint64_t taken, std::uint64_t unmapped = 0)
{
    FeedStatus status;
    status.name = name;
    status.up = true;
    status.taken = taken;
    status.unmapped = unmapped;
    return status;
}

}  // namespace

TEST_CASE("call events of nobody are told apart from those of somebody, and other feeds' facts are facts")
{
    const auto calls = feed("calls:acd", 30, 30);
    const auto leases = feed("kea:main", 4);
    const auto radius = feed("radius:wlc", 2);
    CaptureStatus capture;
    capture.sensor.sightings = 3;
    const auto sample = sight_sample(capture, {calls, leases, radius, feed("mentions:listening", 7)}, kNow);
    REQUIRE(sample.names.size() == 1);
    CHECK(sample.names[0].mapped == 0);
    CHECK(sample.names[0].unmapped == 30);
    CHECK(sample.facts == 9);
    CHECK(sample.radius_facts == 2);
}

TEST_CASE("of captures beside each other each may tell the addresses and the VLANs; the feeds' names come once")
{
    std::vector<CaptureStatus> captures(2);
    captures[0].sensor.leases = 3;
    captures[0].decode.wire.address_facts = 5;
    captures[0].decode.wire.vlans.set(20);
    captures[1].decode.wire.wanted = 7;
    const auto samples = sight_samples(captures, {feed("calls:acd", 30, 30), feed("kea:main", 4)}, kNow);
    REQUIRE(samples.size() == 2);
    CHECK(samples[0].facts == 3 + 4);
    CHECK(samples[1].facts == 3 + 5 + 4);
    CHECK(samples[1].wire.vlans.test(20));
    CHECK(samples[0].wire.wanted == 0);
    CHECK(samples[0].names.size() == 1);
    CHECK(samples[1].names.empty());
}

TEST_CASE("enrolled people whom no roster names are counted, unless rosters do not matter")
{
    Config config;
    config.rosters = {"roster.csv"};
    const Enrolment enrolment({person("1042", "02:00:00:00:00:01"), person("1043", "00:11:22:00:00:02")});
    const Roster roster({{.staff = {"1042"},
                          .start = kNow,
                          .end = kNow + std::chrono::hours{8},
                          .activity = DutyActivity::shift,
                          .site = {}}});
    const auto people = feed("people", 2, 3);
    const auto names = names_in_rosters(config, people, enrolment, roster, kNow);
    REQUIRE(names);
    CHECK(names->people == 2);
    CHECK(names->unrostered == 1);
    CHECK(names->unmapped == 3);
    config.roster.duty = DutyBasis::call_system;
    CHECK_FALSE(names_in_rosters(config, people, enrolment, roster, kNow));
    CHECK(sight_expected(config, enrolment, kNow).enrolled_devices == 2);
    CHECK(sight_expected(config, enrolment, kNow).private_macs_enrolled);
}

TEST_CASE("the loopback interface has a link, what is not there says nothing")
{
    CHECK(link_of("lo") == std::optional{true});
    CHECK_FALSE(link_of("bw-not-there"));
    CHECK_FALSE(link_of("../lo"));
}

}  // namespace breakwatch
