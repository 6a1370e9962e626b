#include "learn/calibration.hpp"

#include <algorithm>
#include <cmath>

namespace breakwatch {
namespace {

constexpr double kLowest = -6;
constexpr double kHighest = 6;
constexpr double kStep = 0.5;
constexpr int kNewtonSteps = 50;

struct Line {
    double slope = 1;
    double shift = 0;

    double confidence(double score) const { return 1 / (1 + std::exp(-(slope * score + shift))); }
};

// One Newton step on the log-loss, with a little weight on the line that changes nothing.
Line improved(const Line& line, const std::vector<ScoredOutcome>& outcomes, double target_right, double target_wrong)
{
    constexpr double kPull = 1;
    double g_slope = kPull * (line.slope - 1);
    double g_shift = 0;
    double h_slope = kPull;
    double h_shift = 1e-6;
    double h_both = 0;
    for (const auto& outcome : outcomes) {
        const auto p = line.confidence(outcome.score);
        const auto error = p - (outcome.right ? target_right : target_wrong);
        const auto weight = p * (1 - p);
        g_slope += error * outcome.score;
        g_shift += error;
        h_slope += weight * outcome.score * outcome.score;
        h_shift += weight;
        h_both += weight * outcome.score;
    }
    const auto determinant = h_slope * h_shift - h_both * h_both;
    return {std::max(0.05, line.slope - (h_shift * g_slope - h_both * g_shift) / determinant),
            line.shift - (h_slope * g_shift - h_both * g_slope) / determinant};
}

}  // namespace

std::vector<CalibrationPoint> calibrate(const std::vector<ScoredOutcome>& outcomes)
{
    const auto right = static_cast<double>(std::ranges::count_if(outcomes, &ScoredOutcome::right));
    const auto wrong = static_cast<double>(outcomes.size()) - right;
    Line line;
    for (int i = 0; i < kNewtonSteps; ++i) line = improved(line, outcomes, (right + 1) / (right + 2), 1 / (wrong + 2));
    std::vector<CalibrationPoint> points;
    for (auto score = kLowest; score <= kHighest; score += kStep) points.push_back({score, line.confidence(score)});
    return points;
}

}  // namespace breakwatch
