#include "app/check_alerts.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "config/error_at.hpp"
#include "policy/activity/numbers_in_force.hpp"
#include "policy/text.hpp"

namespace breakwatch {
namespace {

using Weight = CheckFinding::Weight;

std::string tenths(double number)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", number);
    return text;
}

std::string names_of(const MeasuredRecord& record)
{
    std::string names;
    for (const auto& measured : record) {
        if (is_enough(measured)) names += (names.empty() ? "" : ", ") + measured.platform;
    }
    return names;
}

std::string those_measured(const MeasuredRecord& record, std::size_t phones, const BreakHabits& habits)
{
    const auto expected = expected_false_alerts(record, phones, habits);
    return tenths(expected.a_day) + " false alerts a day, " + tenths(expected.upper) +
           " at most (by what was measured on " + names_of(record) + "; " + counted(phones, "phone") + ", " +
           std::to_string(habits.a_day) + " breaks of " + to_words(habits.length) + ", " +
           std::to_string(std::lround(habits.social * 100)) + " % of them there)";
}

std::string in_words_of(const Tables& tables, std::size_t phones, const BreakHabits& habits)
{
    const auto& record = tables.model.measured;
    const bool any = std::ranges::any_of(record, is_enough);
    const auto text = "mode " + std::string(name(tables.plan.mode)) + ": ";
    const auto budget = counted(tables.plan.per_day, "alert") + " a day at most of what is not measured here";
    switch (tables.plan.mode) {
        case AlertMode::complaint: return text + "no alerts but of mentions: as many as there are complaints, or fewer";
        case AlertMode::media:
            if (!any) return text + "no platform is measured here: alerts of hosts that only posting uses, alone";
            return text + "media posts and stories, of " + those_measured(record, phones, habits) + ", text included";
        case AlertMode::measured:
            if (!any) return text + "no platform is measured here: alerts of hosts that only posting uses, alone";
            return text + those_measured(record, phones, habits);
        case AlertMode::budget:
            if (!any) return text + budget + ", and no platform is (breakwatch calibrate measure)";
            return text + those_measured(record, phones, habits) + ", and " + budget;
    }
    return text;
}

}  // namespace

CheckFindings check_alerts(const Config& config, const Tables& tables, std::size_t phones, const BreakHabits& habits)
{
    CheckFindings findings;
    if (!tables.measured_with.empty())
        findings.push_back({Weight::warning, error_at(config, "measured",
                                                      "was measured with the numbers of " + tables.measured_with +
                                                          ", in force are those of " + numbers_in_force(tables.model) +
                                                          ": it counts for nothing until it is measured again")});
    const auto of_posts = [](const Rule& rule) { return rule.kind == Rule::Kind::post_after_call; };
    if (std::ranges::any_of(tables.rules, of_posts))
        findings.push_back({Weight::note, error_at(config, "rules", in_words_of(tables, phones, habits))});
    return findings;
}

}  // namespace breakwatch
