#include "policy/identity/session_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/bindings.hpp"

namespace breakwatch {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("a session of an enrolled user binds a device that nobody enrolled, strongly")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00", "CC\\s1001"));
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:30") == Answers{"s1001 strong"});
    CHECK(who(bindings, kByAddress, "09:30").empty());  // no address told yet
    auto interim = session(Kind::interim, "09:10", "CC\\s1001");
    interim.addresses = {kAddress};
    bindings.observe(interim);
    CHECK(who(bindings, kByAddress, "09:05").empty());
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 strong"});
    bindings.observe(session(Kind::stop, "09:40", "CC\\s1001"));
    CHECK(who(bindings, kByAddress, "09:39:45") == Answers{"s1001 strong"});
    CHECK(who(bindings, kByAddress, "09:40").empty());
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:40").empty());
}

TEST_CASE("where the session names no address, the lease of its device does")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00"));
    bindings.observe(lease(kPrivateMac, "09:00:03", "21:00"));
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 strong"});
}

TEST_CASE("a session that is told after the lease of its device still joins it")
{
    BindingLimits limits;
    limits.sessions_expected = true;
    Table bindings(limits);
    bindings.observe(lease(kPrivateMac, "09:00:03", "21:00"));
    bindings.expire(at("09:09"));
    bindings.observe(session(Kind::start, "09:00"));
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 strong"});
}

TEST_CASE("an enrolled MAC with the session of somebody else is ambiguous")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00", "s1001", kBelasPhone));
    CHECK(who(bindings, {kBelasPhone, kAddress}, "09:30") ==
          Answers{"s1001 strong", "s1002 medium"});
}

TEST_CASE("an anonymous outer name on an enrolled MAC leaves the MAC's word")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00", "anonymous@site.example", kAnnasPhone));
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "09:30") == Answers{"s1001 medium"});
}

TEST_CASE("a restart of the NAS ends all its sessions, in whatever order it is told")
{
    for (const bool early : {false, true}) {
        Table bindings;
        auto off = session(Kind::nas_reset, "09:30");
        if (early) bindings.observe(off);
        bindings.observe(session(Kind::start, "09:00"));
        if (!early) bindings.observe(off);
        CHECK(who(bindings, {kPrivateMac, kAddress}, "09:29") == Answers{"s1001 strong"});
        CHECK(who(bindings, {kPrivateMac, kAddress}, "09:30").empty());
        auto again = session(Kind::start, "09:45");
        bindings.observe(again);
        CHECK(who(bindings, {kPrivateMac, kAddress}, "09:50") == Answers{"s1001 strong"});
        CHECK(who(bindings, {kPrivateMac, kAddress}, "09:40").empty());
    }
}

TEST_CASE("a NAS that counts its sessions anew after a restart gives an old id to another device")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::start, "09:00", "s1001", kPrivateMac), kAddress));
    SessionEvent on;
    on.kind = Kind::nas_reset;
    on.nas = "wlc-break";
    on.at = at("10:00");
    bindings.observe(on);
    bindings.observe(with_address(session(Kind::start, "10:05", "s1002", kBelasPhone), kOther));

    CHECK(who(bindings, {kPrivateMac, {}}, "09:30") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kBelasPhone, {}}, "10:10") == Answers{"s1002 strong"});
    CHECK(who(bindings, {kPrivateMac, {}}, "10:10").empty());
    const auto all = bindings.all();
    REQUIRE(all.size() == 2);
    CHECK(all[0].mac == kPrivateMac);
    CHECK(all[1].mac == kBelasPhone);

    SUBCASE("and of the one who withdraws nothing is left under it")
    {
        bindings.set_enrolment(Enrolment({enrolled(kBela, kBelasPhone)}));
        REQUIRE(bindings.all().size() == 1);
        CHECK(bindings.all()[0].mac == kBelasPhone);
        CHECK(bindings.devices() == 1);
    }
}

TEST_CASE("an id that goes to another device without a word between ends the first one's session")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::start, "09:00", "s1001", kPrivateMac), kAddress));
    bindings.observe(with_address(session(Kind::start, "09:20", "s1002", kBelasPhone), kOther));
    CHECK(who(bindings, {kPrivateMac, {}}, "09:10") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kPrivateMac, {}}, "09:30").empty());
    CHECK(who(bindings, {kBelasPhone, {}}, "09:30") == Answers{"s1002 strong"});
    CHECK(who(bindings, {kBelasPhone, {}}, "09:10") == Answers{"s1002 medium"});
}

TEST_CASE("a session whose Stop was lost ends where its device begins one at another access point")
{
    Table bindings;
    bindings.set_zones({{"operator-floor", {"OPS"}, {}, {}, {}, false}, {"break-area", {"BREAK"}, {}, {}, {}, true}});
    auto floor = with_address(session(Kind::start, "09:00"), kAddress);
    floor.nas = "wlc-floor";
    floor.access_point = "00:1a:1e:10:00:01";
    floor.ssid = "OPS";
    auto area = with_address(session(Kind::start, "09:20"), kOther);
    area.access_point = "00:1a:1e:20:00:01";
    area.ssid = "BREAK";
    bindings.observe(area);
    bindings.observe(floor);  // late

    const auto now = bindings.bindings_at({kPrivateMac, kOther}, at("09:30"));
    REQUIRE(now.size() == 1);
    CHECK(now[0].zone == "break-area");
    CHECK(bindings.bindings_at({kPrivateMac, kAddress}, at("09:10"))[0].zone == "operator-floor");
    CHECK(who(bindings, kByAddress, "09:30").empty());
    const auto all = bindings.all();
    REQUIRE(all.size() == 2);
    CHECK(all[0].to == at("09:20"));
    CHECK_FALSE(all[1].to);
}

TEST_CASE("an address whose session lost its Stop is its next holder's, not both's")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::start, "09:00", "s1001", kAnnasPhone), kAddress));
    auto next = with_address(session(Kind::start, "09:20", "s1002", kBelasPhone), kAddress);
    next.session_id = "5F010011";
    bindings.observe(next);
    CHECK(who(bindings, kByAddress, "09:10") == Answers{"s1001 strong"});
    CHECK(who(bindings, kByAddress, "09:20:05") == Answers{"s1001 strong", "s1002 strong"});  // within seconds: ambiguous
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1002 strong"});

    SUBCASE("but both's while both say so")
    {
        bindings.observe(with_address(session(Kind::interim, "09:40", "s1001", kAnnasPhone), kAddress));
        CHECK(who(bindings, kByAddress, "09:30").size() == 2);
    }
}

TEST_CASE("a session whose Stop was lost ends by silence")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00"));
    bindings.observe(session(Kind::interim, "09:10"));
    CHECK(who(bindings, {kPrivateMac, kAddress}, "10:09") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kPrivateMac, kAddress}, "10:10").empty());
}

TEST_CASE("a session of a NAS that sends no interims is believed for longer")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00"));
    CHECK(who(bindings, {kPrivateMac, kAddress}, "15:00") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kPrivateMac, kAddress}, "21:00").empty());
}

TEST_CASE("a session that roams and changes its address is several bindings")
{
    Table bindings;
    ZoneRule floor;
    floor.zone = "floor";
    floor.access_points = {"00:1a:1e:10:00:01"};
    ZoneRule break_area;
    break_area.zone = "break";
    break_area.access_points = {"00:1a:1e:20:00:01"};
    bindings.set_zones({floor, break_area});
    auto start = session(Kind::start, "09:00");
    start.addresses = {kAddress};
    start.access_point = "00:1a:1e:10:00:01";
    auto roamed = session(Kind::interim, "09:10");
    roamed.access_point = "00:1a:1e:20:00:01";
    auto moved = session(Kind::interim, "09:20");
    moved.addresses = {kOther};
    std::vector<SessionEvent> events{start, roamed, moved, session(Kind::stop, "09:30")};
    std::ranges::reverse(events);
    for (const auto& event : events) bindings.observe(event);
    const auto all = bindings.all();
    REQUIRE(all.size() == 3);
    CHECK(all[0].zone == "floor");
    CHECK(all[0].from == at("09:00"));
    CHECK(all[0].to == at("09:10"));
    CHECK(all[1].zone == "break");
    CHECK(all[1].ip == kAddress);
    CHECK(all[1].to == at("09:20"));
    CHECK(all[2].ip == kOther);
    CHECK(all[2].zone == "break");
    CHECK(all[2].to == at("09:30"));
}

TEST_CASE("a prefix given to a session binds all its addresses")
{
    Table bindings;
    auto start = session(Kind::start, "09:00");
    start.prefixes = {*parse_subnet("2001:db8:77:b1::/64")};
    bindings.observe(start);
    CHECK(who(bindings, {MacAddress{}, ip("2001:db8:77:b1::9")}, "09:30") ==
          Answers{"s1001 strong"});
    CHECK(who(bindings, {MacAddress{}, ip("2001:db8:77:b2::9")}, "09:30").empty());
}

TEST_CASE("an address that went to the session of somebody unknown is not the old holder's")
{
    Table bindings;
    auto start = session(Kind::start, "09:00");
    start.addresses = {kAddress};
    bindings.observe(start);
    auto stranger = session(Kind::start, "09:20", "visitor", kStrangersPhone);
    stranger.session_id = "77";
    stranger.addresses = {kAddress};
    bindings.observe(stranger);
    CHECK(who(bindings, kByAddress, "09:10") == Answers{"s1001 strong"});
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 weak"});
    CHECK(bindings.devices() == 1);
}

}  // namespace breakwatch
