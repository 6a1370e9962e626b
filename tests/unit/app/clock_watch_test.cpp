// When the machine's clock was set, by how much, and when it merely drifts.
#include "app/clock_watch.hpp"

#include <doctest/doctest.h>

#include "support/moments.hpp"

using namespace breakwatch;
using namespace std::chrono_literals;

TEST_CASE("a clock that is set back or forward is told once, by how much; one that runs or drifts is not")
{
    auto wall = test::at("11:00");
    ClockWatch::Steady steady{};
    ClockWatch watch(wall, steady);
    const auto after = [&](Duration set) {
        wall += 1s + set;
        steady += 1s;
        return watch.look(wall, steady);
    };
    CHECK(after(0s) == Duration{0});
    CHECK(after(-1h) == -1h);
    CHECK(after(0s) == Duration{0});
    CHECK(after(20min) == 20min);
    CHECK(after(-5s) == Duration{0});
    // Looked at late: both clocks went on together.
    wall += 8h;
    steady += 8h;
    CHECK(after(0s) == Duration{0});
}
