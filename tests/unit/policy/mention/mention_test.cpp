// A mention through the whole engine: who could it have been, and when is somebody named.
#include <doctest/doctest.h>

#include "policy/event_catalogue.hpp"
#include "policy/mention/weigh.hpp"
#include "support/engine_world.hpp"

namespace breakwatch {

using namespace test;
using namespace std::chrono_literals;

namespace {

Rule mention_after_call()
{
    Rule rule;
    rule.id = "mention-after-call";
    rule.kind = Rule::Kind::mention_after_call;
    rule.least_confidence = 0;
    rule.weak_confidence = 0;
    return rule;
}

Mention seen(const std::string& clock, Duration within = 60s, const std::string& reference = "C-17")
{
    return {.source = "operator", .reference = reference, .platform = "x", .at = at(clock), .within = within};
}

// The network is watched, and nothing happens.
void pass(World& world, const std::string& from, const std::string& to)
{
    for (auto now = at(from); now <= at(to); now += 1min) world.tell(Tick{now});
}

void belas_call(World& world)
{
    world.tell(call_start(kBela, "c2", "09:54")).tell(call_end(kBela, "c2", "09:59"));
}

}  // namespace

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
    World world;
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
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
    World world;
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
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
    World world;
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
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
    World world;
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
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
    World world;
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
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

TEST_CASE("the same facts in another order come to the same answer and the same incident")
{
    const std::vector<Observation> facts{call_start(kAnna, "c1", "09:55"), call_end(kAnna, "c1", "10:00"),
                                         post(kAnnasPhone, "10:04:10", 0.97), post(kBelasPhone, "10:04:20", 0.5),
                                         seen("10:04:00")};
    std::vector<std::size_t> order{0, 1, 2, 3, 4};
    std::optional<MentionAnswer> first;
    do {
        World world;
        world.tell(Rules{mention_after_call()});
        world.tell(Tick{at("10:03")});
        for (const auto index : order) world.tell(facts[index]);
        pass(world, "10:05", "10:20");
        world.tell(Tick{at("11:00")}).finish();
        REQUIRE_FALSE(world.answers().empty());
        const auto& last = world.answers().back();
        if (!first) first = last;
        CHECK(last.nobody == first->nobody);
        CHECK(last.people == 1);
        REQUIRE(last.candidates.size() == 1);
        CHECK(last.candidates[0].share == first->candidates[0].share);
        REQUIRE(world.standing().size() == 1);
        CHECK(world.standing().front().confidence == doctest::Approx(last.candidates[0].share));
    } while (std::ranges::next_permutation(order).found);
}

TEST_CASE("a mention of days ago is answered from the record; of before that it is said that nothing is known")
{
    EngineSettings settings;
    settings.record_reach = 48h;
    World world(settings);
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:10", 0.97));
    auto now = at("10:05");
    const auto pass = [&](Duration length) {
        for (const auto end = now + length; now < end; now += 4min) world.tell(Tick{now});
    };
    pass(26h);
    CHECK(world.engine().counters().pending_findings == 0);
    CHECK(world.engine().counters().recorded_exchanges == 1);
    world.tell(seen("10:04:00"));
    REQUIRE(world.answers().size() == 1);
    CHECK(world.answers().front().final);
    CHECK(world.answers().front().stands_out);
    REQUIRE(world.standing().size() == 1);
    CHECK(world.standing().front().findings.front().device == Device{});
    pass(24h);
    CHECK(world.engine().counters().recorded_exchanges == 0);
    const auto tells = [](const ReportHealth& report) { return report.code == event::kRetention.code; };
    CHECK(std::ranges::count_if(world.reports(), tells) == 1);
    world.tell(seen("10:04:00", 60s, "C-18"));
    REQUIRE(world.answers().size() == 2);
    CHECK_FALSE(world.answers().back().in_reach);
    CHECK_FALSE(world.answers().back().stands_out);
}

TEST_CASE("what was not watched is not nobody")
{
    World world;
    world.tell(Rules{mention_after_call()});
    world.tell(Tick{at("09:00")}).tell(Tick{at("09:03")});
    world.tell(FeedState{"capture:eth1", false, "gone", at("09:03")});
    for (auto now = at("09:04"); now < at("10:00"); now += 4min) world.tell(Tick{now});
    world.tell(FeedState{"capture:eth1", true, "back", at("10:00")}).tell(Tick{at("10:01")}).tell(Tick{at("10:03")});
    world.tell(seen("09:30")).tell(seen("10:01", 60s, "C-18")).finish();
    REQUIRE(world.answers().size() == 2);
    CHECK_FALSE(world.answers()[0].in_reach);
    CHECK(world.answers()[1].in_reach);
}

TEST_CASE("a complaint that is taken back takes its incident back")
{
    World world;
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:10", 0.97));
    pass(world, "10:05", "10:20");
    world.tell(seen("10:04:00"));
    REQUIRE(world.standing().size() == 1);
    auto mistake = seen("10:04:00");
    mistake.withdrawn = true;
    world.tell(mistake);
    CHECK(world.standing().empty());
    CHECK(world.answers().size() == 2);
    SUBCASE("also when no late fact could change it any more")
    {
        World later;
        later.tell(Rules{mention_after_call()});
        pass(later, "10:00", "10:04");
        annas_call(later);
        later.tell(post(kAnnasPhone, "10:04:10", 0.97));
        pass(later, "10:05", "10:50");
        later.tell(seen("10:04:00"));
        REQUIRE(later.standing().size() == 1);
        later.tell(mistake);
        CHECK(later.standing().empty());
    }
}

TEST_CASE("two who saw the same post make one incident of one finding")
{
    World world;
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:10", 0.97));
    pass(world, "10:05", "10:20");
    world.tell(seen("10:04:00")).tell(seen("10:04:12", 0s, "export-9")).finish();
    REQUIRE(world.standing().size() == 1);
    CHECK(world.standing().front().finding_count == 1);
    CHECK(world.answers().size() == 2);
}

TEST_CASE("whoever withdraws their consent is in no record any more")
{
    World world;
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:10", 0.97));
    for (auto now = at("10:05"); now < at("11:00"); now += 4min) world.tell(Tick{now});
    CHECK(world.engine().counters().recorded_exchanges == 1);
    world.tell(Enrolment({enrolled(kBela, kBelasPhone)}));
    CHECK(world.engine().counters().recorded_exchanges == 0);
    world.tell(seen("10:04:00"));
    REQUIRE(world.answers().size() == 1);
    CHECK(world.answers().front().exchanges == 0);
    CHECK(world.revisions().empty());
}

TEST_CASE("one phone's exchanges do not push out another's record")
{
    EngineSettings settings;
    settings.recorded_exchanges = 200;
    World world(settings);
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
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

TEST_CASE("a run that follows answers what the one before was told, from what it kept, and repeats nothing")
{
    EngineSettings settings;
    settings.keep_memory = true;
    // As the store does: the last of each key.
    const auto kept_by = [](World& world) {
        std::map<std::string, Memory> by_key;
        std::vector<Memory> all;
        for (auto& row : world.engine().take_memory().rows) {
            if (row.key.empty()) {
                all.push_back(std::move(row.memory));
            } else if (row.gone) {
                by_key.erase(row.key);
            } else {
                by_key.insert_or_assign(row.key, std::move(row.memory));
            }
        }
        for (auto& [key, memory] : by_key) all.push_back(std::move(memory));
        return all;
    };
    World before(settings);
    before.tell(Rules{mention_after_call()});
    annas_call(before);
    pass(before, "10:00", "10:04");
    before.tell(post(kAnnasPhone, "10:04:10", 0.97));
    SUBCASE("while late facts are waited for")
    {
        pass(before, "10:05", "10:10");
    }
    SUBCASE("when nothing can change any more")
    {
        pass(before, "10:05", "10:50");
    }
    before.tell(seen("10:04:00"));
    REQUIRE(before.standing().size() == 1);
    const auto told = before.answers().back();
    const auto kept = kept_by(before);

    World after(settings);
    after.tell(Rules{mention_after_call()});
    after.engine().remember(before.standing().front(), kAnna);
    for (const auto& effect : after.engine().recall(kept, at("10:51")))
        CHECK(std::holds_alternative<RecordMention>(effect));
    after.tell(seen("10:04:00"));
    pass(after, "10:52", "11:30");
    CHECK(after.standing().empty());  // nothing was told anew: the incident is the one remembered
    after.tell(seen("10:04:12", 10s, "C-18"));
    REQUIRE_FALSE(after.answers().empty());
    CHECK(after.answers().back().stands_out);
    CHECK(after.answers().back().in_reach);
    CHECK(after.answers().back().candidates.front().staff == kAnna);
    for (const auto& answer : after.answers()) {
        if (answer.mention.reference != told.mention.reference) continue;
        CHECK(answer.nobody == told.nobody);
        CHECK(answer.candidates.size() == told.candidates.size());
    }
}

TEST_CASE("a complaint corrected after it was final moves its incident, and takes it back when it is withdrawn")
{
    World world;
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:10", 0.97));
    pass(world, "10:05", "11:00");
    world.tell(seen("10:02:00", 10s));  // the wrong minute: nobody
    CHECK(world.standing().empty());
    world.tell(seen("10:04:10", 10s));
    REQUIRE(world.standing().size() == 1);
    auto mistake = seen("10:04:10", 10s);
    mistake.withdrawn = true;
    world.tell(mistake);
    CHECK(world.standing().empty());
}

TEST_CASE("of two complaints about one post the other still holds when one is taken back, whichever came first")
{
    const auto first = seen("10:04:10", 10s, "C-17");
    const auto second = seen("10:04:05", 20s, "C-18");
    for (const auto& [one, other] : {std::pair{first, second}, {second, first}}) {
        for (const auto* until : {"10:20", "11:00"}) {
            World world;
            world.tell(Rules{mention_after_call()});
            pass(world, "10:00", "10:04");
            annas_call(world);
            world.tell(post(kAnnasPhone, "10:04:10", 0.97));
            pass(world, "10:05", until);
            world.tell(one).tell(other);
            REQUIRE(world.standing().size() == 1);
            CHECK(mentions(world.standing().front().reasons, "operator/C-17"));
            auto mistake = one;
            mistake.withdrawn = true;
            world.tell(mistake);
            REQUIRE(world.standing().size() == 1);
            CHECK(world.standing().front().finding_count == 1);
            CHECK(mentions(world.standing().front().reasons, "operator/" + other.reference));
            mistake = other;
            mistake.withdrawn = true;
            world.tell(mistake);
            CHECK(world.standing().empty());
        }
    }
}

TEST_CASE("whoever withdraws consent leaves nobody else to be named in their place")
{
    World world;
    world.tell(Rules{mention_after_call()});
    pass(world, "10:00", "10:04");
    annas_call(world);
    belas_call(world);
    world.tell(post(kAnnasPhone, "10:04:10", 0.97)).tell(post(kBelasPhone, "10:04:20", 0.96));
    pass(world, "10:05", "11:00");
    world.tell(Enrolment({enrolled(kBela, kBelasPhone)}));
    world.tell(seen("10:04:15"));
    REQUIRE(world.answers().size() == 1);
    CHECK_FALSE(world.answers().front().in_reach);
    CHECK_FALSE(world.answers().front().stands_out);
    CHECK(world.standing().empty());
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
