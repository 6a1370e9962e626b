// Confidences fitted on outcomes: rising, and near the truth.
#include <doctest/doctest.h>

#include <cmath>

#include "learn/calibration.hpp"
#include "learn/lottery.hpp"

using namespace breakwatch;

namespace {

// Outcomes of scores from -5 to 5 that are right as often as the logistic of slope * score + shift says.
std::vector<ScoredOutcome> outcomes(double slope, double shift, std::size_t count)
{
    Lottery lottery(7);
    std::vector<ScoredOutcome> made;
    for (std::size_t i = 0; i < count; ++i) {
        const auto score = -5 + 10 * lottery.share();
        made.push_back({score, lottery.share() < 1 / (1 + std::exp(-(slope * score + shift)))});
    }
    return made;
}

bool never_falls(const std::vector<CalibrationPoint>& points)
{
    for (std::size_t i = 1; i < points.size(); ++i) {
        if (points[i].score <= points[i - 1].score || points[i].confidence < points[i - 1].confidence) return false;
    }
    return !points.empty();
}

}  // namespace

TEST_CASE("a confidence is the share that was right at that score")
{
    for (const auto& [slope, shift] : {std::pair{1.0, 0.0}, {0.5, -1.0}, {1.7, 1.2}}) {
        CAPTURE(slope);
        const auto points = calibrate(outcomes(slope, shift, 20'000));
        CHECK(never_falls(points));
        for (const auto& point : points)
            CHECK(std::abs(point.confidence - 1 / (1 + std::exp(-(slope * point.score + shift)))) < 0.03);
    }
}

TEST_CASE("confidence rises with the score even where the outcomes fall")
{
    CHECK(never_falls(calibrate(outcomes(-1, 0, 500))));
}

TEST_CASE("a few outcomes that were all right give no certainty, none at all leave scores as they are")
{
    const auto few = calibrate({{2, true}, {3, true}, {4, true}});
    CHECK(never_falls(few));
    for (const auto& point : few) {
        CHECK(std::isfinite(point.confidence));
        CHECK(point.confidence < 0.999);
    }
    const auto none = calibrate({});
    CHECK(never_falls(none));
    for (const auto& point : none)
        CHECK(point.confidence == doctest::Approx(1 / (1 + std::exp(-point.score))).epsilon(0.01));
}
