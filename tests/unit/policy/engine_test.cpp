#include "policy/engine.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/engine_world.hpp"

namespace breakwatch {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("a post minutes after a call by somebody on shift is an incident, told at once")
{
    World world;
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:11"));
    REQUIRE(world.revisions().size() == 1);
    const auto& [incident, staff] = world.revisions().front();
    CHECK(staff == kAnna);
    CHECK(incident.subject == Pseudonym{"p-s1001"});
    CHECK(incident.id.starts_with("bw-"));
    CHECK(incident.id.size() == 19);
    CHECK(incident.rule == "post-after-call");
    CHECK(incident.platform == "x");
    CHECK(incident.revision == 1);
    CHECK(incident.finding_count == 1);
    CHECK(incident.confidence == doctest::Approx(0.8));
    CHECK(incident.call.id == "c1");
    CHECK(incident.call.ended == at("10:00"));
    CHECK(incident.after_call == 4min + 11s);
    CHECK(incident.duty.shift_start == at("09:00"));
    CHECK(incident.binding.grade == Grade::medium);
    CHECK(mentions(incident.reasons, "reply-like exchange on x.com"));
    CHECK(mentions(incident.reasons, "a customer call had ended 4 min 11 s before"));
    CHECK(mentions(incident.reasons, "on shift 09:00:00Z to 17:00:00Z at hq"));
    CHECK(mentions(incident.reasons, "enrolled MAC"));
    CHECK(mentions(incident.gaps, "cellular data"));
}

TEST_CASE("findings are counted by platform, and enrolled devices' octets by how their servers are known")
{
    World world;
    world.tell(post(kAnnasPhone, "10:04:11")).tell(post(kStrangersPhone, "10:04:12"));
    const auto of = [](const MacAddress& phone) {
        TrafficVolume volume;
        volume.device = {phone, kAddress};
        volume.from = at("10:05");
        volume.length = 10s;
        volume.named = 1'000;
        volume.by_dns = 200;
        volume.encrypted = 30;
        volume.unnamed = 4;
        return volume;
    };
    world.tell(of(kAnnasPhone)).tell(of(kAnnasPhone)).tell(of(kStrangersPhone));
    CHECK(world.engine().platforms().at("x").findings == 2);
    const auto counters = world.engine().counters();
    CHECK(counters.named_bytes == 2'000);
    CHECK(counters.dns_named_bytes == 400);
    CHECK(counters.hidden_bytes == 60);
    CHECK(counters.unnamed_bytes == 8);
}

TEST_CASE("no device address and no staff id stands in an incident")
{
    World world;
    annas_call(world);
    world.tell(Lease{kAnnasPhone, kAddress, at("09:30"), at("21:30"), {}, LeaseSource::dhcp_snooped, 0});
    world.tell(post(kAnnasPhone, "10:04"));
    REQUIRE(world.revisions().size() == 1);
    const auto& incident = world.revisions().front().incident;
    for (const auto& finding : incident.findings) CHECK(finding.device == Device{});
    for (const auto& texts : {incident.reasons, incident.gaps}) {
        CHECK_FALSE(mentions(texts, to_string(kAnnasPhone)));
        CHECK_FALSE(mentions(texts, to_string(kAddress)));
        CHECK_FALSE(mentions(texts, kAnna.value));
    }
    CHECK(mentions(incident.reasons, "DHCP lease of 09:30:00Z"));
}

TEST_CASE("no incident without a call, too late after it, off shift, or by a device of nobody's")
{
    World world;
    world.tell(post(kAnnasPhone, "09:10"));
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:15:01"));
    world.tell(post(kBelasPhone, "10:04"));
    world.tell(post(kStrangersPhone, "10:04"));
    world.tell(call_end(kAnna, "c9", "17:30")).tell(post(kAnnasPhone, "17:31"));
    world.finish();
    CHECK(world.revisions().empty());
    const auto counters = world.engine().counters();
    CHECK(counters.findings == 5);
    CHECK(counters.findings_unenrolled == 1);
    CHECK(counters.findings_outside == 4);
    CHECK(counters.pending_findings == 0);
}

TEST_CASE("a post at the very end of the window counts, one during the call too")
{
    World world;
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:15"));
    world.tell(call_start(kAnna, "c2", "11:00")).tell(post(kAnnasPhone, "11:02"));
    REQUIRE(world.revisions().size() == 2);
    CHECK(world.revisions()[1].incident.after_call == -2min);
    CHECK(mentions(world.revisions()[1].incident.reasons, "during a customer call"));
    world.tell(call_end(kAnna, "c2", "11:10"));
    REQUIRE(world.revisions().size() == 3);
    CHECK(world.revisions()[2].incident.revision == 2);
    CHECK(world.revisions()[2].incident.after_call == -8min);
}

TEST_CASE("a private messenger alerts only where a rule names the platform")
{
    auto message = post(kAnnasPhone, "10:02");
    message.platform = "line";
    message.server_name = "gd2.line.naver.jp";
    auto timeline = post(kAnnasPhone, "10:03");
    timeline.platform = "line";
    timeline.server_name = "timeline.line.me";

    World world;
    annas_call(world);
    world.tell(message);
    CHECK(world.revisions().empty());
    world.tell(timeline);
    CHECK(world.revisions().size() == 1);

    World named;
    auto rule = post_after_call();
    rule.platforms = {"line"};
    named.tell(Rules{rule});
    annas_call(named);
    named.tell(message);
    CHECK(named.revisions().size() == 1);
}

TEST_CASE("a call that is told late makes the incident when it comes")
{
    World world;
    world.tell(post(kAnnasPhone, "10:04")).tell(Tick{at("10:20")});
    CHECK(world.revisions().empty());
    world.tell(call_end(kAnna, "c1", "10:00"));
    REQUIRE(world.revisions().size() == 1);
    CHECK(world.revisions().front().incident.raised_at == at("10:20"));
    CHECK(world.revisions().front().incident.after_call == 4min);
}

TEST_CASE("a call told after the horizon makes none, and the finding was counted")
{
    World world;
    world.tell(post(kAnnasPhone, "10:04")).tell(Tick{at("10:34:01")});
    annas_call(world);
    CHECK(world.revisions().empty());
    CHECK(world.engine().counters().findings_outside == 1);
}

TEST_CASE("a roster, a lease and a session told late join as well")
{
    World late_roster;
    late_roster.tell(Roster{});
    annas_call(late_roster);
    late_roster.tell(post(kAnnasPhone, "10:04"));
    CHECK(late_roster.revisions().empty());
    late_roster.tell(day_shift());
    CHECK(late_roster.revisions().size() == 1);

    World late_lease;
    annas_call(late_lease);
    late_lease.tell(post(MacAddress{}, "10:04"));
    CHECK(late_lease.revisions().empty());
    late_lease.tell(Lease{kAnnasPhone, kAddress, at("09:30"), at("21:30"), {}, LeaseSource::kea_file, 0});
    CHECK(late_lease.revisions().size() == 1);

    EngineSettings with_radius;
    with_radius.bindings.sessions_expected = true;
    World late_session(with_radius);
    annas_call(late_session);
    late_session.tell(post(kStrangersPhone, "10:04"));
    CHECK(late_session.revisions().empty());
    SessionEvent start;
    start.nas = "wlc";
    start.session_id = "1";
    start.user = "s1001";
    start.mac = kStrangersPhone;
    start.at = at("09:40");
    late_session.tell(start);
    REQUIRE(late_session.revisions().size() == 1);
    CHECK(late_session.revisions().front().incident.binding.grade == Grade::strong);
}

TEST_CASE("a newer roster file takes back no incident")
{
    World world;
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04")).tell(Roster{}).tell(call_end(kAnna, "c1", "10:00:01"));
    REQUIRE(world.standing().size() == 1);
    CHECK(world.standing().front().finding_count == 1);
}

TEST_CASE("a late call nearer to the finding moves it: the old incident is withdrawn, the new one told")
{
    World world;
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:10"));
    world.tell(call_start(kAnna, "c2", "10:05"));
    world.tell(call_end(kAnna, "c2", "10:08"));

    World in_order;
    annas_call(in_order);
    in_order.tell(call_start(kAnna, "c2", "10:05")).tell(call_end(kAnna, "c2", "10:08"));
    in_order.tell(post(kAnnasPhone, "10:10"));

    REQUIRE(world.standing().size() == 1);
    REQUIRE(in_order.standing().size() == 1);
    CHECK(world.standing()[0].id == in_order.standing()[0].id);
    CHECK(world.standing()[0].call.id == "c2");
    CHECK(world.standing()[0].after_call == 2min);
    REQUIRE(world.incidents().size() == 2);
    const auto withdrawn = std::ranges::find_if(
        world.incidents(), [](const auto& entry) { return entry.second.state == IncidentState::closed; });
    CHECK(withdrawn->second.revision == 2);
    CHECK(withdrawn->second.finding_count == 0);
    CHECK(withdrawn->second.call.id == "c1");
    CHECK(mentions(withdrawn->second.reasons, "withdrawn"));
}

TEST_CASE("an address that two people had about that time names nobody")
{
    World world;
    annas_call(world);
    world.tell(call_end(kBela, "c2", "10:00"));
    world.tell(Lease{kAnnasPhone, kAddress, at("09:30"), at("21:30"), at("10:03:58"), LeaseSource::kea_file, 0});
    world.tell(Lease{kBelasPhone, kAddress, at("10:04"), at("21:30"), {}, LeaseSource::kea_file, 0});
    world.tell(post(MacAddress{}, "10:04:05")).finish();
    CHECK(world.revisions().empty());
    CHECK(world.engine().counters().findings_ambiguous == 1);
}

TEST_CASE("people never enrolled leave no state")
{
    World world;
    world.tell(call_start(StaffId{"s9999"}, "c1", "10:00"));
    world.tell(Lease{kStrangersPhone, kAddress, at("09:30"), at("21:30"), {}, LeaseSource::kea_file, 0});
    world.tell(AddressSighting{kStrangersPhone, kAddress, at("09:31"), 0});
    world.tell(TrafficVolume{{kStrangersPhone, kAddress}, at("09:40"), 10s, "x", 1, 1, 1, 0, 0, 0});
    world.tell(post(kStrangersPhone, "10:01"));
    const auto counters = world.engine().counters();
    CHECK(counters.calls == 0);
    CHECK(counters.calls_unenrolled == 1);
    CHECK(counters.bindings == 0);
    CHECK(counters.devices == 0);
    CHECK(counters.pending_findings == 0);
}

TEST_CASE("from the moment of withdrawal there is no state and no incident")
{
    World world;
    auto anna = enrolled(kAnna, kAnnasPhone);
    anna.withdrawn = at("10:30");
    world.tell(Enrolment({anna}));
    annas_call(world);
    world.tell(Lease{kAnnasPhone, kAddress, at("09:30"), at("21:30"), {}, LeaseSource::kea_file, 0});
    world.tell(post(kAnnasPhone, "10:20"));
    CHECK(world.engine().counters().calls == 1);
    CHECK(world.engine().counters().pending_findings == 1);
    world.tell(Tick{at("10:30")});
    auto counters = world.engine().counters();
    CHECK(counters.calls == 0);
    CHECK(counters.pending_findings == 0);
    CHECK(counters.bindings == 0);
    CHECK(counters.devices == 0);
    world.tell(call_end(kAnna, "c2", "10:19")).tell(post(kAnnasPhone, "10:21")).finish();
    CHECK(world.revisions().empty());
    CHECK(world.engine().counters().calls == 0);
}

TEST_CASE("somebody taken off the enrolment is forgotten at once")
{
    World world;
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:20"));
    world.tell(Enrolment({enrolled(kBela, kBelasPhone)}));
    const auto counters = world.engine().counters();
    CHECK(counters.calls == 0);
    CHECK(counters.pending_findings == 0);
}

TEST_CASE("the story carries the volume about the call and the share that could be named")
{
    World world;
    annas_call(world);
    for (int i = 0; i < 60; ++i) {
        world.tell(TrafficVolume{{kAnnasPhone, kAddress}, at("09:45") + i * 20s, 20s, "x", 10, 100, 60, 10, 10, 20});
    }
    world.tell(post(kAnnasPhone, "10:04"));
    REQUIRE(world.revisions().size() == 1);
    const auto& incident = world.revisions().front().incident;
    REQUIRE_FALSE(incident.volume.empty());
    CHECK(incident.volume.front().from >= at("09:54"));
    CHECK(incident.volume.back().from <= at("10:05"));
    CHECK(incident.coverage.share() == doctest::Approx(0.7));
    CHECK(mentions(incident.gaps, "30 % of the device's traffic"));
    CHECK(mentions(incident.gaps, "Encrypted Client Hello"));
}

TEST_CASE("an incident that is raised late, by a call told late, tells the same traffic")
{
    const auto traffic = [](Timestamp from) {
        return TrafficVolume{{kAnnasPhone, kAddress}, from, 10s, "x", 10, 100, 60, 10, 10, 20};
    };
    const auto raised = [&](bool late) {
        World world;
        if (!late) annas_call(world);
        for (int i = 0; i < 60; ++i) world.tell(traffic(at("09:54:10") + i * 10s));
        world.tell(post(kAnnasPhone, "10:04"));
        for (int i = 60; i < 66; ++i) world.tell(traffic(at("09:54:10") + i * 10s));
        if (late) annas_call(world);
        REQUIRE_FALSE(world.revisions().empty());
        return world.revisions().back().incident;
    };
    const auto in_time = raised(false);
    const auto late = raised(true);
    CHECK(in_time.volume.back().from == at("09:54:10") + 580s);
    CHECK(in_time.volume.back().from == late.volume.back().from);
    CHECK(in_time.volume.size() == late.volume.size());
    CHECK(in_time.coverage.total() == late.coverage.total());
}

TEST_CASE("a full house refuses with a count, and loses no incident")
{
    EngineSettings tight;
    tight.pending_findings = 2;
    World world(tight);
    annas_call(world);
    for (const auto* clock : {"09:10", "09:11", "09:12"}) world.tell(post(kAnnasPhone, clock));
    CHECK(world.engine().counters().pending_findings == 2);
    CHECK(world.engine().counters().findings_refused_full == 1);
    world.tell(post(kAnnasPhone, "10:02")).tell(post(kAnnasPhone, "10:03"));
    REQUIRE(world.revisions().size() == 2);
    CHECK(world.revisions().back().incident.finding_count == 2);
}

TEST_CASE("logins and pauses of the enrolled are counted, of others they leave nothing")
{
    World world;
    world.tell(AgentStateEvent{"acd", kAnna, AgentStateEvent::Kind::login, {}, "", at("09:00")});
    world.tell(AgentStateEvent{"acd", StaffId{"s9999"}, AgentStateEvent::Kind::login, {}, "", at("09:00")});
    CHECK(world.engine().counters().agent_states == 1);
}

TEST_CASE("findings of one device wait in its share: a colleague's finds room, and becomes an incident by a late call")
{
    EngineSettings settings;
    settings.pending_findings = 800;
    World world(settings);
    auto flood = post(kBelasPhone, "10:00", 0.8, ip("10.77.20.32"));
    for (int i = 0; i < 2'000; ++i) {
        flood.at = at("10:00") + std::chrono::milliseconds{i};
        world.tell(flood);
    }
    CHECK(world.engine().counters().pending_findings == 100);
    world.tell(post(kAnnasPhone, "10:02"));
    CHECK(world.engine().counters().pending_findings == 101);
    world.tell(call_start(kAnna, "c-1", "09:50")).tell(call_end(kAnna, "c-1", "09:58")).finish();
    CHECK(world.standing().size() == 1);
}

TEST_CASE("one phone that claims 200,000 addresses takes no colleague's room: the post behind the router is found")
{
    World world;
    std::array<std::uint8_t, 16> address{0x20, 0x01, 0x0d, 0xb8};
    for (std::uint32_t i = 0; i < 200'000; ++i) {
        for (unsigned octet = 0; octet < 4; ++octet)
            address[12 + octet] = static_cast<std::uint8_t>(i >> (24 - 8 * octet));
        AddressSighting sighting;
        sighting.mac = kBelasPhone;
        sighting.ip = IpAddress::v6(address);
        sighting.at = at("09:00") + std::chrono::milliseconds{i};
        world.tell(sighting);
    }
    CHECK(world.engine().counters().bindings <= 2'000);
    CHECK(world.engine().counters().facts_refused_full > 190'000);
    world.tell(Lease{kAnnasPhone, kAddress, at("09:30"), at("20:00"), {}, LeaseSource::kea_file, 0});
    world.tell(call_start(kAnna, "c-1", "09:50")).tell(call_end(kAnna, "c-1", "09:58"));
    world.tell(post(kAnnasPhone, "10:02")).finish();
    CHECK(world.standing().size() == 1);
}

}  // namespace breakwatch
