#include "policy/duty/roster.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/moments.hpp"

namespace breakwatch {
namespace {

using test::at;

const StaffId anna{"s1001"};
const StaffId bela{"s1002"};

DutyInterval row(const StaffId& staff, const char* from, const char* to, DutyActivity activity)
{
    return {staff, at(from), at(to), activity, "hq"};
}

}  // namespace

TEST_CASE("a shift holds from its start until before its end, for its own person only")
{
    const Roster roster({row(anna, "09:00", "17:00", DutyActivity::shift)});
    CHECK_FALSE(roster.at(anna, at("08:59:59.999")).on_shift);
    CHECK(roster.at(anna, at("09:00")).on_shift);
    CHECK(roster.at(anna, at("16:59:59.999")).on_shift);
    CHECK_FALSE(roster.at(anna, at("17:00")).on_shift);
    CHECK_FALSE(roster.at(bela, at("12:00")).on_shift);
    CHECK_FALSE(Roster{}.at(anna, at("12:00")).on_shift);
}

TEST_CASE("a break inside a shift row does not end the shift")
{
    const Roster roster({row(anna, "09:00", "17:00", DutyActivity::shift),
                         row(anna, "11:00", "11:15", DutyActivity::break_),
                         row(anna, "13:00", "14:00", DutyActivity::meal)});
    const auto state = roster.at(anna, at("11:05"));
    CHECK(state.on_shift);
    REQUIRE(state.pause);
    CHECK(state.pause->start == at("11:00"));
    CHECK(state.pause->activity == DutyActivity::break_);
    CHECK_FALSE(roster.at(anna, at("11:15")).pause);
}

TEST_CASE("a break between two shift rows belongs to one stretch of duty")
{
    const Roster roster({row(anna, "11:15", "17:00", DutyActivity::shift),
                         row(anna, "09:00", "11:00", DutyActivity::shift),
                         row(anna, "11:00", "11:15", DutyActivity::break_)});
    const auto state = roster.at(anna, at("11:05"));
    CHECK(state.on_shift);
    REQUIRE(state.shift);
    CHECK(state.shift->start == at("09:00"));
    CHECK(state.shift->end == at("17:00"));
}

TEST_CASE("time between two shifts that do not touch is off duty")
{
    const Roster roster(
        {row(anna, "06:00", "10:00", DutyActivity::shift), row(anna, "14:00", "18:00", DutyActivity::shift)});
    CHECK_FALSE(roster.at(anna, at("12:00")).on_shift);
    CHECK(roster.at(anna, at("14:00")).shift->start == at("14:00"));
}

TEST_CASE("hours taken off are off duty, whatever the shift row says")
{
    const Roster roster(
        {row(anna, "09:00", "17:00", DutyActivity::shift), row(anna, "13:00", "17:00", DutyActivity::off)});
    CHECK(roster.at(anna, at("12:59")).on_shift);
    CHECK_FALSE(roster.at(anna, at("15:00")).on_shift);
}

TEST_CASE("a long row is found behind short ones that begin later")
{
    std::vector<DutyInterval> rows{row(anna, "08:00", "20:00", DutyActivity::meal)};
    for (int minute = 10; minute < 60; ++minute) {
        rows.push_back({anna, at("09:00") + std::chrono::minutes{minute},
                        at("09:00") + std::chrono::minutes{minute + 1}, DutyActivity::break_, "hq"});
    }
    const Roster roster(std::move(rows));
    CHECK(roster.at(anna, at("15:00")).pause->start == at("08:00"));
    CHECK(roster.at(anna, at("09:30")).pause->start == at("09:30"));
}

TEST_CASE("a shift over midnight holds on both days")
{
    const auto start = at("22:00");
    const Roster roster({{anna, start, start + std::chrono::hours{8}, DutyActivity::shift, "hq"}});
    CHECK(roster.at(anna, at("23:59:59")).on_shift);
    CHECK(roster.at(anna, start + std::chrono::hours{5}).on_shift);
    CHECK_FALSE(roster.at(anna, start + std::chrono::hours{8}).on_shift);
}

TEST_CASE("a row that ends before it starts is nobody's duty")
{
    const Roster roster({row(anna, "17:00", "09:00", DutyActivity::shift)});
    CHECK(roster.intervals().empty());
    CHECK_FALSE(roster.at(anna, at("12:00")).on_shift);
}

TEST_CASE("where the plan could not be read duty is unknown and says so, and nothing else that is planned is touched")
{
    const Roster roster({row(anna, "08:00", "19:00", DutyActivity::unknown),
                         row(anna, "09:00", "12:00", DutyActivity::shift),
                         row(anna, "17:00", "18:00", DutyActivity::off)});
    CHECK(roster.at(anna, at("10:00")).on_shift);
    CHECK_FALSE(roster.at(anna, at("10:00")).unknown);
    const auto state = roster.at(anna, at("13:00"));
    CHECK_FALSE(state.on_shift);
    CHECK(state.unknown);
    CHECK(state.conflict.find("not known") != std::string::npos);
    CHECK_FALSE(roster.at(anna, at("17:30")).unknown);
    CHECK_FALSE(roster.at(bela, at("13:00")).unknown);
}

}  // namespace breakwatch
