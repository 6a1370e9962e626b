#include "policy/sight/shed_watch.hpp"

#include <doctest/doctest.h>

#include "policy/health.hpp"
#include "policy/sight/sight_watch.hpp"

namespace breakwatch {
namespace {

using namespace std::chrono_literals;

const Timestamp kNoon = *parse_rfc3339("2026-11-23T12:00:00Z");

}  // namespace

TEST_CASE("an episode is told once with what was left out, and its end with when and how much it was")
{
    SightWatch watch({}, true);
    Health health;
    std::vector<ReportHealth> told;
    const auto look = [&](Duration after, const ShedSums& sums) {
        for (const auto& state : watch.look(kNoon + after, "eth1", sums)) {
            for (auto& report : health.observe(state)) told.push_back(std::move(report));
        }
    };
    look(0s, {});
    CHECK(told.empty());
    look(1s, {.strangers = 500});
    look(2s, {.strangers = 900, .volumes = 7});
    look(3s, {.strangers = 900, .volumes = 7, .hellos = 1});
    REQUIRE(told.size() == 1);
    CHECK(told[0].code == "BW-3006");
    CHECK(told[0].subject == "capture:eth1");
    // An incident of now has the figures of now.
    REQUIRE(health.blind().size() == 1);
    CHECK(health.blind()[0] ==
          "more packets came than could be read; left out from 12:00:01Z to 12:00:03Z: 900 packets of devices that are "
          "nobody's, 7 from servers that are no platform's, and 1 hellos to such servers");
    CHECK(watch.present().size() == 1);
    look(62s, {.strangers = 900, .volumes = 7, .hellos = 1});
    CHECK(told.size() == 1);
    look(63s, {.strangers = 900, .volumes = 7, .hellos = 1});
    REQUIRE(told.size() == 2);
    CHECK(told[1].severity == Severity::notice);
    CHECK(told[1].text.find("12:00:01Z to 12:00:03Z: 900 packets") != std::string::npos);
    CHECK(health.blind().empty());
    CHECK(watch.present().empty());
}

TEST_CASE("the next episode counts from its own beginning")
{
    ShedWatch watch;
    watch.look(kNoon, {.strangers = 10});
    CHECK_FALSE(watch.look(kNoon + 2min, {.strangers = 10})->blind);
    CHECK_FALSE(watch.look(kNoon + 3min, {.strangers = 10}));
    const auto sight = watch.look(kNoon + 4min, {.strangers = 13});
    REQUIRE(sight);
    CHECK(sight->blind);
    CHECK(sight->what.find(" 3 packets of devices") != std::string::npos);
}

}  // namespace breakwatch
