#include "policy/incident/incident_book.hpp"

#include <doctest/doctest.h>

#include "support/engine_world.hpp"

namespace breakwatch {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("more posts extend the incident, each counted and told")
{
    World world;
    annas_call(world);
    for (int i = 0; i < 40; ++i) {
        auto more = post(kAnnasPhone, "10:02", 0.7);
        more.at += i * 10s;
        world.tell(more);
    }
    REQUIRE(world.revisions().size() == 40);
    REQUIRE(world.incidents().size() == 1);
    const auto& last = world.revisions().back().incident;
    CHECK(last.revision == 40);
    CHECK(last.finding_count == 40);
    CHECK(last.findings.size() == kIncidentFindings);
    CHECK(last.findings.front().at == at("10:02"));
    CHECK(mentions(last.reasons, "39 more on the same platform"));
    CHECK(world.engine().counters().incident_updates == 39);
}

TEST_CASE("another platform, another call and another person are incidents of their own")
{
    World world;
    annas_call(world);
    world.tell(call_end(kBela, "c2", "10:00"));
    auto instagram = post(kAnnasPhone, "10:03");
    instagram.platform = "instagram";
    instagram.server_name = "i.instagram.com";
    world.tell(post(kAnnasPhone, "10:02")).tell(instagram).tell(post(kBelasPhone, "10:04"));
    world.tell(call_end(kAnna, "c3", "10:30")).tell(post(kAnnasPhone, "10:31"));
    CHECK(world.incidents().size() == 4);
}

TEST_CASE("weak findings of one person after one call count together, each further one for less")
{
    World world;
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:01", 0.45));
    CHECK(world.revisions().empty());
    world.tell(post(kAnnasPhone, "10:02", 0.55));  // 1 - 0.45 * (1 - 0.45 / 2)
    REQUIRE(world.revisions().size() == 1);
    const auto incident = world.revisions().back().incident;
    CHECK(incident.revision == 1);
    CHECK(incident.finding_count == 2);
    CHECK(incident.confidence == doctest::Approx(0.6513));
    CHECK(mentions(incident.reasons, "the surest of them 55 %, taken together 65 %"));
    world.tell(post(kAnnasPhone, "10:05", 0.7));
    CHECK(world.revisions().back().incident.finding_count == 3);
    CHECK(world.revisions().back().incident.confidence == doctest::Approx(0.807));
}

TEST_CASE("weak findings of several people, platforms or calls do not count together, nor very weak ones at all")
{
    World world;
    annas_call(world);
    world.tell(call_end(kBela, "c2", "10:00"));
    auto instagram = post(kAnnasPhone, "10:03", 0.55);
    instagram.platform = "instagram";
    instagram.server_name = "i.instagram.com";
    world.tell(post(kAnnasPhone, "10:02", 0.55)).tell(instagram).tell(post(kBelasPhone, "10:04", 0.55));
    world.tell(call_end(kAnna, "c3", "10:30")).tell(post(kAnnasPhone, "10:31", 0.55));
    for (const auto* clock : {"10:32", "10:33", "10:34", "10:35", "10:36"}) world.tell(post(kAnnasPhone, clock, 0.29));
    world.finish();
    CHECK(world.revisions().empty());
    CHECK(world.engine().counters().findings_outside == 9);
}

TEST_CASE("an incident of weak findings is withdrawn when one of them turns out to be of another call")
{
    World world;
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:01", 0.55)).tell(post(kAnnasPhone, "10:06", 0.55));
    REQUIRE(world.standing().size() == 1);
    world.tell(call_start(kAnna, "c9", "10:03")).tell(call_end(kAnna, "c9", "10:05"));
    CHECK(world.standing().empty());
    CHECK(world.revisions().back().incident.finding_count == 0);
}

TEST_CASE("a rule that a finding satisfies by itself comes before one where it only counts with others")
{
    World world;
    auto strict = post_after_call();
    strict.id = "sure";
    strict.least_confidence = 0.9;
    strict.weak_confidence = 0.45;
    world.tell(Rules{strict, post_after_call()});
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:01", 0.7));
    REQUIRE(world.standing().size() == 1);
    CHECK(world.standing().front().rule == "post-after-call");
}

TEST_CASE("an incident of an earlier run stands, and weak findings add to its confidence")
{
    World before;
    annas_call(before);
    before.tell(post(kAnnasPhone, "10:01", 0.7));
    World world;
    world.engine().remember(before.revisions().back().incident, kAnna);
    auto stricter = post_after_call();
    stricter.least_confidence = 0.9;
    world.tell(Rules{stricter});
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:06", 0.4));
    REQUIRE(world.standing().size() == 1);
    CHECK(world.standing().front().finding_count == 2);
    CHECK(world.standing().front().confidence == doctest::Approx(0.76));
}

TEST_CASE("a restart extends an incident on disk instead of repeating it")
{
    World before;
    annas_call(before);
    before.tell(post(kAnnasPhone, "10:04"));
    const auto on_disk = before.revisions().back();

    World after;
    after.engine().remember(on_disk.incident, on_disk.staff);
    annas_call(after);
    CHECK(after.revisions().empty());
    after.tell(post(kAnnasPhone, "10:04"));
    CHECK(after.revisions().empty());
    after.tell(post(kAnnasPhone, "10:06"));
    REQUIRE(after.revisions().size() == 1);
    const auto& incident = after.revisions().front().incident;
    CHECK(incident.id == on_disk.incident.id);
    CHECK(incident.revision == 2);
    CHECK(incident.finding_count == 2);
    CHECK(incident.after_call == 4min);
    CHECK(incident.confidence == doctest::Approx(0.88));
    CHECK(incident.duty.shift_start == at("09:00"));
}

}  // namespace breakwatch
