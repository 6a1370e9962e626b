// What is due of an incident, and which reminder has come: the neighbours of each bound.
#include "policy/incident/due.hpp"

#include <doctest/doctest.h>

#include "support/moments.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;
using enum IncidentState;

// Of 100 s from 10:00 on.
DueItem hundred_seconds()
{
    return {"bw-1", DueBasis::contractual, triaged, "", at("10:00"), at("10:00") + 100s};
}

std::uint64_t reminder_after(Duration passed)
{
    return reminder_at(hundred_seconds(), at("10:00") + passed);
}

DueCase told_case_of(IncidentState state)
{
    return {.incident = "bw-1", .from = at("10:00"), .state = state, .told = true, .promises = {}};
}

TEST_CASE("reminders come at 50, 80 and 100 % of the time, and then with each day")
{
    CHECK(reminder_after(-1h) == 0);
    CHECK(reminder_after(0s) == 0);
    CHECK(reminder_after(50s - 1ns) == 0);
    CHECK(reminder_after(50s) == 1);
    CHECK(reminder_after(80s - 1ns) == 1);
    CHECK(reminder_after(80s) == 2);
    CHECK(reminder_after(100s - 1ns) == 2);
    CHECK(reminder_after(100s) == 3);
    CHECK(reminder_after(100s + 24h - 1ns) == 3);
    CHECK(reminder_after(100s + 24h) == 4);
    CHECK(reminder_after(100s + 20 * 24h) == 23);
    CHECK(percent_gone(0) == 0);
    CHECK(percent_gone(1) == 50);
    CHECK(percent_gone(2) == 80);
    CHECK(percent_gone(3) == 100);
    CHECK(percent_gone(23) == 100);
}

TEST_CASE("a due time that lies at its beginning is over at once")
{
    auto item = hundred_seconds();
    item.due = item.from;
    CHECK(reminder_at(item, item.from - 1ns) == 0);
    CHECK(reminder_at(item, item.from) == 3);
}

TEST_CASE("the two sets know nothing of each other, and what is reached is due no more")
{
    const DueClock clock{.contractual = {.triaged = 1h, .principal_notified = 4h, .owners = {"security", "manager"}},
                         .statutory = {.principal_notified = 72h, .closed = 720h}};
    const auto all = due_items(told_case_of(detected), clock);
    REQUIRE(all.size() == 4);
    CHECK(all[0].key() == "contractual triaged");
    CHECK(all[0].role == "security");
    CHECK(all[1].key() == "contractual principal_notified");
    CHECK(all[1].due == at("10:00") + 4h);
    CHECK(all[2].key() == "statutory principal_notified");
    CHECK(all[2].role.empty());
    CHECK(all[3].key() == "statutory closed");
    CHECK(due_items(told_case_of(triaged), clock).size() == 3);
    CHECK(due_items(told_case_of(principal_notified), clock).size() == 1);
    CHECK(due_items(told_case_of(closed), clock).empty());
}

TEST_CASE(
    "what is held is due by promises alone, what is withdrawn by nothing, and without due times there is no clock")
{
    const DueClock clock{.contractual = {.triaged = 1h}, .statutory = {}};
    auto about = told_case_of(detected);
    about.told = false;
    CHECK(due_items(about, clock).empty());
    about.promises = {{"customer", at("11:00"), at("12:00")}};
    CHECK(due_items(about, clock).size() == 1);
    about.withdrawn = true;
    CHECK(due_items(about, clock).empty());
    about = told_case_of(detected);
    about.withdrawn = true;
    CHECK(due_items(about, clock).empty());
    CHECK(due_items(told_case_of(detected), {}).empty());
    CHECK_FALSE(DueClock{}.any());
    CHECK(clock.any());
}

TEST_CASE("a promise is due until there is an answer, each by itself")
{
    auto about = told_case_of(principal_notified);
    about.promises = {{"customer", at("11:00"), at("12:00")}, {"principal", at("11:00"), at("13:00")}};
    const auto items = due_items(about, {});
    REQUIRE(items.size() == 2);
    CHECK(items[0].role == "customer");
    CHECK(items[0].from == at("11:00"));
    CHECK(items[0].key() != items[1].key());
    about.promises[0].made = at("11:30");
    CHECK(due_items(about, {})[0].key() != items[0].key());  // promised anew: reminded anew
    about.state = answered;
    CHECK(due_items(about, {}).empty());
}

}  // namespace
}  // namespace breakwatch
