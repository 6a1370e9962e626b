// The interval of a counted share, against published values and against its own promise.
#include "policy/proportion.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <initializer_list>

using namespace breakwatch;

namespace {

bool near(double a, double b)
{
    return std::abs(a - b) < 0.00006;
}

// How often counts of `of` cases, whose true share is `share`, have an interval with that share in it.
double covered(double share, std::uint64_t of)
{
    double sum = 0;
    double chance = std::pow(1 - share, static_cast<double>(of));
    for (std::uint64_t right = 0; right <= of; ++right) {
        const auto interval = exact_interval(right, of);
        if (interval.from <= share && share <= interval.to) sum += chance;
        chance *= static_cast<double>(of - right) / static_cast<double>(right + 1) * share / (1 - share);
    }
    return sum;
}

}  // namespace

TEST_CASE("the interval is Clopper and Pearson's, to the fourth digit")
{
    struct Known {
        std::uint64_t right, of;
        double from, to;
    };
    for (const auto& known :
         {Known{0, 1, 0, 0.975}, Known{1, 1, 0.025, 1}, Known{0, 10, 0, 0.3085}, Known{5, 10, 0.1871, 0.8129},
          Known{9, 10, 0.5550, 0.9975}, Known{10, 10, 0.6915, 1}, Known{3, 4, 0.1941, 0.9937},
          Known{90, 100, 0.8238, 0.9510}, Known{81, 263, 0.2527, 0.3676}}) {
        CAPTURE(known.right);
        CAPTURE(known.of);
        const auto interval = exact_interval(known.right, known.of);
        CHECK_MESSAGE(near(interval.from, known.from), interval.from);
        CHECK_MESSAGE(near(interval.to, known.to), interval.to);
    }
}

TEST_CASE("whatever the true share, it lies in the interval of 95 counts of 100 or more")
{
    for (const std::uint64_t of : {1U, 2U, 5U, 17U, 60U}) {
        for (int percent = 1; percent < 100; ++percent) {
            CAPTURE(of);
            CAPTURE(percent);
            CHECK(covered(percent / 100.0, of) >= 0.95 - 1e-9);
        }
    }
}

TEST_CASE("of none counted nothing is known, and of very many nearly all")
{
    CHECK(exact_interval(0, 0).from == 0);
    CHECK(exact_interval(0, 0).to == 1);
    CHECK(exact_interval(7, 3).to == 1);
    const auto many = exact_interval(900'000, 1'000'000);
    CHECK(many.from > 0.899);
    CHECK(many.from < 0.9);
    CHECK(many.to > 0.9);
    CHECK(many.to < 0.901);
}
