// The alerts a day that are told before there is one, against a month of them.
#include "policy/incident/expected_alerts.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdio>
#include <random>

#include "support/engine_world.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr int kPhones = 200;
constexpr int kDays = 30;

MacAddress phone_number(int number)
{
    char text[18];
    std::snprintf(text, sizeof text, "02:1a:10:02:%02x:%02x", number / 256, number % 256);
    return mac(text);
}

StaffId staff_number(int number)
{
    return {"m" + std::to_string(number)};
}

// Every break of everybody for a month, each hour on a social platform giving false findings at the rate.
std::vector<Observation> month(double per_hour, const BreakHabits& habits)
{
    std::mt19937 dice(11);  // NOLINT: the same each time
    const auto share = [&] { return static_cast<double>(dice()) / 4294967296.0; };
    const auto hours = std::chrono::duration<double, std::ratio<3'600>>(habits.length).count() * habits.social;
    std::vector<std::pair<Timestamp, Observation>> told;
    for (int i = 0; i < kDays * kPhones * static_cast<int>(habits.a_day); ++i) {
        const auto person = i % kPhones;
        const auto day = i / kPhones / static_cast<int>(habits.a_day);
        const auto ended = at("00:00") + 24h * day + 1s * static_cast<int>(share() * 86'000);
        const auto call = std::to_string(i);
        for (auto hour = -std::log(1 - share()) / per_hour; hour < hours; hour -= std::log(1 - share()) / per_hour) {
            const CallEvent end{"acd", call, CallEvent::Type::call_end, staff_number(person), ended, "", "caller", {}};
            auto finding = post(phone_number(person), "10:00", 0.6 + 0.4 * share());
            finding.at = ended + 1s + std::chrono::milliseconds{static_cast<int>(hour / habits.social * 3'600'000)};
            told.emplace_back(ended, end);
            told.emplace_back(finding.at, finding);
        }
    }
    std::ranges::stable_sort(told, {}, &std::pair<Timestamp, Observation>::first);
    std::vector<Observation> all;
    for (auto& [when, what] : told) all.push_back(std::move(what));
    return all;
}

struct Months {
    double a_day = 0;
    std::vector<Timestamp> raised;
};

Months live_through(const std::vector<Observation>& told, const AlertPlan& plan, const MeasuredRecord& measured)
{
    World world({}, measured);
    std::vector<EnrolledPerson> people;
    std::vector<DutyInterval> duty;
    for (int i = 0; i < kPhones; ++i) {
        people.push_back(enrolled(staff_number(i), phone_number(i)));
        duty.push_back({staff_number(i), at("00:00") - 24h, at("00:00") + 24h * 40, DutyActivity::shift, ""});
    }
    world.tell(plan).tell(Enrolment(people)).tell(Roster(duty));
    for (const auto& each : told) world.tell(each);
    world.finish();
    Months months;
    for (const auto& incident : world.standing()) {
        if (!incident.held) months.raised.push_back(incident.findings.front().at);
    }
    months.a_day = static_cast<double>(months.raised.size()) / kDays;
    std::ranges::sort(months.raised);
    return months;
}

}  // namespace

TEST_CASE("the false alerts a day of a simulated month are within a factor of two of what was told before")
{
    const BreakHabits habits;
    for (const auto counted : {1U, 12U}) {
        const MeasuredRecord measured{{"x", 40, 30, 20, 4'000, counted}};
        const auto told = expected_false_alerts(measured, kPhones, habits);
        const auto month_of = month(false_per_hour(measured.front()), habits);
        const auto lived = live_through(month_of, {AlertMode::measured, 0}, measured);
        CHECK(lived.a_day > told.a_day / 2);
        CHECK(lived.a_day < told.a_day * 2);
        CHECK(lived.a_day < told.upper);
    }
}

TEST_CASE("of a month of what is not measured the budget alerts its number, and never more in a day")
{
    const auto lived = live_through(month(0.5, {}), {AlertMode::budget, 3}, {});
    CHECK(lived.a_day > 1.5);
    CHECK(lived.a_day <= 3);
    for (std::size_t i = 3; i < lived.raised.size(); ++i) CHECK(lived.raised[i] - lived.raised[i - 3] > 24h - 15min);
}

TEST_CASE("platforms that are not measured promise nothing, and more of them share the time")
{
    CHECK(expected_false_alerts({{"x", 40, 30, 0.1, 10, 5}}, 100, {}).a_day == 0);
    const Measured x{"x", 40, 30, 2, 10, 1};
    auto reddit = x;
    reddit.platform = "reddit";
    const auto one = expected_false_alerts({x}, 100, {});
    const auto both = expected_false_alerts({x, reddit}, 100, {});
    CHECK(both.a_day == doctest::Approx(one.a_day).epsilon(0.05));
    CHECK(both.upper == one.upper);
    CHECK(one.upper > one.a_day);
}

}  // namespace breakwatch
