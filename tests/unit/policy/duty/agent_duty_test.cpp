#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "policy/duty/duty.hpp"
#include "support/engine_world.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;
using Kind = AgentStateEvent::Kind;
using Reason = AgentStateEvent::Reason;

AgentStateEvent said(Kind kind, const std::string& clock, Reason reason = Reason::none, const std::string& queue = "")
{
    return {"acd", kAnna, kind, reason, queue, at(clock)};
}

// "in 09:00 break 10:00" and the like.
std::string state(const AgentDuty& duty, const std::string& clock)
{
    const auto now = duty.at(kAnna, at(clock));
    const auto hour = [](Timestamp time) { return to_rfc3339(time).substr(11, 5); };
    std::string text = now.logged_in ? "in " + hour(now.since) : now.logged_out ? "out " + hour(now.since) : "unknown";
    if (now.shift && now.shift->end != Timestamp::max()) text += "-" + hour(now.shift->end);
    if (now.pause) text += " " + std::string(name(now.pause->activity)) + " " + hour(now.pause->start);
    return text;
}

AgentDuty told(const std::vector<AgentStateEvent>& events)
{
    AgentDuty duty;
    for (const auto& event : events) duty.observe(event);
    return duty;
}

const std::vector<AgentStateEvent> kDay{
    said(Kind::login, "09:00"),   said(Kind::pause, "10:00", Reason::break_),
    said(Kind::unpause, "10:15"), said(Kind::pause, "12:00", Reason::meal),
    said(Kind::unpause, "12:30"), said(Kind::pause, "13:00", Reason::after_call_work),
    said(Kind::unpause, "13:01"), said(Kind::logout, "17:00")};

}  // namespace

TEST_CASE("from login to logout a person is on duty, breaks included, as of then")
{
    const auto duty = told(kDay);
    CHECK(state(duty, "08:59") == "unknown");
    CHECK(state(duty, "09:00") == "in 09:00-17:00");
    CHECK(state(duty, "10:05") == "in 09:00-17:00 break 10:00");
    CHECK(state(duty, "12:10") == "in 09:00-17:00 meal 12:00");
    CHECK(state(duty, "13:00:30") == "in 09:00-17:00");  // after-call work is no break
    CHECK(state(duty, "17:00") == "out 17:00");
}

TEST_CASE("the same events in any order, and twice, give the same states")
{
    std::mt19937 random(1);
    auto shuffled = kDay;
    for (int round = 0; round < 20; ++round) {
        std::ranges::shuffle(shuffled, random);
        AgentDuty duty;
        for (const auto& event : shuffled) CHECK(duty.observe(event));
        for (const auto& event : shuffled) CHECK_FALSE(duty.observe(event));
        CHECK(state(duty, "12:10") == "in 09:00-17:00 meal 12:00");
        CHECK(state(duty, "17:00") == "out 17:00");
        CHECK(duty.size() == kDay.size());
    }
}

TEST_CASE("who pauses or comes back is logged in, though no login was heard")
{
    CHECK(state(told({said(Kind::unpause, "10:15")}), "10:20") == "in 10:15");
    CHECK(state(told({said(Kind::pause, "10:00", Reason::break_)}), "10:05") == "in 10:00 break 10:00");
}

TEST_CASE("a login of one queue stands while another queue is left; a logout of all ends all")
{
    const auto duty =
        told({said(Kind::login, "09:00", Reason::none, "sales"), said(Kind::login, "09:01", Reason::none, "support"),
              said(Kind::logout, "12:00", Reason::none, "sales"), said(Kind::logout, "13:00")});
    CHECK(state(duty, "12:30") == "in 09:00-13:00");
    CHECK(state(duty, "13:00") == "out 13:00");
}

TEST_CASE("a login without any later word says nothing after sixteen hours")
{
    const auto duty = told({said(Kind::login, "00:00")});
    CHECK(state(duty, "15:59") == "in 00:00");
    CHECK(state(duty, "16:00") == "unknown");
}

TEST_CASE("agent states are bounded, refused with a count when full, and forgotten with their person or their time")
{
    AgentDutyLimits limits;
    limits.events = 4;
    limits.events_per_person = 3;
    AgentDuty duty(limits);
    for (const auto& event : kDay) duty.observe(event);
    CHECK(duty.size() == 3);
    CHECK(duty.refused_full() == 5);
    duty.expire(at("09:00") + 43h);
    CHECK(duty.size() == 2);  // the login went
    duty.forget(kAnna);
    CHECK(duty.size() == 0);
    CHECK(duty.intervals().empty());
}

TEST_CASE("where the roster and the call system disagree, that is said, whichever is believed")
{
    const Roster roster = day_shift();
    const auto gone = told({said(Kind::login, "09:00"), said(Kind::logout, "12:00")});
    CHECK(Duty(roster, gone, DutyBasis::roster).at(kAnna, at("13:00")).on_shift);
    CHECK_FALSE(Duty(roster, gone, DutyBasis::call_system).at(kAnna, at("13:00")).on_shift);
    CHECK(Duty(roster, gone, DutyBasis::both).at(kAnna, at("13:00")).on_shift);
    for (const auto basis : {DutyBasis::roster, DutyBasis::call_system, DutyBasis::both}) {
        CHECK(Duty(roster, gone, basis).at(kAnna, at("13:00")).conflict ==
              "the roster has this person on shift, the call system has them logged out since 12:00:00Z");
        CHECK(Duty(roster, gone, basis).at(kAnna, at("11:00")).conflict.empty());
    }
    const auto late = told({said(Kind::login, "09:00")});
    CHECK(Duty(roster, late, DutyBasis::both).at(kAnna, at("18:00")).on_shift);
    CHECK(Duty(roster, late, DutyBasis::both).at(kAnna, at("18:00")).conflict ==
          "the call system has this person logged in since 09:00:00Z, the roster has no shift of theirs then");
    CHECK(Duty(Roster(), late, DutyBasis::call_system).at(kAnna, at("18:00")).conflict.empty());
}

TEST_CASE("a site without a work-force plan: the call system's logins make the incident, a late logout unmakes it")
{
    EngineSettings settings;
    settings.duty_from = DutyBasis::call_system;
    World world(settings);
    world.tell(Roster());
    world.tell(said(Kind::login, "09:00")).tell(call_start(kAnna, "c1", "09:59")).tell(call_end(kAnna, "c1", "10:10"));
    world.tell(said(Kind::pause, "10:12", Reason::break_)).tell(post(kAnnasPhone, "10:14"));
    REQUIRE(world.standing().size() == 1);
    const auto incident = world.standing().front();
    CHECK(incident.duty.from_call_system);
    CHECK_FALSE(incident.duty.shift_end);
    CHECK(std::ranges::count(incident.reasons,
                             "logged in to the call system since 09:00:00Z, on a break since 10:12:00Z") == 1);
    world.tell(said(Kind::logout, "10:13"));
    CHECK(world.standing().empty());
}

TEST_CASE("a conflict between roster and call system stands among the incident's gaps")
{
    EngineSettings settings;
    settings.duty_from = DutyBasis::both;
    World world(settings);
    world.tell(said(Kind::login, "09:00"))
        .tell(said(Kind::logout, "09:50"))
        .tell(call_end(kAnna, "c1", "10:10"))
        .tell(post(kAnnasPhone, "10:14"));
    REQUIRE(world.standing().size() == 1);
    CHECK(std::ranges::count(
              world.standing().front().gaps,
              "the roster has this person on shift, the call system has them logged out since 09:50:00Z") == 1);
}

TEST_CASE("agent states of people who are not enrolled, or have withdrawn, leave no state")
{
    World world;
    auto stranger = said(Kind::login, "09:00");
    stranger.staff = StaffId{"s9999"};
    world.tell(stranger);
    CHECK(world.engine().counters().agent_states == 0);
}

}  // namespace breakwatch
