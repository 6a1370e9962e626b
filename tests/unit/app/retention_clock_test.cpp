#include "app/retention_clock.hpp"

#include <doctest/doctest.h>

using namespace breakwatch;
using namespace std::chrono_literals;

namespace {

const Timestamp kEnd{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
constexpr auto kDay = 24h;

}  // namespace

TEST_CASE("a first start and one soon after the last run are believed")
{
    CHECK_FALSE(RetentionClock(std::nullopt, kEnd).in_doubt());
    const RetentionClock soon(ClockMark{kEnd}, kEnd + 10h);
    CHECK_FALSE(soon.in_doubt());
    CHECK(soon.reckoned(kEnd + 10h) == kEnd + 10h);
    CHECK_FALSE(RetentionClock(ClockMark{kEnd}, kEnd - 30s).in_doubt());
}

TEST_CASE("a clock 200 days ahead ages nothing until it agreed with itself for a day of running")
{
    auto now = kEnd + 200 * kDay;
    RetentionClock clock(ClockMark{kEnd}, now);
    REQUIRE(clock.in_doubt());
    CHECK(clock.ahead() == 200 * kDay);
    CHECK(clock.owed() == 24h);
    CHECK(clock.reckoned(now) == kEnd);
    for (int hour = 0; hour < 23; ++hour) clock.pass(1h, now += 1h);
    CHECK(clock.in_doubt());
    CHECK(clock.reckoned(now) == kEnd + 23h);
    clock.pass(1h, now += 1h);
    CHECK_FALSE(clock.in_doubt());
    CHECK(clock.reckoned(now) == now);
}

TEST_CASE("a doubt goes on over restarts, and neither restarts nor many small jumps wear it out")
{
    auto now = kEnd + 200 * kDay;
    RetentionClock first(ClockMark{kEnd}, now);
    first.pass(10h, now += 10h);
    RetentionClock second(first.mark(), now += 1min);
    REQUIRE(second.in_doubt());
    CHECK(second.owed() == 14h);
    CHECK(second.reckoned(now) == kEnd + 10h);

    std::optional<ClockMark> mark = ClockMark{kEnd};
    now = kEnd;
    Timestamp latest = kEnd;
    for (int start = 0; start < 50; ++start) {
        RetentionClock each(mark, now += 23h);
        latest = each.reckoned(now);
        each.pass(1min, now += 1min);
        mark = each.mark();
    }
    CHECK(latest < kEnd + 2 * kDay);
}

TEST_CASE("a machine that is off every night is believed")
{
    std::optional<ClockMark> mark = ClockMark{kEnd};
    auto now = kEnd;
    for (int night = 0; night < 60; ++night) {
        RetentionClock day(mark, now += 10h);
        CHECK_FALSE(day.in_doubt());
        day.pass(14h, now += 14h);
        mark = day.mark();
    }
}

TEST_CASE("a clock that is back from far ahead deletes by its own time, not by the one before")
{
    auto now = kEnd + 200 * kDay;
    RetentionClock wrong(ClockMark{kEnd}, now);
    wrong.pass(1h, now += 1h);
    RetentionClock right(wrong.mark(), kEnd + 2h);
    CHECK(right.in_doubt());
    CHECK(right.reckoned(kEnd + 2h) <= kEnd + 2h);
}
