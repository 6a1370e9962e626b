#include "feeds/people/recurrence.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {

namespace {

using namespace std::chrono;
using Frequency = RecurrenceRule::Frequency;
using Days = std::vector<sys_days>;

constexpr int kLongestYear = 366;

template <typename Values>
bool holds(const Values& values, int value)
{
    return values.empty() || std::ranges::find(values, value) != values.end();
}

// The same with values that count from the end: -1 is the last of `size`.
bool holds_from_either_end(const std::vector<int>& values, int value, int size)
{
    return values.empty() ||
           std::ranges::any_of(values, [&](int each) { return each == value || each == value - size - 1; });
}

int day_of_year(sys_days day)
{
    const year_month_day date{day};
    return static_cast<int>((day - sys_days{date.year() / January / 1}).count()) + 1;
}

int days_in(year y)
{
    return y.is_leap() ? kLongestYear : kLongestYear - 1;
}

// Where week 1 of the year begins: the first with four days in it.
sys_days first_week(year y, weekday week_start)
{
    const sys_days fourth{y / January / 4};
    return fourth - (weekday{fourth} - week_start);
}

class Expansion {
  public:
    Expansion(const RecurrenceRule& rule, LocalTime start, LocalTime from, LocalTime to, RecurrenceBudget& budget)
        : rule_(rule),
          start_(start),
          from_(from),
          to_(to),
          budget_(budget),
          day_(floor<days>(start)),
          clock_(start - floor<days>(start))
    {}

    std::expected<std::vector<LocalTime>, std::string> run()
    {
        const bool by_day = rule_.frequency >= Frequency::daily;
        by_day ? run_by_days() : run_by_clock();
        if (spent_)
            return std::unexpected("RRULE takes too many steps to be spelled out; let DTSTART be of the last years");
        return std::move(found_);
    }

  private:
    // False: the budget is spent.
    bool step(std::uint64_t steps = 1)
    {
        steps_ += steps;
        spent_ = steps_ > RecurrenceBudget::kPerRule || budget_.left < steps;
        if (!spent_) budget_.left -= steps;
        return !spent_;
    }

    bool done() const { return spent_ || over_ || (rule_.count && told_ >= *rule_.count); }

    // The periods (a year, month, week or day) from the start on; without COUNT from the window on.
    void run_by_days()
    {
        const auto first = rule_.count ? 0 : std::max<std::int64_t>(0, (periods_to(from_) - 1) / rule_.interval);
        for (auto i = first; !done(); ++i) {
            const auto begin = period(i * rule_.interval);
            if (!begin || *begin > to_) return;
            take_set(*begin);
        }
    }

    // Whole periods between the start's and that of `at`.
    std::int64_t periods_to(LocalTime at) const
    {
        const auto day = floor<days>(at);
        const year_month_day then{day};
        const year_month_day mine{day_};
        switch (rule_.frequency) {
            case Frequency::yearly: return (then.year() - mine.year()).count();
            case Frequency::monthly:
                return (then.year() - mine.year()).count() * 12 + static_cast<int>(unsigned{then.month()}) -
                       static_cast<int>(unsigned{mine.month()});
            case Frequency::weekly: return (day - week_of(day_)).count() / 7;
            default: return (day - day_).count();
        }
    }

    sys_days week_of(sys_days day) const { return day - (weekday{day} - rule_.week_start); }

    // The first day of the nth period after the start's; nothing beyond the calendar.
    std::optional<sys_days> period(std::int64_t n) const
    {
        constexpr std::int64_t kYears = 400;
        const year_month_day mine{day_};
        if (n > kYears * periods_a_year()) return std::nullopt;
        switch (rule_.frequency) {
            case Frequency::yearly: return sys_days{(mine.year() + years{n}) / January / 1};
            case Frequency::monthly: return sys_days{(mine.year() / mine.month() + months{n}) / 1};
            case Frequency::weekly: return week_of(day_) + days{7 * n};
            default: return day_ + days{n};
        }
    }

    std::int64_t periods_a_year() const
    {
        switch (rule_.frequency) {
            case Frequency::yearly: return 1;
            case Frequency::monthly: return 12;
            case Frequency::weekly: return 53;
            default: return kLongestYear;
        }
    }

    int length_of(sys_days begin) const
    {
        const year_month_day date{begin};
        switch (rule_.frequency) {
            case Frequency::yearly: return days_in(date.year());
            case Frequency::monthly: return static_cast<int>(unsigned{(date.year() / date.month() / last).day()});
            case Frequency::weekly: return 7;
            default: return 1;
        }
    }

    void take_set(sys_days begin)
    {
        const int length = length_of(begin);
        if (!step(static_cast<std::uint64_t>(length))) return;
        std::vector<LocalTime> set;
        for (int i = 0; i < length; ++i) {
            const auto day = begin + days{i};
            if (!day_holds(day)) continue;
            if (!add_times(day, set)) return;
        }
        take_positions(std::move(set));
    }

    bool add_times(sys_days day, std::vector<LocalTime>& set)
    {
        const hh_mm_ss<seconds> clock{clock_};
        const auto or_own = [](const std::vector<int>& values, std::int64_t own) {
            auto sorted = values.empty() ? std::vector<int>{static_cast<int>(own)} : values;
            std::ranges::sort(sorted);
            return sorted;
        };
        for (const int hour : or_own(rule_.hours, clock.hours().count())) {
            for (const int minute : or_own(rule_.minutes, clock.minutes().count())) {
                for (const int second : or_own(rule_.seconds, clock.seconds().count())) {
                    if (!step()) return false;
                    set.push_back(day + hours{hour} + minutes{minute} + seconds{second});
                }
            }
        }
        return true;
    }

    void take_positions(std::vector<LocalTime> set)
    {
        if (rule_.positions.empty()) return take(set);
        std::vector<LocalTime> some;
        for (const int position : rule_.positions) {
            const auto size = static_cast<int>(set.size());
            const int index = position > 0 ? position - 1 : size + position;
            if (index >= 0 && index < size) some.push_back(set[static_cast<std::size_t>(index)]);
        }
        std::ranges::sort(some);
        const auto repeats = std::ranges::unique(some);
        some.erase(repeats.begin(), repeats.end());
        take(some);
    }

    void take(const std::vector<LocalTime>& set)
    {
        for (const auto at : set) {
            if (at < start_) continue;
            if (at > to_) over_ = true;
            if (done()) return;
            ++told_;
            if (at >= from_) found_.push_back(at);
        }
    }

    bool day_holds(sys_days day) const
    {
        const year_month_day date{day};
        if (!holds(rule_.months, static_cast<int>(unsigned{date.month()}))) return false;
        if (!holds_from_either_end(rule_.year_days, day_of_year(day), days_in(date.year()))) return false;
        const auto in_month = static_cast<int>(unsigned{(date.year() / date.month() / last).day()});
        if (!holds_from_either_end(rule_.month_days, static_cast<int>(unsigned{date.day()}), in_month)) return false;
        if (!rule_.weeks.empty() && !week_holds(day)) return false;
        if (!rule_.weekdays.empty()) return weekday_holds(day, date, in_month);
        return own_day_holds(day, date);
    }

    // What the rule leaves open is as DTSTART has it.
    bool own_day_holds(sys_days day, const year_month_day& date) const
    {
        if (rule_.frequency == Frequency::weekly) return weekday{day} == weekday{day_};
        if (rule_.frequency < Frequency::weekly || !rule_.month_days.empty() || !rule_.year_days.empty()) return true;
        if (!rule_.weeks.empty()) return weekday{day} == weekday{day_};
        const year_month_day mine{day_};
        const bool month =
            rule_.frequency == Frequency::monthly || !rule_.months.empty() || date.month() == mine.month();
        return month && date.day() == mine.day();
    }

    // The number of the week that a day is in may be of the year before or after.
    bool week_holds(sys_days day) const
    {
        auto y = year_month_day{day}.year();
        if (day >= first_week(y + years{1}, rule_.week_start)) ++y;
        if (day < first_week(y, rule_.week_start)) --y;
        const auto first = first_week(y, rule_.week_start);
        const auto week = static_cast<int>((day - first).count() / 7) + 1;
        const auto weeks_of_year = static_cast<int>((first_week(y + years{1}, rule_.week_start) - first).count() / 7);
        return holds_from_either_end(rule_.weeks, week, weeks_of_year);
    }

    bool weekday_holds(sys_days day, const year_month_day& date, int in_month) const
    {
        const bool of_year = rule_.frequency == Frequency::yearly && rule_.months.empty();
        const int at = of_year ? day_of_year(day) : static_cast<int>(unsigned{date.day()});
        const int size = of_year ? days_in(date.year()) : in_month;
        const bool counted = rule_.frequency >= Frequency::monthly && rule_.weeks.empty();
        return std::ranges::any_of(rule_.weekdays, [&](const RecurrenceRule::Weekday& each) {
            if (each.day != weekday{day}) return false;
            if (each.nth == 0 || !counted) return true;
            return each.nth > 0 ? (at - 1) / 7 + 1 == each.nth : (size - at) / 7 + 1 == -each.nth;
        });
    }

    seconds unit() const
    {
        return rule_.frequency == Frequency::hourly     ? seconds{3600}
               : rule_.frequency == Frequency::minutely ? seconds{60}
                                                        : seconds{1};
    }

    // HOURLY, MINUTELY and SECONDLY: a day that does not hold is left in one step.
    void run_by_clock()
    {
        const auto stride = unit() * rule_.interval;
        const auto begin = floor_to(start_, unit());
        std::int64_t i = rule_.count || from_ <= start_ ? 0 : (from_ - begin) / stride;
        while (!done()) {
            const auto at = begin + stride * i;
            if (at > to_ || !step()) return;
            const auto day = floor<days>(at);
            if (!day_holds(day)) {
                i = (day + days{1} - begin + stride - seconds{1}) / stride;
                continue;
            }
            take_period(day, at - day);
            ++i;
        }
    }

    static LocalTime floor_to(LocalTime at, seconds unit) { return LocalTime{at.time_since_epoch() / unit * unit}; }

    void take_period(sys_days day, seconds clock)
    {
        const hh_mm_ss<seconds> at{clock};
        const hh_mm_ss<seconds> own{clock_};
        if (!holds(rule_.hours, static_cast<int>(at.hours().count()))) return;
        const bool hourly = rule_.frequency == Frequency::hourly;
        const auto minutes_here =
            hourly ? values_or(rule_.minutes, own.minutes().count()) : limited(rule_.minutes, at.minutes().count());
        const auto seconds_here = rule_.frequency == Frequency::secondly
                                      ? limited(rule_.seconds, at.seconds().count())
                                      : values_or(rule_.seconds, own.seconds().count());
        std::vector<LocalTime> set;
        for (const int minute : minutes_here) {
            for (const int second : seconds_here) {
                if (!step()) return;
                set.push_back(day + at.hours() + minutes{minute} + seconds{second});
            }
        }
        take_positions(std::move(set));
    }

    static std::vector<int> values_or(std::vector<int> values, std::int64_t own)
    {
        if (values.empty()) values.push_back(static_cast<int>(own));
        std::ranges::sort(values);
        return values;
    }

    static std::vector<int> limited(const std::vector<int>& values, std::int64_t own)
    {
        return holds(values, static_cast<int>(own)) ? std::vector<int>{static_cast<int>(own)} : std::vector<int>{};
    }

    const RecurrenceRule& rule_;
    LocalTime start_;
    LocalTime from_;
    LocalTime to_;
    RecurrenceBudget& budget_;
    sys_days day_;
    seconds clock_;
    std::vector<LocalTime> found_;
    std::int64_t told_ = 0;
    std::uint64_t steps_ = 0;
    bool over_ = false;
    bool spent_ = false;
};

}  // namespace

std::expected<std::vector<LocalTime>, std::string> spell_out(const RecurrenceRule& rule, LocalTime start,
                                                             LocalTime from, LocalTime to, RecurrenceBudget& budget)
{
    if (rule.interval < 1) return std::unexpected("RRULE has an INTERVAL under 1");
    return Expansion(rule, start, std::max(from, start), to, budget).run();
}

}  // namespace breakwatch
