#include "policy/identity/zones.hpp"

#include <doctest/doctest.h>

#include "support/moments.hpp"

namespace breakwatch {
namespace {

using test::ip;

ZoneRule rule(const char* zone)
{
    ZoneRule made;
    made.zone = zone;
    return made;
}

std::string zone_at(const ZoneMap& map, const Place& place)
{
    const auto* found = map.find(place);
    return found == nullptr ? "-" : found->zone;
}

}  // namespace

TEST_CASE("a subnet holds its own addresses and no other family's")
{
    const auto break_area = parse_subnet("10.77.20.129/25");
    REQUIRE(break_area);
    CHECK(break_area->network == ip("10.77.20.128"));
    CHECK(break_area->contains(ip("10.77.20.255")));
    CHECK_FALSE(break_area->contains(ip("10.77.20.127")));
    CHECK_FALSE(break_area->contains(ip("::ffff:10.77.20.200")));
    CHECK(parse_subnet("0.0.0.0/0")->contains(ip("203.0.113.9")));
    CHECK_FALSE(parse_subnet("0.0.0.0/0")->contains(ip("2001:db8::1")));
    CHECK(parse_subnet("2001:db8:77:b1::/63")->contains(ip("2001:db8:77:b0::9")));
    CHECK(parse_subnet("10.0.0.1")->length == 32);
    CHECK(parse_subnet("2001:db8::1")->length == 128);
}

TEST_CASE("what is no subnet is refused")
{
    for (const auto* text : {"", "/24", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0/8",
                             "2001:db8::/129", "10.0.0.0/8/8"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_subnet(text));
    }
}

TEST_CASE("a zone is told by SSID, access point, VLAN or subnet")
{
    auto floor = rule("floor");
    floor.ssids = {"OPS"};
    floor.access_points = {"00-1A-1E-10-00-01"};
    floor.vlans = {110};
    floor.subnets = {"10.77.10.0/24", "2001:db8:77:a000::/52"};
    const ZoneMap map({floor});
    CHECK(zone_at(map, {"OPS", "", 0, {}}) == "floor");
    CHECK(zone_at(map, {"ops", "", 0, {}}) == "-");
    CHECK(zone_at(map, {"", "00:1a:1e:10:00:01", 0, {}}) == "floor");
    CHECK(zone_at(map, {"", "", 110, {}}) == "floor");
    CHECK(zone_at(map, {"", "", 0, ip("10.77.10.9")}) == "floor");
    CHECK(zone_at(map, {"", "", 0, ip("2001:db8:77:a0a1::1")}) == "floor");
    CHECK(zone_at(map, {"BREAK ROOM", "00:1a:1e:20:00:01", 120, ip("10.77.20.9")}) == "-");
    CHECK(zone_at(map, {}) == "-");
}

TEST_CASE("the first rule that fits wins")
{
    auto break_area = rule("break");
    break_area.ssids = {"BREAK ROOM"};
    auto building = rule("building");
    building.subnets = {"10.0.0.0/8"};
    building.devices_allowed = false;
    const ZoneMap map({break_area, building});
    CHECK(zone_at(map, {"BREAK ROOM", "", 0, ip("10.1.1.1")}) == "break");
    CHECK(zone_at(map, {"OPS", "", 0, ip("10.1.1.1")}) == "building");
    CHECK(map.has_forbidden());
    CHECK(map.by_name("break")->devices_allowed);
    CHECK(map.by_name("roof") == nullptr);
    CHECK_FALSE(ZoneMap{}.has_forbidden());
}

}  // namespace breakwatch
