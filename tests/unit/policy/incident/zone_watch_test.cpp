#include "policy/incident/zone_watch.hpp"

#include <doctest/doctest.h>

#include "support/engine_world.hpp"

namespace breakwatch {
namespace {

using namespace test;

EngineSettings two_zones()
{
    EngineSettings settings;
    ZoneRule floor;
    floor.zone = "operator floor";
    floor.ssids = {"OPS"};
    floor.subnets = {"10.77.10.0/24"};
    floor.devices_allowed = false;
    ZoneRule break_area;
    break_area.zone = "break area";
    break_area.ssids = {"BREAK ROOM"};
    settings.zones = {floor, break_area};
    return settings;
}

SessionEvent seen(const char* ssid, const char* clock, const MacAddress& phone = kAnnasPhone)
{
    SessionEvent event;
    event.nas = "wlc";
    event.session_id = std::string(ssid) + clock;
    event.user = "s1001";
    event.mac = phone;
    event.ssid = ssid;
    event.at = at(clock);
    return event;
}

Lease on_floor(const MacAddress& phone, const char* clock)
{
    return {phone, ip("10.77.10.5"), at(clock), at("21:00"), {}, LeaseSource::kea_file, 0};
}

}  // namespace

TEST_CASE("a device of a person on shift on the operator floor is an incident, one a shift")
{
    World world(two_zones());
    world.tell(seen("OPS", "10:00")).tell(seen("OPS", "10:05")).tell(seen("OPS", "14:00"));
    REQUIRE(world.revisions().size() == 1);
    const auto& incident = world.revisions()[0].incident;
    CHECK(incident.rule == "device-in-forbidden-zone");
    CHECK(incident.platform.empty());
    CHECK(incident.finding_count == 0);
    CHECK(incident.state == IncidentState::detected);
    CHECK(incident.binding.zone == "operator floor");
    CHECK(incident.duty.shift_start == at("09:00"));
    CHECK(incident.reasons.front() == "a device where devices are not allowed, at 2026-11-23T10:00:00.000Z");
}

TEST_CASE("an earlier appearance that is told late corrects the incident")
{
    World world(two_zones());
    world.tell(seen("OPS", "10:05")).tell(seen("OPS", "10:00"));
    REQUIRE(world.incidents().size() == 1);
    CHECK(world.revisions().back().incident.revision == 2);
    CHECK(world.revisions().back().incident.reasons.front().ends_with("10:00:00.000Z"));
}

TEST_CASE("the break area, off duty, and devices of nobody's are no incident")
{
    World world(two_zones());
    world.tell(seen("BREAK ROOM", "10:00")).tell(seen("OPS", "08:30"));
    world.tell(on_floor(kStrangersPhone, "10:00"));
    CHECK(world.revisions().empty());
}

TEST_CASE("where no zone is forbidden the rule holds for nobody")
{
    auto settings = two_zones();
    settings.zones[0].devices_allowed = true;
    World world(settings);
    world.tell(seen("OPS", "10:00")).tell(on_floor(kAnnasPhone, "10:00"));
    CHECK(world.revisions().empty());
}

TEST_CASE("a lease or a sighting on the floor's subnet tells it too")
{
    World leased(two_zones());
    leased.tell(on_floor(kAnnasPhone, "10:00"));
    CHECK(leased.revisions().size() == 1);
    World sighted(two_zones());
    sighted.tell(AddressSighting{kAnnasPhone, ip("10.77.10.5"), at("10:00"), 0});
    CHECK(sighted.revisions().size() == 1);
}

TEST_CASE("a roster that comes late is asked again, for as long as late facts count")
{
    World world(two_zones());
    world.tell(Roster{}).tell(seen("OPS", "10:00"));
    CHECK(world.revisions().empty());
    world.tell(day_shift());
    REQUIRE(world.revisions().size() == 1);
    CHECK(world.revisions()[0].incident.duty.shift_start == at("09:00"));

    World too_late(two_zones());
    too_late.tell(Roster{}).tell(seen("OPS", "10:00")).tell(Tick{at("10:40")}).tell(day_shift());
    CHECK(too_late.revisions().empty());
}

TEST_CASE("a rule may name its zones")
{
    World world(two_zones());
    auto rule = device_in_zone();
    rule.zones = {"server room"};
    world.tell(Rules{rule}).tell(seen("OPS", "10:00"));
    CHECK(world.revisions().empty());
}

TEST_CASE("an incident of the floor that is on disk is not told again after a restart")
{
    World before(two_zones());
    before.tell(seen("OPS", "10:00"));
    World after(two_zones());
    after.engine().remember(before.revisions()[0].incident, kAnna);
    after.tell(seen("OPS", "10:00")).tell(seen("OPS", "11:00"));
    CHECK(after.revisions().empty());
}

TEST_CASE(
    "an incident of a day on the floor goes on after a restart: where no duty is asked, and by the call system's "
    "logins")
{
    const auto login = [](const char* clock) {
        return AgentStateEvent{"acd", kAnna,    AgentStateEvent::Kind::login, AgentStateEvent::Reason::none,
                               "",    at(clock)};
    };
    for (const bool by_calls : {false, true}) {
        CAPTURE(by_calls);
        auto settings = two_zones();
        if (by_calls) settings.duty_from = DutyBasis::call_system;
        auto rule = device_in_zone();
        rule.on_shift = by_calls;
        World before(settings);
        before.tell(Rules{rule}).tell(login("08:00")).tell(seen("OPS", by_calls ? "10:00" : "18:00"));
        REQUIRE(before.revisions().size() == 1);
        const auto& told = before.revisions()[0].incident;
        CHECK(told.occasion.kind == Occasion::Kind::day);
        CHECK(told.seen == at(by_calls ? "10:00" : "18:00"));

        World after(settings);
        after.tell(Rules{rule});
        after.engine().remember(told, kAnna);
        after.tell(login("08:00"));
        after.tell(seen("OPS", by_calls ? "10:00" : "18:00")).tell(seen("OPS", "18:30"));
        CHECK(after.revisions().empty());
        // An earlier moment, told late: the same incident, one revision on.
        after.tell(seen("OPS", by_calls ? "09:50" : "17:50"));
        REQUIRE(after.revisions().size() <= 1);
        for (const auto& revision : after.revisions()) {
            CHECK(revision.incident.id == told.id);
            CHECK(revision.incident.revision == 2);
        }
    }
}

TEST_CASE("a day and a shift that begins with it are two occasions")
{
    const Pseudonym subject{"p-1"};
    const IncidentKey shift{kAnna, "zone", "", {Occasion::Kind::shift, "OPS", to_rfc3339(at("00:00"))}};
    auto day = shift;
    day.occasion.kind = Occasion::Kind::day;
    CHECK(incident_id(subject, shift) != incident_id(subject, day));
}

}  // namespace breakwatch
