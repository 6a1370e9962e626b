#include "policy/identity/binding_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "support/engine_world.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;

const IpAddress kOther = ip("10.77.20.32");
const MacAddress kPrivateMac = mac("5a:3c:91:7e:02:1b");  // enrolled by nobody

struct Table : BindingTable {
    explicit Table(const BindingLimits& limits = {}) : BindingTable(limits)
    {
        set_enrolment(Enrolment({enrolled(kAnna, kAnnasPhone), enrolled(kBela, kBelasPhone)}));
    }
};

Lease lease(const MacAddress& phone, const char* from, const char* until,
            const IpAddress& address = kAddress)
{
    return {phone, address, at(from), at(until), {}, LeaseSource::dhcp_snooped, 0};
}

Lease release(const MacAddress& phone, const char* clock)
{
    return {phone, kAddress, at(clock), at(clock), at(clock), LeaseSource::dhcp_snooped, 0};
}

SessionEvent session(SessionEvent::Kind kind, const char* clock, const char* user = "s1001",
                     const MacAddress& phone = kPrivateMac)
{
    SessionEvent event;
    event.kind = kind;
    event.nas = "wlc-break";
    event.session_id = "5F010010";
    event.user = user;
    event.mac = phone;
    event.at = at(clock);
    return event;
}

SessionEvent with_address(SessionEvent event, const IpAddress& address)
{
    event.addresses = {address};
    return event;
}

using Kind = SessionEvent::Kind;

// "s1001 medium" of each, in order.
std::vector<std::string> who(const BindingTable& bindings, const Device& device, const char* clock)
{
    std::vector<std::string> found;
    for (const auto& binding : bindings.bindings_at(device, at(clock))) {
        found.push_back(binding.staff.value + " " + std::string(name(binding.grade)));
    }
    return found;
}

using Answers = std::vector<std::string>;
const Device kByAddress{MacAddress{}, kAddress};

}  // namespace

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
    bindings.observe(
        release(kAnnasPhone, "10:00"));  // told before the grant: late facts are normal
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    CHECK(who(bindings, kByAddress, "09:59:59") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "10:00").empty());
    bindings.observe(lease(kAnnasPhone, "10:30", "22:00"));
    CHECK(who(bindings, kByAddress, "10:15").empty());
    CHECK(who(bindings, kByAddress, "10:31") == Answers{"s1001 medium"});
}

TEST_CASE("a new lease takes the address from the old one, even if that was not given back")
{
    Table bindings;
    bindings.observe(lease(kBelasPhone, "10:00", "22:00"));
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "10:30") == Answers{"s1002 medium"});
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
    CHECK(who(bindings, kByAddress, "10:30").empty());
    CHECK(bindings.size() == 1);
    CHECK(bindings.markers() == 1);
}

TEST_CASE("a device that uses an address leased to another makes it doubtful, not its own")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    bindings.observe(AddressSighting{kBelasPhone, kAddress, at("10:00"), 0});
    CHECK(who(bindings, kByAddress, "10:05").size() == 2);
    CHECK(who(bindings, kByAddress, "11:00") == Answers{"s1001 medium"});
}

TEST_CASE("a sighting binds an address without a lease for a while")
{
    Table bindings;
    const auto privacy = ip("2001:db8:77:b1::9");
    bindings.observe(AddressSighting{kAnnasPhone, privacy, at("10:00"), 0});
    bindings.observe(AddressSighting{kAnnasPhone, privacy, at("10:01"), 0});
    CHECK(bindings.size() == 1);
    CHECK(who(bindings, {MacAddress{}, privacy}, "10:30") == Answers{"s1001 medium"});
    CHECK(who(bindings, {MacAddress{}, privacy}, "10:31").empty());
}

TEST_CASE("a probe for an address is no use of it")
{
    Table bindings;
    bindings.observe(AddressSighting{kAnnasPhone, ip("0.0.0.0"), at("10:00"), 0});
    CHECK(bindings.size() == 0);
}

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

TEST_CASE("a device that nobody answers for is forgotten after its wait")
{
    BindingLimits limits;
    limits.sessions_expected = true;
    Table bindings(limits);
    bindings.observe(lease(kStrangersPhone, "09:00", "21:00"));
    CHECK(bindings.standing({kStrangersPhone, kAddress}, at("09:01")) == Standing::unknown);
    bindings.expire(at("09:10"));
    CHECK(bindings.size() == 0);
    CHECK(bindings.devices() == 0);
    bindings.expire(at("10:10"));
    CHECK(bindings.markers() == 0);
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
        bindings.observe(
            Lease{kAnnasPhone, kAddress, from, from + 2min, {}, LeaseSource::kea_file, 0});
        auto interim = session(Kind::interim, "06:00");
        interim.at = from;
        interim.addresses = {kOther};
        bindings.observe(interim);
    }
    bindings.expire(at("16:00"));
    CHECK(bindings.size() < 130);
    for (const auto* clock : {"06:00", "09:13:07", "15:59:59"}) {
        CHECK(who(bindings, kByAddress, clock) == Answers{"s1001 medium"});
        CHECK(who(bindings, {MacAddress{}, kOther}, clock) == Answers{"s1001 strong"});
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

TEST_CASE("a full table refuses with a count, and strangers cannot fill it")
{
    BindingLimits limits;
    limits.statements = 3;
    limits.markers = 2;
    Table bindings(limits);
    for (int i = 0; i < 10; ++i) {
        bindings.observe(Lease{kStrangersPhone,
                               ip("10.0.0." + std::to_string(i)),
                               at("09:00"),
                               at("21:00"),
                               {},
                               LeaseSource::kea_file,
                               0});
    }
    CHECK(bindings.markers() == 2);
    CHECK(bindings.refused_full() == 8);
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    bindings.observe(session(Kind::start, "09:00"));
    bindings.observe(session(Kind::interim, "09:10"));
    bindings.observe(session(Kind::interim, "09:20"));
    CHECK(bindings.size() == 3);
    CHECK(bindings.refused_full() == 9);
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 medium"});
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
    bindings.observe(
        Lease{kAnnasPhone, kAddress, at("09:00"), at("21:00"), {}, LeaseSource::dhcp_snooped, 110});
    CHECK(bindings.bindings_at({kAnnasPhone, kAddress}, at("10:00"))[0].zone == "floor");
}

}  // namespace breakwatch
