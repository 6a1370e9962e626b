#include <doctest/doctest.h>

#include <algorithm>
#include <tuple>

#include "feeds/people/duty_precedence.hpp"

using namespace breakwatch;

namespace {

using enum DutyActivity;

RosterRow row(DutyActivity activity, const char* from, const char* to, std::size_t line = 1)
{
    const auto at = [](const char* clock) { return *parse_rfc3339("2026-11-24T" + std::string(clock) + ":00Z"); };
    return {"1042", {StaffId{"s1"}, at(from), at(to), activity, ""}, "r.csv", line};
}

std::vector<std::string> settled(RosterRows rows)
{
    std::vector<std::string> all;
    auto duty = settle_duty(std::move(rows));
    for (const auto& told : duty.contradictions) all.push_back(to_string(told));
    std::ranges::sort(duty.intervals, {},
                      [](const DutyInterval& each) { return std::tuple(each.start, each.end, each.activity); });
    for (const auto& each : duty.intervals) {
        all.push_back(std::string(name(each.activity)) + " " + to_rfc3339(each.start).substr(11, 5) + "-" +
                      to_rfc3339(each.end).substr(11, 5));
    }
    return all;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("time off takes the shift away for as long as it lasts, and what lies in it")
{
    CHECK(settled({row(shift, "09:00", "18:00"), row(break_, "13:00", "13:15"), row(off, "12:00", "15:00")}) ==
          Lines{"shift 09:00-12:00", "off 12:00-15:00", "shift 15:00-18:00"});
    CHECK(settled({row(off, "00:00", "23:59"), row(shift, "09:00", "18:00")}) == Lines{"off 00:00-23:59"});
}

TEST_CASE("training, breaks and meals lie inside a shift, and a shift inside a shift is no contradiction")
{
    CHECK(settled({row(shift, "09:00", "18:00"), row(training, "14:00", "15:00"), row(meal, "12:00", "13:00"),
                   row(shift, "10:00", "11:00")}) ==
          Lines{"shift 09:00-18:00", "shift 10:00-11:00", "meal 12:00-13:00", "training 14:00-15:00"});
}

TEST_CASE("rows that repeat others are one")
{
    CHECK(settled({row(shift, "09:00", "18:00"), row(shift, "09:00", "18:00", 2), row(shift, "09:00", "18:00", 3)}) ==
          Lines{"shift 09:00-18:00"});
}

TEST_CASE("of two shifts that contradict each other only what both say is known")
{
    CHECK(
        settled({row(shift, "09:00", "18:00"), row(shift, "13:00", "22:00", 2)}) ==
        Lines{
            "r.csv:2: start: overlaps with the shift of the same person at r.csv:1, and neither lies inside the other",
            "unknown 09:00-13:00", "shift 13:00-18:00", "unknown 18:00-22:00"});
}

TEST_CASE("unknown is only what no other row tells")
{
    CHECK(settled({row(unknown, "08:00", "19:00"), row(shift, "09:00", "12:00"), row(off, "13:00", "18:00")}) ==
          Lines{"unknown 08:00-09:00", "shift 09:00-12:00", "unknown 12:00-13:00", "off 13:00-18:00",
                "unknown 18:00-19:00"});
    CHECK(settled({row(unknown, "10:00", "10:30"), row(shift, "09:00", "18:00")}) == Lines{"shift 09:00-18:00"});
}
