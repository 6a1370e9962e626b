// A small day of the benchmark's (tests/bench/day), as a property.
#include <doctest/doctest.h>

#include "support/engine_world.hpp"
#include "support/synthetic_day.hpp"

namespace breakwatch {
namespace {

using namespace test;

constexpr DaySize kSmall{.staff = 120, .calls = 1'200, .sessions = 400, .findings = 800, .seed = 7};

}  // namespace

TEST_CASE("a day told with each fact up to five minutes late, and some twice, has the incidents of the day in order")
{
    const auto catalog = small_catalog();
    const SyntheticDay day(kSmall);
    const auto in_order = live_through(day, catalog, Duration{0}, 1);
    CHECK(in_order.incidents.size() > 50);
    CHECK(in_order.counters.findings_ambiguous > 0);  // addresses do change hands
    for (std::uint32_t seed = 2; seed < 6; ++seed) {
        CAPTURE(seed);
        const auto shuffled = live_through(day, catalog, std::chrono::minutes{5}, seed);
        CHECK((shuffled.incidents == in_order.incidents));
        CHECK(shuffled.counters.findings_ambiguous == in_order.counters.findings_ambiguous);
        CHECK(shuffled.counters.facts_refused_full == 0);
    }
}

TEST_CASE("what the engine holds of a day is gone once its horizons have passed")
{
    const auto catalog = small_catalog();
    const SyntheticDay day(kSmall);
    const DetectorModel model;
    Engine engine(SyntheticDay::settings(), catalog, model,
                  [](const StaffId& staff) { return Pseudonym{staff.value}; });
    engine.observe(day.enrolment());
    for (const auto& event : day.events()) engine.observe(day.observation(event));
    CHECK(engine.counters().bindings > 0);
    engine.observe(Tick{day.end() + std::chrono::hours{80}});
    engine.observe(Tick{day.end() + std::chrono::hours{81}});
    CHECK(engine.counters().bindings == 0);
    CHECK(engine.counters().calls == 0);
    CHECK(engine.counters().pending_findings == 0);
}

}  // namespace breakwatch
