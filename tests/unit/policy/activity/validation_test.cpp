// What an alert is worth, from how the model did and how rare posts are.
#include "policy/activity/validation.hpp"

#include <doctest/doctest.h>

using namespace breakwatch;

TEST_CASE("an alert is worth less where posts are rarer, and more where the join lets few other actions through")
{
    Validation validation;
    validation.posts = 100;
    validation.found = 80;
    validation.others = 1'000;
    validation.wrong = 10;
    CHECK(precision_at(validation, 2, 1) == doctest::Approx(0.8 / 0.81));
    CHECK(precision_at(validation, 101, 1) == doctest::Approx(0.8 / 1.8));
    CHECK(precision_at(validation, 101, 0.25) == doctest::Approx(0.8 / 1.05));
    validation.found = validation.wrong = 0;
    CHECK(precision_at(validation, 7, 1) == 0);
    CHECK(precision_at({}, 7, 1) == 0);
}
