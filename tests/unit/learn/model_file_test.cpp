// A model that is written is read back as the same model.
#include <doctest/doctest.h>

#include "config/load_config.hpp"
#include "learn/boosting.hpp"
#include "learn/model_file.hpp"
#include "support/temporary_folder.hpp"
#include "unit/learn/samples.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

DetectorModel read_back(const std::string& yaml)
{
    const TemporaryFolder folder;
    auto model = load_detector_model(folder.write("detector.yaml", yaml));
    if (!model) throw std::runtime_error(to_string(model.error().front()));
    return *model;
}

DetectorModel with_adaptation()
{
    auto model = one_split(Feature::wait, 123.456, 1.25);
    model.trained_on = "2 captures, 7 posts";
    model.base_score = -2.5;
    std::vector<Example> lessons;
    for (const auto& sample : session_of(Feature::pause, 200, 4).samples)
        lessons.push_back({sample.features, sample.post, 1, 0});
    BoostingOptions options;
    options.features = {Feature::pause, Feature::upload_before};
    options.trees = 6;
    model.platforms = {{"x", "40 of 60 posts", boost(lessons, options).trees, {{-2, 0.1}, {2, 0.95}}},
                       {"bluesky", "20 of 30 posts", boost(lessons, options).trees, {}}};
    return model;
}

}  // namespace

TEST_CASE("what was measured is the same after it was written and read, in the model's file and in one of its own")
{
    const MeasuredRecord record{{"x", 40, 33, 1.25, 412, 1}, {"reddit", 20, 7, 0.5, 100, 0}};
    auto model = with_adaptation();
    model.measured = record;
    CHECK(read_back(to_yaml(model)).measured == record);
    const TemporaryFolder folder;
    const auto own =
        load_measured(folder.write("measured.yaml", measured_to_yaml(record, "2026-11-24, x 40 of 60 posts")));
    REQUIRE(own);
    CHECK(own->record == record);
    CHECK(own->model == "2026-11-24, x 40 of 60 posts");
}

TEST_CASE("a model with adaptations is the same after it was written and read, and scores the same")
{
    const auto model = with_adaptation();
    const auto read = read_back(to_yaml(model));
    CHECK(read.version == model.version);
    CHECK(read.trained_on == model.trained_on);
    CHECK(read.review_by == model.review_by);
    CHECK(read.alert_threshold == model.alert_threshold);
    CHECK(read.balanced_threshold == model.balanced_threshold);
    REQUIRE(read.platforms.size() == 2);
    CHECK(read.platforms[0].fitted_on == "40 of 60 posts");
    CHECK(read.platforms[0].calibration.size() == 2);
    CHECK(read.platforms[1].calibration.empty());
    for (const auto& sample : session_of(Feature::pause, 100, 8).samples) {
        for (const auto* platform : {"x", "bluesky", "facebook"}) {
            const auto before = score(model, sample.features, adaptation_for(model, platform));
            const auto after = score(read, sample.features, adaptation_for(read, platform));
            CHECK(after == doctest::Approx(before).epsilon(0.0005));  // five digits are written
        }
    }
}

TEST_CASE("what was read and is written again is the same file")
{
    const auto once = to_yaml(read_back(to_yaml(with_adaptation())));
    CHECK(to_yaml(read_back(once)) == once);
}

TEST_CASE("the shipped model written anew is the shipped file's text")
{
    const auto shipped = load_detector_model({});
    REQUIRE(shipped);
    const auto text = to_yaml(*shipped);
    std::ifstream file(std::string(std::getenv("BREAKWATCH_SOURCE")) + "/policy/detector.yaml");
    std::ostringstream content;
    content << file.rdbuf();
    CHECK(text == content.str());
}
