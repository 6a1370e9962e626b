// Recurrence rules (RFC 5545 section 3.3.10) spelled out in local time, within a window and a budget. libical reads
// the rule; it does not spell it out: 3.0 passes over BYSETPOS of weekly rules and steps through a rule that never
// holds (SECONDLY on 30 February) until the year 2582.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace breakwatch {

// Local seconds since 1970 as if they were UTC.
using LocalTime = std::chrono::sys_seconds;

struct RecurrenceRule {
    enum class Frequency : std::uint8_t { secondly, minutely, hourly, daily, weekly, monthly, yearly };
    struct Weekday {
        int nth = 0;  // of the month or year, from its end if negative; 0: each
        std::chrono::weekday day;
    };

    Frequency frequency = Frequency::daily;
    int interval = 1;
    std::optional<int> count;
    std::chrono::weekday week_start = std::chrono::Monday;
    std::vector<int> seconds, minutes, hours, month_days, year_days, weeks, months, positions;
    std::vector<Weekday> weekdays;
};

// Steps that all rules of one file may take together: a hostile rule ends there.
struct RecurrenceBudget {
    std::uint64_t left = 20'000'000;
    static constexpr std::uint64_t kPerRule = 1'000'000;
};

// The instances from `from` to `to` (both included), in order; `start` is DTSTART and counts for COUNT only where the
// rule holds there.
std::expected<std::vector<LocalTime>, std::string> spell_out(const RecurrenceRule& rule, LocalTime start,
                                                             LocalTime from, LocalTime to, RecurrenceBudget& budget);

}  // namespace breakwatch
