#include "policy/sight/mirror_assessment.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace breakwatch {
namespace {

using namespace std::chrono_literals;

// Two minutes of a healthy mirror.
SightSpan healthy()
{
    SightSpan span;
    span.length = 2min;
    auto& wire = span.wire;
    wire.packets = 20'000;
    wire.ip = 19'900;
    wire.wanted = 5'000;
    wire.to_servers = 6'000;
    wire.from_servers = 12'000;
    wire.two_way = 200;
    wire.names_read = 150;
    wire.compared = 19'000;
    wire.from_macs = 20'000;
    wire.address_facts = 60;
    wire.dhcp = 2;
    span.received = 20'000;
    return span;
}

SightExpectation usual()
{
    return {.interface = "eth1",
            .filter = "",
            .snaplen = 1600,
            .enrolled_devices = 40,
            .radius = false,
            .leases = false,
            .vlans = {}};
}

std::vector<BlindSpot> blind(const SightSpan& span, const SightExpectation& expected = usual(),
                             const std::vector<BlindSpot>& present = {})
{
    std::vector<BlindSpot> spots;
    for (const auto& sight : assess(span, expected, present))
        if (sight.blind) spots.push_back(sight.spot);
    return spots;
}

Sight of(BlindSpot spot, const SightSpan& span, const SightExpectation& expected = usual())
{
    const auto sights = assess(span, expected);
    const auto found = std::ranges::find(sights, spot, &Sight::spot);
    REQUIRE(found != sights.end());
    return *found;
}

using Spots = std::vector<BlindSpot>;

}  // namespace

TEST_CASE("a healthy mirror has nothing to be changed, and a quiet one nothing to be said of")
{
    CHECK(blind(healthy()) == Spots{});
    SightSpan night;
    night.length = 2min;
    night.wire.packets = 40;
    night.wire.ip = 30;
    CHECK(blind(night) == Spots{});
    CHECK(blind(SightSpan{}) == Spots{});
}

TEST_CASE("one direction alone is told with what to change, whichever it is")
{
    auto span = healthy();
    span.wire.from_servers = 0;
    span.wire.two_way = 0;
    span.wire.only_to_servers = 200;
    CHECK(blind(span) == Spots{BlindSpot::one_way});
    CHECK(of(BlindSpot::one_way, span).change.find("both") != std::string::npos);
    span = healthy();
    span.wire.to_servers = 20;
    CHECK(blind(span) == Spots{BlindSpot::one_way});
    auto filtered = usual();
    filtered.filter = "dst port 443";
    CHECK(of(BlindSpot::one_way, span, filtered).change.find("dst port 443") != std::string::npos);
}

TEST_CASE("few packets of one direction prove nothing")
{
    SightSpan span;
    span.wire.packets = span.wire.ip = 150;
    span.wire.to_servers = 99;
    CHECK(blind(span) == Spots{});
}

TEST_CASE("a download that is hardly acknowledged is no one-way mirror")
{
    auto span = healthy();
    span.wire.to_servers = 400;
    CHECK(blind(span) == Spots{});
}

TEST_CASE("a part of the conversations with one side is half a mirror, and ends at half of the limit")
{
    auto span = healthy();
    span.wire.only_to_servers = 60;
    CHECK(blind(span) == Spots{BlindSpot::half});
    span.wire.only_to_servers = 30;  // 13 %
    CHECK(blind(span) == Spots{});
    CHECK(blind(span, usual(), {BlindSpot::half}) == Spots{BlindSpot::half});
    span.wire.only_to_servers = 10;
    CHECK(blind(span, usual(), {BlindSpot::half}) == Spots{});
}

TEST_CASE("copies of packets are told, retransmissions are not")
{
    auto span = healthy();
    span.wire.repeated = 9'000;
    CHECK(blind(span) == Spots{BlindSpot::repeated});
    span.wire.repeated = 300;
    CHECK(blind(span) == Spots{});
}

TEST_CASE("packets kept short say whether a length or this interface's merging is the cause")
{
    auto span = healthy();
    span.wire.cut = 10'000;
    span.wire.shortest_cut = 96;
    span.wire.longest = 1514;
    CHECK(of(BlindSpot::cut, span).change.find("capture.snaplen") != std::string::npos);
    span.wire.shortest_cut = 1600;
    span.wire.longest = 40'000;
    CHECK(of(BlindSpot::cut, span).change.find("ethtool -K eth1 gro off") != std::string::npos);
}

TEST_CASE("packets lost in this machine are told from one in a thousand on")
{
    auto span = healthy();
    span.dropped = 10;
    CHECK(blind(span) == Spots{});
    span.dropped = 400;
    CHECK(blind(span) == Spots{BlindSpot::dropped});
}

TEST_CASE(
    "traffic of nobody enrolled is told once there is enough of it, with private addresses as the cause where they are")
{
    auto span = healthy();
    span.wire.wanted = 0;
    CHECK(blind(span) == Spots{BlindSpot::nobody});
    CHECK(of(BlindSpot::nobody, span).change.find("another network") != std::string::npos);
    span.wire.from_private_macs = 8'000;
    CHECK(of(BlindSpot::nobody, span).change.find("private") != std::string::npos);
    span.wire.to_servers = 100;
    span.wire.from_servers = 200;
    CHECK(blind(span) == Spots{});
    auto nobody = usual();
    nobody.enrolled_devices = 0;
    CHECK(blind(span, nobody) == Spots{});
}

TEST_CASE("no IP, and tunnels that stay shut, are told with their kind")
{
    auto span = healthy();
    span.wire.ip = 3;
    span.wire.unread_frames = 19'997;
    span.wire.unread_ether_type = 0x88e5;
    CHECK(of(BlindSpot::not_ip, span).what.find("MACsec") != std::string::npos);
    span = healthy();
    span.wire.sealed = 15'000;
    span.wire.sealed_protocol = 17;
    span.wire.sealed_port = 5247;
    CHECK(of(BlindSpot::sealed, span).what.find("CAPWAP") != std::string::npos);
    span.wire.sealed_protocol = 50;
    span.wire.sealed_port = 0;
    CHECK(of(BlindSpot::sealed, span).what.find("IPsec") != std::string::npos);
}

TEST_CASE("VLANs that zones name and the mirror does not show")
{
    auto span = healthy();
    auto expected = usual();
    expected.vlans = {20, 30};
    CHECK(of(BlindSpot::other_vlans, span, expected).what.find("no VLAN tags") != std::string::npos);
    span.wire.vlans.set(10);
    CHECK(of(BlindSpot::other_vlans, span, expected).what.find("only VLAN 10") != std::string::npos);
    span.wire.vlans.set(30);
    CHECK(blind(span, expected) == Spots{});
}

TEST_CASE("servers without names: encrypted hellos are another cause than missing ones")
{
    auto span = healthy();
    span.wire.names_hidden = 400;
    CHECK(of(BlindSpot::names_hidden, span).change.find("ECH") != std::string::npos);
    span.wire.names_hidden = 0;
    span.wire.names_missing = 400;
    CHECK(of(BlindSpot::names_hidden, span).change.find("VPN") != std::string::npos);
}

TEST_CASE("nothing that tells who has which address")
{
    auto span = healthy();
    span.wire.address_facts = span.wire.dhcp = 0;
    CHECK(blind(span) == Spots{BlindSpot::no_addresses});
    span.facts = 1;
    CHECK(blind(span) == Spots{});
}

TEST_CASE("RADIUS that is configured and does not come is told after its slowest interim update")
{
    auto expected = usual();
    expected.radius = true;
    auto span = healthy();
    CHECK(blind(span, expected) == Spots{});
    span.length = 15min;
    CHECK(blind(span, expected) == Spots{BlindSpot::no_radius});
    span.radius_facts = 1;
    CHECK(blind(span, expected) == Spots{});
}

}  // namespace breakwatch
