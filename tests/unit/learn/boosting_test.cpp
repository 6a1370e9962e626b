// Boosted trees: the same from the same examples, and they learn what there is to learn.
#include <doctest/doctest.h>

#include "learn/boosting.hpp"
#include "unit/learn/samples.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

std::vector<Example> examples(Feature teller, double start = 0)
{
    std::vector<Example> made;
    for (const auto& sample : session_of(teller, 400, 3).samples)
        made.push_back({sample.features, sample.post, 1, start});
    return made;
}

BoostingOptions options()
{
    BoostingOptions made;
    for (std::size_t i = 0; i < kFeatures; ++i) made.features.push_back(static_cast<Feature>(i));
    made.trees = 40;
    made.feature_share = 1;
    return made;
}

// Of 300 examples that were not learned from. Splits fall between quantiles, 48 of them: a border within one is not
// seen.
constexpr std::size_t kOneBin = 300 / 48;

std::size_t wrongly_told(const DetectorModel& model, double start)
{
    std::size_t wrong = 0;
    for (const auto& sample : session_of(Feature::wait, 300, 99).samples) {
        if ((start + score(model, sample.features) > 0) != sample.post) ++wrong;
    }
    return wrong;
}

bool same(const DetectorModel& a, const DetectorModel& b)
{
    if (a.base_score != b.base_score || a.trees.size() != b.trees.size()) return false;
    for (std::size_t i = 0; i < a.trees.size(); ++i) {
        const auto& [one, other] = std::pair(a.trees[i], b.trees[i]);
        if (one.feature != other.feature || one.threshold != other.threshold || one.value != other.value) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("the same examples and seed give the same model to the bit, another seed another one")
{
    const auto lessons = examples(Feature::wait);
    const auto model = boost(lessons, options());
    CHECK(model.trees.size() == 40);
    CHECK(same(model, boost(lessons, options())));
    auto other = options();
    other.seed = 2;
    CHECK_FALSE(same(model, boost(lessons, other)));
}

TEST_CASE("an obvious split is learned, and told apart on examples that were not seen")
{
    const auto model = boost(examples(Feature::wait), options());
    CHECK(wrongly_told(model, 0) <= kOneBin);
}

TEST_CASE("only the features allowed are split on")
{
    auto narrow = options();
    narrow.features = {Feature::pause, Feature::records};
    for (const auto& tree : boost(examples(Feature::wait), narrow).trees) {
        for (const auto feature : tree.feature) CHECK((feature == Feature::pause || feature == Feature::records));
    }
}

TEST_CASE("without anything to tell posts by, every score stays near the base rate")
{
    auto noise = examples(Feature::wait);
    Lottery lottery(5);
    for (auto& example : noise) at(example.features, Feature::wait) = lottery.share();
    auto strict = options();
    strict.trees = 5;
    const auto model = boost(noise, strict);
    CHECK(model.base_score == doctest::Approx(std::log(81.0 / 321)));
    for (const auto& example : noise) CHECK(std::abs(score(model, example.features) - model.base_score) < 1);
}

TEST_CASE("trees that are added to a model have no base score and correct what it says")
{
    auto further = options();
    further.adds_to_model = true;
    const auto trees = boost(examples(Feature::wait, 3.0), further);
    CHECK(trees.base_score == 0);
    CHECK(wrongly_told(DetectorModel{}, 3.0) == 240);
    CHECK(wrongly_told(trees, 3.0) <= kOneBin);
}
