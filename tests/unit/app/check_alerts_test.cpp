// What `check` says of the alerts a day, mode by mode.
#include "app/check_alerts.hpp"

#include <doctest/doctest.h>

namespace breakwatch {
namespace {

std::vector<std::string> told_of(AlertMode mode, MeasuredRecord measured, const std::string& measured_with = "")
{
    Tables tables;
    tables.rules = {Rule{}};
    tables.plan = {mode, 3};
    tables.model.version = "2026-11-23";
    tables.model.measured = std::move(measured);
    tables.measured_with = measured_with;
    std::vector<std::string> texts;
    for (const auto& finding : check_alerts({}, tables, 200, {})) texts.push_back(finding.at.text);
    return texts;
}

const MeasuredRecord kRecord{{"x", 40, 33, 10, 2'000, 2}, {"reddit", 40, 33, 0.1, 20, 2}};

}  // namespace

TEST_CASE("the alerts a day are told with the bound, and by what they were reckoned")
{
    const auto told = told_of(AlertMode::budget, kRecord);
    REQUIRE(told.size() == 1);
    // 1,600 breaks of a tenth of an hour there, at .2 and at .63 an hour.
    CHECK(told.front() ==
          "mode budget: 31.7 false alerts a day, 97.6 at most (by what was measured on x; 200 phones, 8 breaks of 10 "
          "min, 60 % of them there), and 3 alerts a day at most of what is not measured here");
    CHECK(told_of(AlertMode::measured, kRecord).front().starts_with("mode measured: 31.7 false alerts a day"));
    CHECK(told_of(AlertMode::media, kRecord).front().ends_with("text included"));
}

TEST_CASE("without a measured platform nothing is promised")
{
    CHECK(told_of(AlertMode::budget, {}).front() ==
          "mode budget: 3 alerts a day at most of what is not measured here, and no platform is (breakwatch calibrate "
          "measure)");
    CHECK(told_of(AlertMode::measured, {}).front().ends_with("alerts of hosts that only posting uses, alone"));
    CHECK(told_of(AlertMode::complaint, kRecord).front().starts_with("mode complaint: no alerts but of mentions"));
}

TEST_CASE("a record of other numbers is warned of")
{
    const auto told = told_of(AlertMode::budget, {}, "2025-01-01");
    REQUIRE(told.size() == 2);
    CHECK(told.front() ==
          "was measured with the numbers of 2025-01-01, in force are those of 2026-11-23: it counts for nothing until "
          "it is measured again");
}

}  // namespace breakwatch
