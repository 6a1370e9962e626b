#include "feeds/people/calendar_rule.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace breakwatch {

namespace {

std::vector<int> values(std::span<const short> by)
{
    std::vector<int> all;
    for (const short each : by) {
        if (each == ICAL_RECURRENCE_ARRAY_MAX) break;
        all.push_back(each);
    }
    std::ranges::sort(all);
    const auto repeats = std::ranges::unique(all);
    all.erase(repeats.begin(), repeats.end());
    return all;
}

std::optional<std::chrono::weekday> weekday_of(icalrecurrencetype_weekday day)
{
    if (day < ICAL_SUNDAY_WEEKDAY || day > ICAL_SATURDAY_WEEKDAY) return std::nullopt;
    return std::chrono::weekday{static_cast<unsigned>(day) - 1};
}

std::optional<RecurrenceRule::Frequency> frequency_of(icalrecurrencetype_frequency frequency)
{
    using enum RecurrenceRule::Frequency;
    switch (frequency) {
        case ICAL_SECONDLY_RECURRENCE: return secondly;
        case ICAL_MINUTELY_RECURRENCE: return minutely;
        case ICAL_HOURLY_RECURRENCE: return hourly;
        case ICAL_DAILY_RECURRENCE: return daily;
        case ICAL_WEEKLY_RECURRENCE: return weekly;
        case ICAL_MONTHLY_RECURRENCE: return monthly;
        case ICAL_YEARLY_RECURRENCE: return yearly;
        case ICAL_NO_RECURRENCE: break;
    }
    return std::nullopt;
}

bool within(const std::vector<int>& all, int least, int most)
{
    return std::ranges::all_of(all, [&](int each) { return each >= least && each <= most; });
}

bool in_range(const RecurrenceRule& rule)
{
    const auto from_either_end = [](const std::vector<int>& all, int most) {
        return within(all, -most, most) && std::ranges::find(all, 0) == all.end();
    };
    return within(rule.seconds, 0, 60) && within(rule.minutes, 0, 59) && within(rule.hours, 0, 23) &&
           within(rule.months, 1, 12) && from_either_end(rule.month_days, 31) && from_either_end(rule.year_days, 366) &&
           from_either_end(rule.weeks, 53) && from_either_end(rule.positions, 366);
}

}  // namespace

std::expected<RecurrenceRule, std::string> rule_of(const icalrecurrencetype& told)
{
    RecurrenceRule rule;
    const auto frequency = frequency_of(told.freq);
    if (!frequency) return std::unexpected("RRULE cannot be read");
    if (told.rscale != nullptr && std::string_view(told.rscale) != "GREGORIAN")
        return std::unexpected("RRULE counts by another calendar (RSCALE)");
    rule.frequency = *frequency;
    rule.interval = told.interval;
    if (told.count > 0) rule.count = told.count;
    rule.week_start = weekday_of(told.week_start).value_or(std::chrono::Monday);
    rule.seconds = values(told.by_second);
    rule.minutes = values(told.by_minute);
    rule.hours = values(told.by_hour);
    rule.month_days = values(told.by_month_day);
    rule.year_days = values(told.by_year_day);
    rule.weeks = values(told.by_week_no);
    rule.months = values(told.by_month);
    rule.positions = values(told.by_set_pos);
    for (const short each : told.by_day) {
        if (each == ICAL_RECURRENCE_ARRAY_MAX) break;
        const auto day = weekday_of(icalrecurrencetype_day_day_of_week(each));
        if (!day) return std::unexpected("RRULE names a weekday that is none");
        rule.weekdays.push_back({icalrecurrencetype_day_position(each), *day});
    }
    if (!in_range(rule)) return std::unexpected("RRULE has a value that its BY... cannot have");
    return rule;
}

}  // namespace breakwatch
