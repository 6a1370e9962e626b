#include "feeds/core/clock_offset.hpp"

#include <doctest/doctest.h>

#include "policy/zone_error.hpp"
#include "support/moments.hpp"

namespace breakwatch {
namespace {

using test::at;
using namespace std::chrono_literals;

// Events a second apart, each told after `delay(i)` by a clock that is ahead by so much.
template <typename Delay>
void tell(ClockOffset& clock, int events, Duration ahead, const Delay& delay, Duration start = 0s)
{
    for (int i = 0; i < events; ++i) {
        const auto now = at("09:00") + start + i * 1s;
        clock.add(now + ahead, now + delay(i));
    }
}

constexpr auto kAtOnce = [](int) -> Duration { return 50ms; };
constexpr auto kUpToAMinute = [](int i) -> Duration { return (i * 37 % 60) * 1s; };

}  // namespace

TEST_CASE("a clock that is ahead is certain after eight events, whatever its size, and a whole hour too")
{
    for (const Duration ahead : {90s, 3'600s, 1'800s, 600s, 34'200s}) {
        ClockOffset clock;
        tell(clock, 7, ahead, kAtOnce);
        CHECK_FALSE(clock.certain());
        tell(clock, 8, ahead, kAtOnce);
        REQUIRE(clock.certain());
        CHECK(std::chrono::abs(*clock.certain() - ahead) <= 100ms);
    }
}

TEST_CASE("a lag that hardly varies is a clock that is behind; one that varies is none")
{
    for (const Duration behind : {90s, 3'600s}) {
        ClockOffset clock;
        tell(clock, 15, -behind, kAtOnce);
        CHECK_FALSE(clock.certain());
        tell(clock, 16, -behind, kAtOnce);
        REQUIRE(clock.certain());
        CHECK(std::chrono::abs(*clock.certain() + behind) <= 100ms);
    }
    ClockOffset batches;
    tell(batches, 32, 0s, kUpToAMinute);
    CHECK(batches.certain().value_or(0s) == 0s);
    ClockOffset slow;  // a feed that always takes half an hour and a quarter: no zone, no clock
    tell(slow, 32, -40min, kAtOnce);
    CHECK_FALSE(slow.certain());
    ClockOffset usual;
    tell(usual, 32, -4s, kAtOnce);
    CHECK(usual.certain() == Duration{0});
}

TEST_CASE("a few wrong times and a mixture of clocks are not corrected")
{
    ClockOffset one;
    tell(one, 20, 0s, kAtOnce);
    one.add(at("12:00"), at("09:01"));
    CHECK(one.certain() == Duration{0});
    ClockOffset mixed;
    for (int i = 0; i < 32; ++i) mixed.add(at("09:00") + i * 1s + (i % 4 == 0 ? 600s : 0s), at("09:00") + i * 1s);
    CHECK_FALSE(mixed.certain());
}

TEST_CASE("a clock that is set right is believed after eight events")
{
    ClockOffset clock;
    tell(clock, 32, 90s, kAtOnce);
    tell(clock, 8, 0s, kAtOnce, 40s);
    CHECK(clock.certain() == Duration{0});
}

TEST_CASE("a zone error is whole or half hours, and quarters far away")
{
    CHECK(zone_error(3'600s) == Duration{1h});
    CHECK(zone_error(-3'540s) == -Duration{1h});
    CHECK(zone_error(1'800s) == Duration{30min});
    CHECK(zone_error(32'400s + 60s) == Duration{9h});
    CHECK(zone_error(20'700s) == Duration{5h + 45min});
    for (const Duration none : {0s, 90s, 900s, 3'600s + 120s, 2'400s, 16 * 3'600s}) CHECK_FALSE(zone_error(none));
}

}  // namespace breakwatch
