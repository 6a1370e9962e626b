// So many alerts a day, of the most post-like, by the site's own history.
#include "policy/incident/alert_budget.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "support/moments.hpp"

namespace breakwatch {
namespace {

using namespace test;
using std::chrono::hours;

IncidentKey key(const std::string& staff, const std::string& call)
{
    return {{staff}, "post-after-call", "x", {Occasion::Kind::call, "acd", call}};
}

// Of `days` days: `a_day` people's scores, from 1 to so many, in the order that `turn` gives.
void live_through(AlertBudget& budget, int days, int a_day, unsigned per_day)
{
    for (int i = 0; i < days * a_day; ++i) {
        const auto when = at("00:00") + Duration{hours{24}} / a_day * i;
        const auto score = static_cast<std::uint32_t>(1 + (i * 7919) % a_day) * 10;
        budget.compete(key("s" + std::to_string(i % a_day), std::to_string(i)), when, score, per_day);
    }
}

std::size_t raised_of(AlertBudget& budget)
{
    const auto all = budget.take_changes();
    return static_cast<std::size_t>(std::ranges::count_if(all, &BudgetScore::raised));
}

TEST_CASE("in the first day there is no bar but the number")
{
    AlertBudget budget(100);
    CHECK(budget.compete(key("a", "1"), at("09:00"), 6'000, 2));
    CHECK(budget.compete(key("b", "2"), at("10:00"), 5'000, 2));
    CHECK_FALSE(budget.compete(key("c", "3"), at("11:00"), 9'999, 2));
    // The first of them is a day ago.
    CHECK(budget.compete(key("d", "4"), at("09:00") + hours{24}, 6'000, 2));
}

TEST_CASE("no budget raises nothing, and keeps the history")
{
    AlertBudget budget(100);
    CHECK_FALSE(budget.compete(key("a", "1"), at("09:00"), 9'999, 0));
    CHECK(budget.size() == 1);
}

TEST_CASE("a person takes one place a day, however many incidents their phone makes")
{
    AlertBudget budget(1'000);
    CHECK(budget.compete(key("hostile", "0"), at("09:00"), 9'999, 3));
    for (int i = 1; i < 50; ++i)
        CHECK_FALSE(budget.compete(key("hostile", std::to_string(i)), at("09:00") + hours{i} / 10, 9'999, 3));
    CHECK(budget.compete(key("b", "1"), at("15:00"), 7'000, 3));
}

TEST_CASE("a phone that makes hundreds does not raise the bar for others")
{
    AlertBudget budget(10'000);
    for (int i = 0; i < 600; ++i)
        budget.compete(key("hostile", std::to_string(i)), at("00:00") + hours{i} / 10, 9'999, 3);
    // In two and a half days: three bests of the hostile one, of the day each; and room.
    CHECK(budget.compete(key("b", "1"), at("00:00") + hours{60}, 7'000, 3));
}

TEST_CASE("a score that the site's own days give often is not raised, a rare one is")
{
    AlertBudget budget(10'000);
    live_through(budget, 7, 100, 0);
    const auto now = at("00:00") + hours{24 * 7};
    CHECK_FALSE(budget.compete(key("new", "1"), now, 960, 3));  // every day has four of these and more
    CHECK(budget.compete(key("new", "2"), now, 990, 3));
}

TEST_CASE("never more than so many in any 24 hours, and not far fewer over a month")
{
    AlertBudget budget(10'000);
    budget.keep();
    live_through(budget, 30, 100, 3);
    auto changes = budget.take_changes();
    std::erase_if(changes, [](const BudgetScore& score) { return !score.raised; });
    for (std::size_t i = 3; i < changes.size(); ++i) CHECK(changes[i].at - changes[i - 3].at >= hours{24});
    CHECK(changes.size() >= 30 * 3 / 2);
    CHECK(changes.size() <= 30 * 3);
}

TEST_CASE("what lost competes again only with a higher score, and what won stays raised")
{
    AlertBudget budget(100);
    budget.keep();
    CHECK(budget.compete(key("a", "1"), at("09:00"), 6'000, 1));
    CHECK_FALSE(budget.compete(key("b", "2"), at("09:10"), 7'000, 1));
    CHECK(budget.take_changes().size() == 2);
    CHECK_FALSE(budget.compete(key("b", "2"), at("09:00") + hours{48}, 7'000, 1));
    CHECK(budget.take_changes().empty());
    CHECK(budget.compete(key("b", "2"), at("09:00") + hours{48}, 7'001, 1));
    CHECK(budget.compete(key("a", "1"), at("09:00") + hours{49}, 9'000, 1));
    CHECK(raised_of(budget) == 1);
}

TEST_CASE("what another run kept counts as if nothing had come between")
{
    AlertBudget before(100);
    before.keep();
    before.compete(key("a", "1"), at("09:00"), 6'000, 1);
    AlertBudget after(100);
    for (const auto& kept : before.take_changes()) after.recall(kept);
    CHECK_FALSE(after.compete(key("b", "2"), at("10:00"), 9'000, 1));
    CHECK(after.compete(key("a", "1"), at("10:00"), 6'500, 1));
}

TEST_CASE("a rank is told once there is something to compare with")
{
    AlertBudget budget(1'000);
    for (int i = 0; i < 19; ++i)
        budget.compete(key("s", std::to_string(i)), at("09:00"), static_cast<std::uint32_t>(100 * i), 0);
    CHECK_FALSE(budget.rank(key("a", "1"), at("10:00"), 9'999));
    budget.compete(key("s", "19"), at("09:00"), 1'900, 0);
    CHECK(budget.rank(key("a", "1"), at("10:00"), 1'850) == 95U);
    CHECK(budget.rank(key("a", "1"), at("10:00"), 0) == 0U);
    CHECK_FALSE(budget.rank(key("a", "1"), at("09:00"), 9'999));  // none of them was before that
}

TEST_CASE("the table stays within its size, and nobody pushes the others out")
{
    AlertBudget budget(800);
    budget.compete(key("a", "1"), at("09:00"), 5'000, 3);
    for (int i = 0; i < 2'000; ++i)
        budget.compete(key("hostile", std::to_string(i)), at("09:00") + std::chrono::seconds{i}, 9'000, 3);
    CHECK(budget.size() <= 102);
    CHECK(budget.compete(key("a", "1"), at("10:00"), 5'000, 3));
    for (int i = 0; i < 2'000; ++i) budget.compete(key("s" + std::to_string(i), "1"), at("10:00"), 9'000, 3);
    CHECK(budget.size() <= 800);
}

TEST_CASE("what a person no longer consents to is forgotten, and so is what is two weeks old")
{
    AlertBudget budget(100);
    budget.compete(key("a", "1"), at("09:00"), 5'000, 1);
    budget.compete(key("b", "1"), at("09:00"), 5'000, 1);
    budget.forget({"a"});
    CHECK(budget.size() == 1);
    budget.tidy(at("09:00") + hours{24 * 14});
    CHECK(budget.size() == 1);
    budget.tidy(at("09:01") + hours{24 * 14});
    CHECK(budget.size() == 0);
}

}  // namespace
}  // namespace breakwatch
