#include "calibration.hpp"

#include <algorithm>

namespace breakwatch {
namespace {

struct Pool {
    double scores = 0;
    double right = 0;
    double count = 0;

    double share() const { return right / count; }
    void add(const Pool& other)
    {
        scores += other.scores;
        right += other.right;
        count += other.count;
    }
};

}  // namespace

std::vector<CalibrationPoint> calibrate(std::vector<Outcome> outcomes, double doubt)
{
    std::ranges::stable_sort(outcomes, {}, &Outcome::score);
    double all_right = 0;
    std::vector<Pool> pools;
    for (const auto& outcome : outcomes) {
        all_right += outcome.right ? 1 : 0;
        pools.push_back({outcome.score, outcome.right ? 1.0 : 0.0, 1});
        while (pools.size() > 1 && pools[pools.size() - 2].share() >= pools.back().share()) {
            const auto last = pools.back();
            pools.pop_back();
            pools.back().add(last);
        }
    }
    const auto prior = outcomes.empty() ? 0.5 : all_right / static_cast<double>(outcomes.size());
    std::vector<CalibrationPoint> points;
    for (const auto& pool : pools) {
        const auto confidence = (pool.right + doubt * prior) / (pool.count + doubt);
        const auto floor = points.empty() ? 0.0 : points.back().confidence;
        points.push_back({pool.scores / pool.count, std::max(confidence, floor)});
    }
    return points;
}

}  // namespace breakwatch
