#include "policy/identity/binding_table.hpp"

#include <doctest/doctest.h>

#include "support/bindings.hpp"

namespace breakwatch {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("an enrolled MAC on the frame binds its person, whatever the address")
{
    const Table bindings;
    CHECK(who(bindings, {kAnnasPhone, ip("fe80::1")}, "10:00") == Answers{"s1001 medium"});
    CHECK(who(bindings, {kStrangersPhone, kAddress}, "10:00").empty());
}

TEST_CASE("a lease binds its address from its grant until its end, and nobody before or after")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "11:00"));
    CHECK(who(bindings, kByAddress, "08:59:59").empty());
    CHECK(who(bindings, kByAddress, "09:00") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "10:59:59") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "11:00").empty());
    CHECK(who(bindings, {MacAddress{}, kOther}, "10:00").empty());
}

TEST_CASE("a lease that was given back before the flow binds nobody")
{
    Table bindings;
    bindings.observe(release(kAnnasPhone, "10:00"));  // told before the grant: late facts are normal
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    CHECK(who(bindings, kByAddress, "09:59:59") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "10:00").empty());
    bindings.observe(lease(kAnnasPhone, "10:30", "22:00"));
    CHECK(who(bindings, kByAddress, "10:15").empty());
    CHECK(who(bindings, kByAddress, "10:31") == Answers{"s1001 medium"});
}

TEST_CASE("a new lease in the server's own file takes the address from the old one, even if that was not given back")
{
    Table bindings;
    bindings.observe(by_server(lease(kBelasPhone, "10:00", "22:00")));
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "10:30") == Answers{"s1002 medium"});
}

TEST_CASE("an answer on the wire takes no address whose lease runs: anybody can forge it")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "11:00"));
    bindings.observe(lease(kBelasPhone, "10:00", "22:00"));
    CHECK(who(bindings, kByAddress, "10:30").size() == 2);
    CHECK(who(bindings, kByAddress, "11:01") == Answers{"s1002 medium"});
    const auto told = bindings.take_suspicions();
    REQUIRE(told.size() == 1);
    CHECK(told[0].kind == Suspicion::Kind::lease_conflict);
    CHECK(bindings.take_suspicions().empty());
}

TEST_CASE("what a lease's end ended no ARP makes good again")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "10:00"));
    bindings.observe(AddressSighting{kAnnasPhone, kAddress, at("09:59"), 0});
    bindings.observe(AddressSighting{kAnnasPhone, kAddress, at("10:01"), 0});
    CHECK(who(bindings, kByAddress, "09:59:30") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "10:02").empty());
    // Its own MAC on the frame needs no address.
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "10:02") == Answers{"s1001 medium"});
}

TEST_CASE(
    "without leases an address is the device's again once another has not been seen there for two minutes, and not "
    "since")
{
    Table bindings;
    bindings.observe(AddressSighting{kStrangersPhone, kAddress, at("10:00"), 0});
    bindings.observe(AddressSighting{kAnnasPhone, kAddress, at("10:01"), 0});
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "10:01:30") == Answers{"s1001 weak"});
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "10:02:30") == Answers{"s1001 medium"});
    bindings.observe(AddressSighting{kStrangersPhone, kAddress, at("10:02"), 0});
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "10:05") == Answers{"s1001 weak"});
    bindings.observe(lease(kStrangersPhone, "10:05:30", "11:00"));
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "10:20") == Answers{"s1001 weak"});
}

TEST_CASE("addresses of other networks than the site's name nobody")
{
    BindingLimits limits;
    limits.scope.networks = {*parse_subnet("10.78.0.0/16")};
    Table bindings(limits);
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    CHECK(who(bindings, kByAddress, "10:00").empty());
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "10:00") == Answers{"s1001 medium"});
}

TEST_CASE("an address that changes hands within seconds is ambiguous, and clear again later")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    bindings.observe(release(kAnnasPhone, "10:00"));
    bindings.observe(lease(kBelasPhone, "10:00:04", "22:00"));
    CHECK(who(bindings, kByAddress, "09:59:50") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "09:59:55").size() == 2);
    CHECK(who(bindings, kByAddress, "10:00:02").empty());
    CHECK(who(bindings, kByAddress, "10:00:09").size() == 2);
    CHECK(who(bindings, kByAddress, "10:00:15") == Answers{"s1002 medium"});
    // The frame's own MAC leaves no doubt.
    CHECK(who(bindings, {kBelasPhone, kAddress}, "10:00:05") == Answers{"s1002 medium"});
}

TEST_CASE("an address last seen with a device of nobody's is not its old holder's")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    bindings.observe(lease(kStrangersPhone, "10:00", "22:00"));
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "10:00:05") == Answers{"s1001 weak"});
    CHECK(who(bindings, kByAddress, "10:30") == Answers{"s1001 weak"});
    CHECK(bindings.size() == 1);
    CHECK(bindings.markers() == 1);
}

TEST_CASE("a probe for an address is no use of it")
{
    Table bindings;
    bindings.observe(AddressSighting{kAnnasPhone, ip("0.0.0.0"), at("10:00"), 0});
    CHECK(bindings.size() == 0);
}

TEST_CASE("a device that nobody answers for is forgotten after its wait")
{
    BindingLimits limits;
    limits.sessions_expected = true;
    Table bindings(limits);
    bindings.observe(lease(kStrangersPhone, "09:00", "21:00"));
    CHECK(bindings.enrolment_status({kStrangersPhone, kAddress}, at("09:01")) == EnrolmentStatus::unknown);
    bindings.expire(at("09:10"));
    CHECK(bindings.size() == 0);
    CHECK(bindings.devices() == 0);
    bindings.expire(at("10:10"));
    CHECK(bindings.markers() == 0);
}

TEST_CASE("all bindings tell leases with their renewals as one, and what is still in force")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "09:40"));
    bindings.observe(lease(kAnnasPhone, "09:20", "10:00"));
    bindings.observe(lease(kAnnasPhone, "09:40", "10:20"));
    bindings.observe(lease(kBelasPhone, "09:00", "09:30", kOther));
    bindings.observe(lease(kBelasPhone, "09:50", "10:50", kOther));
    const auto all = bindings.all();
    REQUIRE(all.size() == 3);
    CHECK(all[0].staff == kAnna);
    CHECK(all[0].from == at("09:00"));
    CHECK_FALSE(all[0].to);
    CHECK(all[1].to == at("09:30"));
    CHECK(all[2].from == at("09:50"));
    CHECK_FALSE(all[2].to);
}

TEST_CASE("renewals older than any late fact are put together and answer the same")
{
    Table bindings;
    for (int minute = 0; minute < 600; ++minute) {
        const auto from = at("06:00") + minute * 1min;
        bindings.observe(Lease{kAnnasPhone, kAddress, from, from + 2min, {}, LeaseSource::kea_file, 0});
        auto interim = session(Kind::interim, "06:00");
        interim.at = from;
        interim.addresses = {kOther};
        bindings.observe(interim);
    }
    bindings.expire(at("16:00"));
    CHECK(bindings.size() < 130);
    for (const auto* clock : {"06:00", "09:13:07", "15:59:59"}) {
        CHECK(who(bindings, kByAddress, clock) == Answers{"s1001 medium"});
        CHECK(who(bindings, {MacAddress{}, kOther}, clock) == Answers{"s1001 medium"});
    }
}

TEST_CASE("statements that ended before the horizon are forgotten within ten minutes")
{
    BindingLimits limits;
    limits.horizon = 2h;
    Table bindings(limits);
    bindings.observe(lease(kAnnasPhone, "06:00", "07:00"));
    bindings.observe(session(Kind::start, "06:00"));
    bindings.observe(session(Kind::stop, "07:00"));
    bindings.expire(at("09:00"));
    CHECK(bindings.size() == 3);
    bindings.expire(at("09:10:01"));
    CHECK(bindings.size() == 0);
    CHECK(bindings.devices() == 0);
}

TEST_CASE("the zone of a leased device is told by its subnet or VLAN")
{
    Table bindings;
    ZoneRule floor;
    floor.zone = "floor";
    floor.vlans = {110};
    ZoneRule break_area;
    break_area.zone = "break";
    break_area.subnets = {"10.77.20.0/24"};
    bindings.set_zones({floor, break_area});
    CHECK(bindings.bindings_at({kAnnasPhone, kAddress}, at("10:00"))[0].zone == "break");
    bindings.observe(Lease{kAnnasPhone, kAddress, at("09:00"), at("21:00"), {}, LeaseSource::dhcp_snooped, 110});
    CHECK(bindings.bindings_at({kAnnasPhone, kAddress}, at("10:00"))[0].zone == "floor");
}

TEST_CASE("a frame's own VLAN tells the zone, with a lease told from an untagged direction or with none")
{
    Table bindings;
    ZoneRule floor;
    floor.zone = "floor";
    floor.vlans = {30};
    bindings.set_zones({floor});
    CHECK(bindings.bindings_at({kAnnasPhone, kAddress, 30}, at("10:00"))[0].zone == "floor");
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    CHECK(bindings.bindings_at({kAnnasPhone, kAddress, 30}, at("10:00"))[0].zone == "floor");
    CHECK(bindings.bindings_at({kAnnasPhone, kAddress}, at("10:00"))[0].zone.empty());
}

TEST_CASE("a session of MAC authentication binds an enrolled device's person, never better than medium, with its zone")
{
    Table bindings;
    ZoneRule break_area;
    break_area.zone = "break";
    break_area.ssids = {"BREAK"};
    ZoneRule floor;
    floor.zone = "floor";
    floor.vlans = {30};
    bindings.set_zones({break_area, floor});
    auto told = with_address(session(Kind::interim, "09:00", "", kAnnasPhone), kAddress);
    told.by_device = true;
    told.ssid = "BREAK";
    bindings.observe(told);
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 medium"});
    REQUIRE(bindings.all().size() == 1);
    CHECK(bindings.all()[0].zone == "break");
    told.session_id = "5F010011";
    told.ssid = "";
    told.vlan = 30;
    told.at = at("10:00");
    bindings.observe(told);
    CHECK(bindings.bindings_at({kAnnasPhone, kAddress}, at("10:30")).back().zone == "floor");
    auto strange = with_address(session(Kind::start, "09:00", "", kStrangersPhone), kOther);
    strange.by_device = true;
    bindings.observe(strange);
    CHECK(who(bindings, {MacAddress{}, kOther}, "09:30").empty());
}

TEST_CASE("a device that logs in by itself again is not the user before it")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::start, "09:00", "s1001"), kAddress));
    auto told = with_address(session(Kind::interim, "09:30", ""), kAddress);
    bindings.observe(told);
    CHECK(who(bindings, kByAddress, "09:35") == Answers{"s1001 medium"});
    told.by_device = true;
    told.at = at("09:40");
    bindings.observe(told);
    CHECK(who(bindings, kByAddress, "09:45").empty());
}

TEST_CASE("a portal that knows the address alone binds its user with medium grade, on frames with a MAC too")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::start, "09:00", "s1001", MacAddress{}), kAddress));
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 medium"});
    CHECK(who(bindings, {kStrangersPhone, kAddress}, "09:30") == Answers{"s1001 medium"});
    CHECK(bindings.enrolment_status({kStrangersPhone, kAddress}, at("09:30")) == EnrolmentStatus::enrolled);
    CHECK(who(bindings, {kBelasPhone, kAddress}, "09:30").size() == 2);
    CHECK(who(bindings, {kStrangersPhone, kOther}, "09:30").empty());
}

TEST_CASE("an enrolled device told as Called-Station-Id is the device, and no access point")
{
    Table bindings;
    auto told = with_address(session(Kind::start, "09:00", "s1001", mac("00:1a:1e:20:00:01")), kAddress);
    told.access_point = to_string(kAnnasPhone);
    bindings.observe(told);
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "09:30") == Answers{"s1001 strong"});
}

TEST_CASE("a device at an address at which it was not known is met; what is told again of it there is nothing new")
{
    Table bindings;
    const auto met = [&](const auto& told) {
        bindings.observe(told);
        return bindings.take_met();
    };
    using Met = std::vector<BoundAddress>;
    CHECK((met(lease(kAnnasPhone, "09:00", "10:00")) == Met{{kAnnasPhone, kAddress}}));
    CHECK(met(lease(kAnnasPhone, "09:30", "10:30")).empty());
    for (const auto* clock : {"09:31", "09:40", "12:00"})
        CHECK(met(AddressSighting{kAnnasPhone, kAddress, at(clock), 0}).empty());
    CHECK((met(lease(kBelasPhone, "12:30", "13:00")) == Met{{kBelasPhone, kAddress}}));
    CHECK((met(AddressSighting{kAnnasPhone, kOther, at("12:40"), 0}) == Met{{kAnnasPhone, kOther}}));
    CHECK(met(AddressSighting{mac("02:00:00:00:0f:0f"), kOther, at("12:41"), 0}).empty());
    CHECK(bindings.regroupings() == 0);
}

}  // namespace breakwatch
