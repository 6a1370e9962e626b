#include "capture/pressure_gauge.hpp"

#include <doctest/doctest.h>

using namespace breakwatch;
using std::chrono::milliseconds;

namespace {

PressureGauge::Moment after(int milli)
{
    return PressureGauge::Moment{} + milliseconds{milli};
}

}  // namespace

TEST_CASE("a step begins at once with its quarter of the ring, and with a loss the last does")
{
    const auto first = [](const Pressure& pressure) { return PressureGauge().look(pressure, after(0)); };
    CHECK(first({.eighths = 0}) == Shedding::nothing);
    CHECK(first({.eighths = 1}) == Shedding::nothing);
    CHECK(first({.eighths = 2}) == Shedding::strangers);
    CHECK(first({.eighths = 3}) == Shedding::strangers);
    CHECK(first({.eighths = 4}) == Shedding::volumes);
    CHECK(first({.eighths = 6}) == Shedding::hellos);
    CHECK(first({.eighths = 8}) == Shedding::hellos);
    CHECK(first({.eighths = 1, .losing = true}) == Shedding::hellos);
}

TEST_CASE("a ring about the limit of a step does not leave and take it with each batch")
{
    PressureGauge gauge;
    CHECK(gauge.look({.eighths = 4}, after(0)) == Shedding::volumes);
    for (int i = 1; i < 10'000; ++i)
        CHECK(gauge.look({.eighths = i % 2 == 0 ? 4U : 3U}, after(i)) == Shedding::volumes);
    CHECK(gauge.look({.eighths = 6}, after(10'000)) == Shedding::hellos);
}

TEST_CASE("steps end one by one, each after a second of calm")
{
    PressureGauge gauge;
    gauge.look({.eighths = 8}, after(0));
    CHECK(gauge.look({}, after(100)) == Shedding::hellos);
    CHECK(gauge.look({}, after(1'099)) == Shedding::hellos);
    CHECK(gauge.look({}, after(1'100)) == Shedding::volumes);
    CHECK(gauge.look({}, after(2'099)) == Shedding::volumes);
    CHECK(gauge.look({.eighths = 3}, after(2'100)) == Shedding::volumes);  // no calm
    CHECK(gauge.look({}, after(2'200)) == Shedding::volumes);
    CHECK(gauge.look({}, after(3'200)) == Shedding::strangers);
    CHECK(gauge.look({}, after(4'200)) == Shedding::nothing);
    CHECK(gauge.look({}, after(60'000)) == Shedding::nothing);
}
