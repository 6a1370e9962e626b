// A complaint's question, asked of what an engine kept.
#include "policy/mention/lookup.hpp"

#include <doctest/doctest.h>

#include <map>

#include "unit/policy/mention/mention_site.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;

EngineSettings keeping(Duration reach = 72h)
{
    EngineSettings settings;
    settings.keep_memory = true;
    settings.record_reach = reach;
    return settings;
}

// As the store has it then: each piece in its last words.
std::vector<Memory> stored(World& world)
{
    std::vector<Memory> all;
    std::map<std::string, Memory> by_key;
    for (auto& row : world.engine().take_memory().rows) {
        if (row.key.empty())
            all.push_back(std::move(row.memory));
        else if (row.gone)
            by_key.erase(row.key);
        else
            by_key.insert_or_assign(row.key, std::move(row.memory));
    }
    for (auto& [key, memory] : by_key) all.push_back(std::move(memory));
    return all;
}

LookupAnswer ask(const std::vector<Memory>& memories, LookupQuestion question)
{
    Lookup lookup(std::move(question));
    for (const auto& memory : memories) lookup.take(Memory(memory));
    return lookup.answer(small_catalog(), Rules{mention_after_call()}, 1, 0.6);
}

LookupQuestion on_x(const std::string& from, const std::string& to)
{
    return {.platform = "x", .from = at(from), .to = at(to)};
}

// Anna posts, Bela only browses; both after a contact.
World& after_two_calls(World& world)
{
    belas_call(world);
    world.tell(post(kAnnasPhone, "10:05", 0.95)).tell(post(kBelasPhone, "10:06", 0.2));
    pass(world, "10:05", "10:10");
    return world.finish();
}

TEST_CASE("who posted is above the line, who was merely there is below it, likeliest first")
{
    AfterAnnasCall world(keeping());
    const auto answer = ask(stored(after_two_calls(world)), on_x("10:03", "10:08"));
    REQUIRE(answer.people.size() == 2);
    CHECK(answer.people[0].candidate.staff == kAnna);
    CHECK(answer.people[0].above_line);
    CHECK(answer.people[0].after_call == 5min);
    CHECK(answer.people[0].exchanges == 1);
    CHECK(answer.people[1].candidate.staff == kBela);
    CHECK_FALSE(answer.people[1].above_line);
    CHECK(answer.weighed.in_reach);
    CHECK(answer.complete);
    CHECK(answer.watched == doctest::Approx(1).epsilon(0.01));
    CHECK(answer.waiting == 0);
}

TEST_CASE("another time, platform or kind finds nobody")
{
    AfterAnnasCall world(keeping());
    const auto memories = stored(after_two_calls(world));
    const auto people = [&](const LookupQuestion& question) { return ask(memories, question).people.size(); };
    CHECK(people(on_x("10:03", "10:08")) == 2);
    // The margin of clocks and its neighbours.
    CHECK(people(on_x("10:05:29", "10:05:29")) == 1);
    CHECK(people(on_x("10:05:30", "10:05:30")) == 0);
    CHECK(people(on_x("10:07", "10:08")) == 0);
    CHECK(people({.platform = "instagram", .from = at("10:03"), .to = at("10:08")}) == 0);
    CHECK(people({.platform = "x", .from = at("10:03"), .to = at("10:08"), .kind = FindingKind::story}) == 0);
}

TEST_CASE("what was not watched, and what may still be joined, is told")
{
    AfterAnnasCall world(keeping());
    world.tell(post(kAnnasPhone, "10:05", 0.95));
    pass(world, "10:05", "10:08");
    const auto answer = ask(stored(world), on_x("10:03", "10:12"));
    CHECK(answer.people.empty());
    CHECK(answer.waiting == 1);
    CHECK(answer.watched < 0.7);
    CHECK(answer.watched > 0.4);
}

TEST_CASE("without a retention nothing is on record, and nothing can be said")
{
    AfterAnnasCall world(keeping(0s));
    const auto answer = ask(stored(after_two_calls(world)), on_x("10:03", "10:08"));
    CHECK(answer.people.empty());
    CHECK_FALSE(answer.weighed.stands_out);
    CHECK(world.engine().counters().recorded_exchanges == 0);
}

TEST_CASE("a shorter retention takes what an earlier run kept longer, from the disk, too")
{
    AfterAnnasCall before(keeping());
    after_two_calls(before);
    const auto kept = stored(before);
    World after(keeping(1h));
    after.tell(Rules{mention_after_call()}).tell(Tick{at("11:05:30")});
    after.take(after.engine().recall(kept, at("11:05:30")));
    std::size_t over = 0;
    for (const auto& row : after.engine().take_memory().rows)
        over += std::holds_alternative<RecordedExchange>(row.memory) && row.until < at("11:05:30") ? 1U : 0U;
    CHECK(over == 1);
    CHECK(after.engine().counters().recorded_exchanges == 1);
}

}  // namespace
}  // namespace breakwatch
