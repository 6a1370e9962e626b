// A mention through the whole engine: who could it have been, and when is somebody named.
#include <doctest/doctest.h>

#include "policy/mention/weigh.hpp"
#include "unit/policy/mention/mention_site.hpp"

namespace breakwatch {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("a complaint names whose post-like exchange stands out about its time, once")
{
    World world;
    world.tell(Rules{mention_after_call()}).tell(Tick{at("10:00")});
    annas_call(world);
    belas_call(world);
    world.tell(post(kAnnasPhone, "10:04:10", 0.97)).tell(post(kBelasPhone, "10:04:20", 0.03));
    pass(world, "10:05", "10:06");
    CHECK(world.revisions().empty());
    pass(world, "10:05", "10:20");
    world.tell(seen("10:04:00"));
    REQUIRE(world.answers().size() == 1);
    const auto& answer = world.answers().front();
    CHECK(answer.revision == 1);
    CHECK(answer.exchanges == 2);
    CHECK(answer.people == 2);
    CHECK(answer.stands_out);
    CHECK(answer.in_reach);
    REQUIRE(answer.candidates.size() == 2);
    CHECK(answer.candidates[0].staff == kAnna);
    CHECK(answer.candidates[0].call == "acd/c1");
    CHECK(answer.candidates[0].share > 0.9);
    CHECK(answer.candidates[1].share < 0.1);
    REQUIRE(world.revisions().size() == 1);
    const auto& incident = world.revisions().front().incident;
    CHECK(world.revisions().front().staff == kAnna);
    CHECK(incident.rule == "mention-after-call");
    CHECK(incident.tier == Tier::corroborated);
    CHECK(incident.confidence == doctest::Approx(answer.candidates[0].share));
    CHECK(mentions(incident.reasons, "somebody saw a post on x"));
    CHECK(mentions(incident.reasons, "of 2 post-like exchanges of 2 people"));
    CHECK_FALSE(mentions(incident.reasons, kBela.value));
    world.tell(seen("10:04:00")).finish();
    CHECK(world.answers().size() == 1);
    CHECK(world.revisions().size() == 1);
}

TEST_CASE("two who could have posted it alike: nobody is named, and the list says so")
{
    AfterAnnasCall world;
    belas_call(world);
    world.tell(post(kAnnasPhone, "10:04:10", 0.95)).tell(post(kBelasPhone, "10:04:40", 0.95));
    pass(world, "10:05", "10:20");
    world.tell(seen("10:04:20")).finish();
    REQUIRE(world.answers().size() == 1);
    CHECK_FALSE(world.answers().front().stands_out);
    CHECK(world.answers().front().people == 2);
    CHECK(world.answers().front().candidates[0].share == world.answers().front().candidates[1].share);
    CHECK(world.revisions().empty());
}

TEST_CASE("the contact that the complaint names decides between two")
{
    AfterAnnasCall world;
    belas_call(world);
    world.tell(post(kAnnasPhone, "10:04:10", 0.95)).tell(post(kBelasPhone, "10:04:40", 0.95));
    auto complaint = seen("10:04:20");
    complaint.contact = "c2";
    pass(world, "10:05", "10:20");
    world.tell(complaint);
    REQUIRE(world.revisions().size() == 1);
    CHECK(world.revisions().front().staff == kBela);
    auto another = seen("10:04:20", 60s, "C-18");
    another.contact = "c77";  // nobody with an exchange handled that
    world.tell(another);
    REQUIRE(world.answers().size() == 2);
    CHECK(world.answers()[1].exchanges == 0);
    CHECK(world.answers()[1].nobody == 1);
}

TEST_CASE("a post by cellular data: nobody here, and whoever merely browsed is not named")
{
    AfterAnnasCall world;
    belas_call(world);
    world.tell(post(kAnnasPhone, "10:04:10", 0.04)).tell(post(kBelasPhone, "10:12:00", 0.99));
    pass(world, "10:05", "10:20");
    world.tell(seen("10:04:00")).finish();
    REQUIRE(world.answers().size() == 1);
    CHECK(world.answers().front().nobody > 0.9);
    CHECK(world.answers().front().people == 1);
    CHECK(world.revisions().empty());
}

TEST_CASE("who handled no contact before, was off shift, or is not enrolled, could not have been it")
{
    AfterAnnasCall world;
    world.tell(post(kBelasPhone, "10:04:10", 0.99)).tell(post(kStrangersPhone, "10:04:10", 0.99));
    world.tell(call_end(kBela, "c9", "17:30")).tell(post(kBelasPhone, "17:31", 0.99));
    world.tell(Tick{at("18:00")}).tell(seen("10:04")).tell(seen("17:31", 60s, "C-18")).finish();
    REQUIRE(world.answers().size() == 2);
    for (const auto& answer : world.answers()) {
        CHECK(answer.exchanges == 0);
        CHECK(answer.nobody == 1);
    }
    CHECK(world.engine().counters().recorded_exchanges == 0);
}

TEST_CASE("an address that two people had about that time names none of them, and takes its share")
{
    AfterAnnasCall world;
    world.tell(Lease{kAnnasPhone, kAddress, at("09:30"), at("21:30"), at("10:03:58"), LeaseSource::kea_file, 0});
    world.tell(Lease{kBelasPhone, kAddress, at("10:04"), at("21:30"), {}, LeaseSource::kea_file, 0});
    world.tell(post(MacAddress{}, "10:04:05", 0.97));
    pass(world, "10:05", "10:20");
    world.tell(seen("10:04:10")).finish();
    REQUIRE(world.answers().size() == 1);
    CHECK(world.answers().front().people == 0);
    CHECK(world.answers().front().unnamed == 1);
    CHECK(world.answers().front().unsure > 0.9);
    CHECK_FALSE(world.answers().front().stands_out);
    CHECK(world.revisions().empty());
}

TEST_CASE("one phone's exchanges do not push out another's record")
{
    EngineSettings settings;
    settings.recorded_exchanges = 200;
    AfterAnnasCall world(settings);
    belas_call(world);
    world.tell(post(kBelasPhone, "10:02:00", 0.9));
    for (int i = 0; i < 300; ++i) {
        auto noise = post(kAnnasPhone, "10:02:00", 0.1);
        noise.at += std::chrono::seconds{i};
        noise.up_bytes += static_cast<std::uint64_t>(i);
        world.tell(noise);
    }
    pass(world, "10:05", "10:20");
    world.tell(seen("10:02:00", 0s)).finish();
    REQUIRE(world.answers().size() == 1);
    const auto& list = world.answers().front().candidates;
    CHECK(std::ranges::any_of(list, [](const MentionCandidate& each) { return each.staff == kBela; }));
    CHECK(world.engine().counters().exchanges_refused_full > 0);
}

TEST_CASE("a mention on a platform whose application posts to another's servers is looked for there, too")
{
    PlatformCatalog catalog(
        {{"instagram", "i.instagram.com", Role::api, Tier::b, true, Surface::public_, {}, {}, false, "threads"},
         {"threads", "threads.com", Role::api, Tier::b, false, Surface::public_, {}, {}},
         {"line", "line.me", Role::api, Tier::b, false, Surface::private_, {}, {}}});
    ExchangeRecord record(100);
    auto finding = post(kAnnasPhone, "10:04:10", 0.97);
    finding.platform = "instagram";
    finding.server_name = "i.instagram.com";
    Judgement judgement;
    judgement.outcome = Judgement::Outcome::incident;
    judgement.key = IncidentKey{kAnna, "mention-after-call", "instagram", {}};
    record.put(1, finding, judgement, {});
    WatchedSpans watched;
    watched.recall({at("10:00"), at("11:00")});
    auto mention = seen("10:04:10");
    mention.platform = "threads";
    CHECK(weigh(mention, catalog, {mention_after_call()}, record, watched, 1).answer.stands_out);
    mention.platform = "line";
    CHECK(weigh(mention, catalog, {mention_after_call()}, record, watched, 1).answer.rule.empty());
}

}  // namespace breakwatch
