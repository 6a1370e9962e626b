#include "policy/mention/odds.hpp"

#include <doctest/doctest.h>

namespace breakwatch {

using namespace std::chrono_literals;

TEST_CASE("an exchange within the told precision counts fully, less beyond it, and not past the margin")
{
    CHECK(nearness(0s, 0s) == 1);
    CHECK(nearness(-60s, 60s) == 1);
    CHECK(nearness(75s, 60s) == doctest::Approx(0.5));
    CHECK(nearness(60s + kMentionMargin, 60s) == 0);
    CHECK(nearness(2h, 60s) == 0);
}

TEST_CASE("what a confidence says is measured against how often findings were posts where the detector was validated")
{
    Validation validation;
    CHECK(prior_odds(validation) == 1);
    validation.reliability = {{0, 0.5, 0.1, 60, 6}, {0.5, 1, 0.9, 40, 34}};
    const auto odds = prior_odds(validation);
    CHECK(odds == doctest::Approx(41.0 / 61.0));
    CHECK(likelihood_ratio(0.5, odds) == doctest::Approx(61.0 / 41.0).epsilon(0.02));
    CHECK(likelihood_ratio(0.9, odds) == doctest::Approx(9 * 61.0 / 41.0).epsilon(0.12));
    CHECK(likelihood_ratio(0.99, odds) > likelihood_ratio(0.98, odds));
    CHECK(likelihood_ratio(1, odds) < kMostRatio);
    CHECK(likelihood_ratio(0, odds) == 0);
}

TEST_CASE("shares and nobody's come to one, and more look-alikes lower each")
{
    const auto sum = [](const Shares& shares) {
        double all = shares.nobody;
        for (const auto share : shares.of) all += share;
        return all;
    };
    const auto none = shares_of({}, 0.5);
    CHECK(none.nobody == 1);
    const auto alone = shares_of({{0, 1, 40}}, 0.5);
    CHECK(alone.of.front() == doctest::Approx(40.0 / 41.0));
    CHECK(sum(alone) == doctest::Approx(1));
    const auto among = shares_of({{0, 1, 40}, {1, 1, 0.1}, {2, 1, 0.1}, {3, 1, 0.1}}, 0.5);
    CHECK(among.of.front() < alone.of.front());
    CHECK(among.nobody > alone.nobody);
    CHECK(sum(among) == doctest::Approx(1));
    const auto flooded = shares_of({{0, 1, 40}, {1, 1, 0.1}, {1, 1, 0.1}, {1, 1, 0.1}}, 0.5);
    CHECK(flooded.of.front() > among.of.front());  // many of one person take no more than one of theirs
    const auto two = shares_of({{0, 1, 40}, {1, 1, 40}}, 0.5);
    CHECK(two.of[0] == two.of[1]);
    const auto faint = shares_of({{0, 1, 0.05}}, 0.5);
    CHECK(faint.nobody > 0.9);
}

}  // namespace breakwatch
