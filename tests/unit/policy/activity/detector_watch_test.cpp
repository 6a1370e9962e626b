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

DetectorCounters seen(std::uint64_t candidates, std::uint64_t cannot_tell)
{
    DetectorCounters counters;
    counters.candidates = candidates;
    counters.cannot_tell = cannot_tell;
    return counters;
}

}  // namespace

TEST_CASE("numbers past their review date are told once")
{
    DetectorWatch watch(reviewed_by("2027-05-24"));
    CHECK(watch.advance({}, on("2027-05-23")).empty());
    const auto told = watch.advance({}, on("2027-05-24"));
    REQUIRE(told.size() == 1);
    CHECK(told[0].code == "BW-3005");
    CHECK(told[0].text.find("2027-05-24") != std::string::npos);
    CHECK(watch.advance({}, on("2027-05-25")).empty());
}

TEST_CASE("a model without a review date is never old")
{
    DetectorWatch watch(DetectorModel{});
    CHECK(watch.advance({}, on("2099-01-01")).empty());
}

TEST_CASE("half of the possible posts unseen is told once, and its end once")
{
    DetectorWatch watch(reviewed_by("2099-01-01"));
    const auto now = on("2026-11-24");
    CHECK(watch.advance(seen(DetectorWatch::kBatch - 1, DetectorWatch::kBatch - 1), now).empty());
    const auto blind = watch.advance(seen(500, 250), now);
    REQUIRE(blind.size() == 1);
    CHECK(blind[0].severity == Severity::error);
    CHECK(blind[0].text.starts_with("50 % of the possible posts"));
    CHECK(watch.advance(seen(1000, 400), now).empty());  // 30 %: not over yet
    const auto over = watch.advance(seen(1500, 420), now);
    REQUIRE(over.size() == 1);
    CHECK(over[0].severity == Severity::notice);
    CHECK(watch.advance(seen(2000, 620), now).empty());  // 40 %: not again
}

}  // namespace breakwatch
