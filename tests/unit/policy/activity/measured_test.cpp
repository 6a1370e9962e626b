#include "policy/activity/measured.hpp"

#include <doctest/doctest.h>

namespace breakwatch {
namespace {

TEST_CASE("no false finding in an hour leaves three an hour possible, and the bound is exact for others")
{
    CHECK(poisson_upper(0) == doctest::Approx(2.9957).epsilon(1e-3));
    CHECK(poisson_upper(1) == doctest::Approx(4.7439).epsilon(1e-3));
    CHECK(poisson_upper(10) == doctest::Approx(16.9622).epsilon(1e-3));
    CHECK(poisson_upper(1000) == doctest::Approx(1053.6).epsilon(1e-3));
}

TEST_CASE("the rate and its bound are of an hour of browsing")
{
    const Measured measured{"x", 40, 33, 2.0, 300, 1};
    CHECK(false_per_hour(measured) == doctest::Approx(0.5));
    CHECK(upper_per_hour(measured) == doctest::Approx(2.372).epsilon(1e-3));
    CHECK(upper_per_hour(Measured{"x", 40, 33, 0, 0, 0}) == 0);
}

TEST_CASE("a platform is measured with posts and with browsing, not with one of them")
{
    CHECK(is_measured({{"x", 20, 0, 0.5, 100, 0}}, "x"));
    CHECK_FALSE(is_measured({{"x", 19, 19, 0.5, 100, 0}}, "x"));
    CHECK_FALSE(is_measured({{"x", 40, 40, 0.4, 100, 0}}, "x"));
    CHECK_FALSE(is_measured({{"x", 40, 40, 1, 100, 0}}, "reddit"));
}

TEST_CASE("what was measured last takes the place of what was measured before")
{
    MeasuredRecord record{{"x", 20, 10, 1, 100, 3}, {"reddit", 30, 10, 1, 100, 3}};
    put_over(record, {{"x", 40, 30, 1, 100, 0}, {"line", 20, 1, 1, 1, 1}});
    CHECK(record == MeasuredRecord{{"x", 40, 30, 1, 100, 0}, {"reddit", 30, 10, 1, 100, 3}, {"line", 20, 1, 1, 1, 1}});
}

}  // namespace
}  // namespace breakwatch
