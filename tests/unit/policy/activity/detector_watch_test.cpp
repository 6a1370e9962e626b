#include "policy/activity/detector_watch.hpp"

#include <doctest/doctest.h>

namespace breakwatch {
namespace {

DetectorModel reviewed_by(const char* date)
{
    DetectorModel model;
    model.review_by = date;
    return model;
}

Timestamp on(const char* date)
{
    return *parse_rfc3339(std::string(date) + "T12:00:00Z");
}

void show(DetectorWatch& watch, std::size_t candidates, std::size_t cannot_tell)
{
    for (std::size_t i = 0; i < candidates; ++i) watch.saw(FeatureVector{}, i < cannot_tell);
}

// Made from waits spread evenly from 0 to 100 ms.
DetectorModel of_short_waits()
{
    auto model = reviewed_by("2099-01-01");
    BoostedTree tree;
    tree.feature.fill(Feature::wait);
    model.trees = {tree};
    model.spreads = {{Feature::wait, {25, 50, 75}, {0.25, 0.25, 0.25, 0.25}}};
    return model;
}

void show_waits(DetectorWatch& watch, double shortest)
{
    for (std::uint64_t i = 0; i < DetectorWatch::kBatch; ++i) {
        FeatureVector features{};
        at(features, Feature::wait) = shortest + static_cast<double>(i % 100);
        watch.saw(features, false);
    }
}

}  // namespace

TEST_CASE("numbers past their review date are told once")
{
    DetectorWatch watch(reviewed_by("2027-05-24"));
    CHECK(watch.advance(on("2027-05-23")).empty());
    const auto told = watch.advance(on("2027-05-24"));
    REQUIRE(told.size() == 1);
    CHECK(told[0].code == "BW-3005");
    CHECK(told[0].text.find("2027-05-24") != std::string::npos);
    CHECK(watch.advance(on("2027-05-25")).empty());
}

TEST_CASE("a model without a review date is never old")
{
    DetectorWatch watch(DetectorModel{});
    CHECK(watch.advance(on("2099-01-01")).empty());
}

TEST_CASE("half of the possible posts unseen is told once, and its end once")
{
    DetectorWatch watch(reviewed_by("2099-01-01"));
    const auto now = on("2026-11-24");
    show(watch, DetectorWatch::kBlindBatch - 1, DetectorWatch::kBlindBatch - 1);
    CHECK(watch.advance(now).empty());
    show(watch, 1, 0);
    const auto blind = watch.advance(now);
    REQUIRE(blind.size() == 1);
    CHECK(blind[0].severity == Severity::error);
    CHECK(blind[0].text.starts_with("97 % of the possible posts"));
    show(watch, 500, 150);
    CHECK(watch.advance(now).empty());  // 30 %: not over yet
    show(watch, 500, 20);
    const auto over = watch.advance(now);
    REQUIRE(over.size() == 1);
    CHECK(over[0].severity == Severity::notice);
    show(watch, 500, 200);
    CHECK(watch.advance(now).empty());  // 40 %: not again
    show(watch, 500, 250);
    CHECK(watch.advance(now).size() == 1);  // 50 %: again
}

TEST_CASE("traffic unlike what the numbers were made from is told once, and its end once")
{
    DetectorWatch watch(of_short_waits());
    const auto now = on("2026-11-24");
    CHECK_FALSE(watch.distance());
    show_waits(watch, 0);
    CHECK(watch.advance(now).empty());
    CHECK(watch.distance().value() < 0.1);
    show_waits(watch, 60);
    const auto told = watch.advance(now);
    CHECK(watch.distance().value() > DetectorWatch::kFar);
    REQUIRE(told.size() == 1);
    CHECK(told[0].code == "BW-3005");
    CHECK(told[0].severity == Severity::warning);
    CHECK(told[0].text.find("most of all in wait") != std::string::npos);
    show_waits(watch, 60);
    CHECK(watch.advance(now).empty());
    show_waits(watch, 0);
    const auto over = watch.advance(now);
    REQUIRE(over.size() == 1);
    CHECK(over[0].severity == Severity::notice);
}

TEST_CASE("other waits are told where most of what is asked for is as it was")
{
    auto model = of_short_waits();
    for (int i = 0; i < 19; ++i) {
        BoostedTree tree;
        tree.feature.fill(Feature::request_bytes);
        model.trees.push_back(tree);
    }
    model.spreads.push_back({Feature::request_bytes, {1}, {1, 0}});
    DetectorWatch watch(model);
    show_waits(watch, 30);
    const auto told = watch.advance(on("2026-11-24"));
    REQUIRE(told.size() == 1);
    CHECK(told[0].text.find("most of all in wait") != std::string::npos);
}

TEST_CASE("a model that does not say what it was made from, or a feature it does not ask for, tells no distance")
{
    auto model = of_short_waits();
    model.spreads.clear();
    CHECK_FALSE(FeatureDrift(model).drift());
    model = of_short_waits();
    model.trees[0].feature.fill(Feature::pause);
    FeatureDrift drift(model);
    drift.add(FeatureVector{});
    CHECK_FALSE(drift.drift());
}

}  // namespace breakwatch
