// The model's arithmetic: scores, confidences, and what each feature added.
#include <doctest/doctest.h>

#include <numeric>

#include "policy/activity/detector_model.hpp"

using namespace breakwatch;

namespace {

// Splits on wait at 100, then on the left on pause at 10 and on the right on request_bytes at 500, then on records
// at 3. Leaves 1 to 8; an inner node is the mean of its children.
BoostedTree tree()
{
    BoostedTree made;
    made.feature = {Feature::wait,    Feature::pause,   Feature::request_bytes, Feature::records,
                    Feature::records, Feature::records, Feature::records};
    made.threshold = {100, 10, 500, 3, 3, 3, 3};
    made.value = {4.5, 2.5, 6.5, 1.5, 3.5, 5.5, 7.5, 1, 2, 3, 4, 5, 6, 7, 8};
    return made;
}

DetectorModel model()
{
    DetectorModel made;
    made.base_score = -2;
    made.trees = {tree(), tree()};
    made.calibration = {{-2, 0.1}, {0, 0.5}, {2, 0.9}};
    return made;
}

FeatureVector values(double wait, double pause, double request, double records)
{
    FeatureVector made{};
    at(made, Feature::wait) = wait;
    at(made, Feature::pause) = pause;
    at(made, Feature::request_bytes) = request;
    at(made, Feature::records) = records;
    return made;
}

}  // namespace

TEST_CASE("a score is the base and one leaf of each tree; a value at the threshold goes right")
{
    CHECK(score(model(), values(0, 0, 0, 0)) == -2 + 2 * 1);
    CHECK(score(model(), values(99.9, 10, 900, 3)) == -2 + 2 * 4);
    CHECK(score(model(), values(100, 99, 499, 2)) == -2 + 2 * 5);
    CHECK(score(model(), values(100, 0, 500, 3)) == -2 + 2 * 8);
}

TEST_CASE("a platform's adaptation adds its trees and has its own confidence, other platforms keep the model's")
{
    auto adapted = model();
    adapted.platforms = {{"x", "40 posts", {tree()}, {{0, 0.2}, {1, 0.3}}}, {"bluesky", "20 posts", {tree()}, {}}};
    const auto some = values(0, 0, 0, 0);
    const auto* x = adaptation_for(adapted, "x");
    REQUIRE(x != nullptr);
    CHECK(score(adapted, some, x) == score(adapted, some) + 1);
    CHECK(calibrated(adapted, 0, x) == 0.2);
    CHECK(calibrated(adapted, 0, adaptation_for(adapted, "bluesky")) == 0.5);
    CHECK(adaptation_for(adapted, "facebook") == nullptr);
    CHECK(score(adapted, some, adaptation_for(adapted, "facebook")) == score(model(), some));
}

TEST_CASE("confidence is linear between points and flat beyond them")
{
    CHECK(calibrated(model(), -2) == 0.1);
    CHECK(calibrated(model(), -1) == doctest::Approx(0.3));
    CHECK(calibrated(model(), 1.5) == doctest::Approx(0.8));
    CHECK(calibrated(model(), -50) == 0.1);
    CHECK(calibrated(model(), 50) == 0.9);
    CHECK(calibrated(DetectorModel{}, 3) == 0);
}

TEST_CASE("what the features added, the base and the trees' means make up the score")
{
    for (const auto& some :
         {values(0, 0, 0, 0), values(50, 20, 0, 7), values(200, 0, 600, 1), values(100, 10, 500, 3)}) {
        const auto added = contributions(model(), some);
        const auto sum = std::accumulate(added.begin(), added.end(), 0.0);
        CHECK(model().base_score + 2 * 4.5 + sum == doctest::Approx(score(model(), some)));
    }
    const auto added = contributions(model(), values(0, 0, 0, 0));
    CHECK(at(added, Feature::wait) == doctest::Approx(2 * -2.0));
    CHECK(at(added, Feature::pause) == doctest::Approx(2 * -1.0));
    CHECK(at(added, Feature::records) == doctest::Approx(2 * -0.5));
    CHECK(at(added, Feature::request_bytes) == 0);
}

TEST_CASE("weak findings of one person add up, each further one less, and never to certainty")
{
    CHECK(combined_confidence({}) == 0);
    CHECK(combined_confidence({0.4}) == doctest::Approx(0.4));
    CHECK(combined_confidence({0.4, 0.4}) == doctest::Approx(1 - 0.6 * 0.8));
    CHECK(combined_confidence({0.2, 0.6}) == combined_confidence({0.6, 0.2}));
    CHECK(combined_confidence(std::vector<double>(100, 0.3)) < 0.6);
}

TEST_CASE("each feature is found by its own name")
{
    for (std::size_t i = 0; i < kFeatures; ++i) {
        const auto feature = static_cast<Feature>(i);
        CHECK_FALSE(name(feature).empty());
        CHECK(feature_named(name(feature)) == feature);
    }
    CHECK_FALSE(feature_named("weit").has_value());
    CHECK_FALSE(feature_named("").has_value());
}
