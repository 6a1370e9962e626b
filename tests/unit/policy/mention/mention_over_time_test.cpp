// Mentions as time goes by: of days ago, over a restart, corrected and taken back, told twice, by people who withdraw.
#include <doctest/doctest.h>

#include <map>

#include "policy/event_catalogue.hpp"
#include "policy/mention/watched_spans.hpp"
#include "unit/policy/mention/mention_site.hpp"

namespace breakwatch {

using namespace test;
using namespace std::chrono_literals;

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
    AfterAnnasCall world(settings);
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
    AfterAnnasCall world;
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
        AfterAnnasCall later;
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
    AfterAnnasCall world;
    world.tell(post(kAnnasPhone, "10:04:10", 0.97));
    pass(world, "10:05", "10:20");
    world.tell(seen("10:04:00")).tell(seen("10:04:12", 0s, "export-9")).finish();
    REQUIRE(world.standing().size() == 1);
    CHECK(world.standing().front().finding_count == 1);
    CHECK(world.answers().size() == 2);
}

TEST_CASE("whoever withdraws their consent is in no record any more")
{
    AfterAnnasCall world;
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
    AfterAnnasCall world;
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
            AfterAnnasCall world;
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
    AfterAnnasCall world;
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

TEST_CASE("the time between two runs is not watched, however short, and whichever is told first")
{
    WatchedSpans spans;
    spans.saw(at("10:10"));
    spans.recall({at("09:00"), at("10:00")});
    spans.recall({at("07:00"), at("08:00")});
    spans.saw(at("10:12"));
    CHECK(spans.share(at("10:01"), at("10:09")) == 0);
    CHECK(spans.share(at("10:10"), at("10:12")) == doctest::Approx(1));
    CHECK(spans.share(at("09:30"), at("10:00")) == doctest::Approx(1));
    REQUIRE(spans.current() != nullptr);
    CHECK(spans.current()->from == at("10:10"));
    spans.forget_before(at("08:30"));
    CHECK(spans.share(at("07:00"), at("08:00")) == 0);
}

}  // namespace breakwatch
