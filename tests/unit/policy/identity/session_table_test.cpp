#include "policy/identity/session_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/bindings.hpp"

namespace breakwatch {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("a session of an enrolled user binds a device that nobody enrolled, strongly")
{
    BindingLimits limits;
    limits.scope.realms = {"cc"};
    Table bindings(limits);
    bindings.observe(session(Kind::start, "09:00", "CC\\s1001"));
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:30") == Answers{"s1001 strong"});
    CHECK(who(bindings, kByAddress, "09:30").empty());  // no address told yet
    auto interim = session(Kind::interim, "09:10", "CC\\s1001");
    interim.addresses = {kAddress};
    bindings.observe(interim);
    CHECK(who(bindings, kByAddress, "09:05").empty());
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 medium"});
    bindings.observe(session(Kind::stop, "09:40", "CC\\s1001"));
    CHECK(who(bindings, kByAddress, "09:39:45") == Answers{"s1001 medium"});
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
    CHECK(who(bindings, {kBelasPhone, kAddress}, "09:30") == Answers{"s1001 strong", "s1002 medium"});
}

TEST_CASE("an anonymous outer name on an enrolled MAC leaves the MAC's word")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00", "anonymous@site.example", kAnnasPhone));
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "09:30") == Answers{"s1001 medium"});
}

TEST_CASE("a session that has told no address yet is a binding of its device: the sensor must look at it")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00", "s1001", kPrivateMac));
    REQUIRE(bindings.all().size() == 1);
    CHECK(bindings.all()[0].mac == kPrivateMac);
    CHECK(bindings.all()[0].ip == IpAddress{});
    bindings.observe(with_address(session(Kind::interim, "09:05", "s1001", kPrivateMac), kAddress));
    CHECK(bindings.all().back().ip == kAddress);
}

TEST_CASE("an address that stands in a Start alone may be one that the device remembers: by itself it names nobody")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::start, "09:00"), kAddress));
    CHECK(who(bindings, kByAddress, "09:02") == Answers{"s1001 weak"});
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:02") == Answers{"s1001 strong"});
    SUBCASE("until a report says it again")
    {
        bindings.observe(with_address(session(Kind::interim, "09:05"), kAddress));
        CHECK(who(bindings, kByAddress, "09:06") == Answers{"s1001 medium"});
    }
    SUBCASE("or a lease")
    {
        bindings.observe(lease(kPrivateMac, "09:01", "11:00"));
        CHECK(who(bindings, kByAddress, "09:02") == Answers{"s1001 strong"});
    }
    SUBCASE(
        "and another address told later may have been its own since it began: against whoever was told to have that")
    {
        auto before = with_address(session(Kind::interim, "08:50", "s1002", kBelasPhone), kOther);
        before.session_id = "5F010012";
        bindings.observe(before);
        const Device behind{MacAddress{}, kOther};
        CHECK(who(bindings, behind, "09:03") == Answers{"s1002 medium"});
        bindings.observe(with_address(session(Kind::interim, "09:05"), kOther));
        CHECK(who(bindings, behind, "08:55") == Answers{"s1002 medium"});
        CHECK(who(bindings, behind, "09:03").empty());
        CHECK(who(bindings, behind, "09:06") == Answers{"s1001 medium"});
    }
}

TEST_CASE(
    "an address alone is its session's user's no longer once two reports in a row are missing, but for a lease of it")
{
    Table bindings;
    for (const auto* clock : {"09:00", "09:05", "09:10", "09:15"})
        bindings.observe(
            with_address(session(clock == std::string("09:00") ? Kind::start : Kind::interim, clock), kAddress));
    CHECK(who(bindings, kByAddress, "09:25") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "09:26") == Answers{"s1001 weak"});
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:26") == Answers{"s1001 strong"});
    bindings.observe(lease(kPrivateMac, "09:00", "11:00"));
    CHECK(who(bindings, kByAddress, "09:26") == Answers{"s1001 strong"});
}

TEST_CASE("a session of a NAS that sends no interims is kept for longer, but names nobody by itself after an hour")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00"));
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:59") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kPrivateMac, kAddress}, "15:00") == Answers{"s1001 weak"});
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
    CHECK(who(bindings, {MacAddress{}, ip("2001:db8:77:b1::9")}, "09:30") == Answers{"s1001 medium"});
    CHECK(who(bindings, {MacAddress{}, ip("2001:db8:77:b2::9")}, "09:30").empty());
}

TEST_CASE("an address that went to the session of somebody unknown is not the old holder's")
{
    Table bindings;
    auto start = session(Kind::interim, "09:00");
    start.addresses = {kAddress};
    bindings.observe(start);
    auto stranger = session(Kind::start, "09:20", "visitor", kStrangersPhone);
    stranger.session_id = "77";
    stranger.addresses = {kAddress};
    bindings.observe(stranger);
    CHECK(who(bindings, kByAddress, "09:10") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "09:30").empty());
    CHECK(bindings.devices() == 2);  // until the wait is over
    bindings.expire(at("09:40"));
    CHECK(bindings.devices() == 1);
}

TEST_CASE("an old session still names whom it was of while its device has never left")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00"));
    bindings.observe(lease(kPrivateMac, "09:00:03", "21:00"));
    CHECK(who(bindings, {kPrivateMac, kAddress}, "15:00") == Answers{"s1001 medium"});
}

TEST_CASE("a change of users is uncertain by the clock of its NAS and ten seconds")
{
    Table bindings;
    for (const bool second : {false, true}) {
        auto start = session(Kind::start, second ? "10:00:01" : "09:50", second ? "s1002" : "s1001");
        start.session_id = second ? "2" : "1";
        start.clock_error = 50s;
        bindings.observe(start);
    }
    auto stop = session(Kind::stop, "10:00");
    stop.session_id = "1";
    stop.clock_error = 50s;
    bindings.observe(stop);
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:58:50") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:59:30").size() == 2);
    CHECK(who(bindings, {kPrivateMac, kAddress}, "10:00:40").size() == 2);
    CHECK(who(bindings, {kPrivateMac, kAddress}, "10:01:10") == Answers{"s1002 strong"});
}

TEST_CASE(
    "behind a router, too, a session of somebody who is not enrolled is against whoever had the address within the "
    "clock's error")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::start, "09:00"), kAddress));
    bindings.observe(with_address(session(Kind::interim, "09:05"), kAddress));
    auto visitor = with_address(session(Kind::start, "09:10", "visitor"), kAddress);
    visitor.session_id = "2";
    visitor.clock_error = 28s;
    bindings.observe(visitor);
    CHECK(who(bindings, kByAddress, "09:09") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "09:10:14").empty());
    CHECK(who(bindings, kByAddress, "09:11").empty());
}

TEST_CASE("a MAC address for a user is a device, not a person")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00", "02-1A-10-00-10-01", kAnnasPhone));
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "09:30") == Answers{"s1001 medium"});
    auto other = session(Kind::start, "09:00", "5a3c917e021b");
    other.session_id = "2";
    bindings.observe(other);
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:30").empty());
}

TEST_CASE("an address that the device remembered beats no lease that runs")
{
    Table bindings;
    bindings.observe(lease(kStrangersPhone, "09:00", "11:00"));
    bindings.observe(with_address(session(Kind::start, "09:20"), kAddress));
    CHECK(who(bindings, kByAddress, "09:30").empty());
    bindings.observe(lease(kBelasPhone, "09:00", "11:00", kOther));
    auto again = with_address(session(Kind::start, "09:20"), kOther);
    again.session_id = "2";
    bindings.observe(again);
    CHECK(who(bindings, {MacAddress{}, kOther}, "09:30") == Answers{"s1002 medium"});
}

TEST_CASE("a session's address is not its user's any more once it was leased to another device")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::start, "09:00"), kAddress));
    bindings.observe(with_address(session(Kind::interim, "09:10"), kAddress));
    bindings.observe(lease(kStrangersPhone, "09:20", "11:00"));
    CHECK(who(bindings, kByAddress, "09:15") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "09:30").empty());
}

TEST_CASE("a session of another site says nothing of an address here, unless its device shows here too")
{
    BindingLimits limits;
    BindingTable bindings(limits);
    bindings.set_enrolment(Enrolment({enrolled(kAnna, kAnnasPhone)}));
    bindings.set_zones({{"break", {"BREAK"}, {}, {}, {}, true}});
    auto far = with_address(session(Kind::start, "09:00"), kAddress);
    far.ssid = "NAGOYA";
    bindings.observe(far);
    bindings.observe(with_address(session(Kind::interim, "09:10"), kAddress));
    CHECK(who(bindings, kByAddress, "09:15") == Answers{"s1001 weak"});
    bindings.observe(lease(kPrivateMac, "09:00", "11:00"));
    CHECK(who(bindings, kByAddress, "09:15") == Answers{"s1001 strong"});
}

}  // namespace breakwatch
