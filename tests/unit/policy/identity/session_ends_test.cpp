// When a session is over, where nothing says so.
#include "policy/identity/session_table.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/bindings.hpp"

namespace breakwatch {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("a restart of the NAS ends all its sessions, in whatever order it is told")
{
    for (const bool early : {false, true}) {
        Table bindings;
        auto off = session(Kind::nas_reset, "09:30");
        if (early) bindings.observe(off);
        bindings.observe(session(Kind::start, "09:00"));
        if (!early) bindings.observe(off);
        CHECK(who(bindings, {kPrivateMac, kAddress}, "09:29") == Answers{"s1001 strong"});
        CHECK(who(bindings, {kPrivateMac, kAddress}, "09:30").empty());
        auto again = session(Kind::start, "09:45");
        bindings.observe(again);
        CHECK(who(bindings, {kPrivateMac, kAddress}, "09:50") == Answers{"s1001 strong"});
        CHECK(who(bindings, {kPrivateMac, kAddress}, "09:40").empty());
    }
}

TEST_CASE("a NAS that counts its sessions anew after a restart gives an old id to another device")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::start, "09:00", "s1001", kPrivateMac), kAddress));
    SessionEvent on;
    on.kind = Kind::nas_reset;
    on.nas = "wlc-break";
    on.at = at("10:00");
    bindings.observe(on);
    bindings.observe(with_address(session(Kind::start, "10:05", "s1002", kBelasPhone), kOther));

    CHECK(who(bindings, {kPrivateMac, {}}, "09:30") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kBelasPhone, {}}, "10:10") == Answers{"s1002 strong"});
    CHECK(who(bindings, {kPrivateMac, {}}, "10:10").empty());
    const auto all = bindings.all();
    REQUIRE(all.size() == 2);
    CHECK(all[0].mac == kPrivateMac);
    CHECK(all[1].mac == kBelasPhone);

    SUBCASE("and of the one who withdraws nothing is left under it")
    {
        bindings.set_enrolment(Enrolment({enrolled(kBela, kBelasPhone)}));
        REQUIRE(bindings.all().size() == 1);
        CHECK(bindings.all()[0].mac == kBelasPhone);
        CHECK(bindings.devices() == 1);
    }
}

TEST_CASE("an id that goes to another device without a word between ends the first one's session")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::start, "09:00", "s1001", kPrivateMac), kAddress));
    bindings.observe(with_address(session(Kind::start, "09:20", "s1002", kBelasPhone), kOther));
    CHECK(who(bindings, {kPrivateMac, {}}, "09:10") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kPrivateMac, {}}, "09:30").empty());
    CHECK(who(bindings, {kBelasPhone, {}}, "09:30") == Answers{"s1002 strong"});
    CHECK(who(bindings, {kBelasPhone, {}}, "09:10") == Answers{"s1002 medium"});
}

TEST_CASE("a session whose Stop was lost ends where its device begins one at another access point")
{
    Table bindings;
    bindings.set_zones({{"operator-floor", {"OPS"}, {}, {}, {}, false}, {"break-area", {"BREAK"}, {}, {}, {}, true}});
    auto floor = with_address(session(Kind::start, "09:00"), kAddress);
    floor.nas = "wlc-floor";
    floor.access_point = "00:1a:1e:10:00:01";
    floor.ssid = "OPS";
    auto area = with_address(session(Kind::start, "09:20"), kOther);
    area.access_point = "00:1a:1e:20:00:01";
    area.ssid = "BREAK";
    bindings.observe(area);
    bindings.observe(floor);  // late

    const auto now = bindings.bindings_at({kPrivateMac, kOther}, at("09:30"));
    REQUIRE(now.size() == 1);
    CHECK(now[0].zone == "break-area");
    CHECK(bindings.bindings_at({kPrivateMac, kAddress}, at("09:10"))[0].zone == "operator-floor");
    CHECK(who(bindings, kByAddress, "09:30").empty());
    const auto all = bindings.all();
    REQUIRE(all.size() == 2);
    CHECK(all[0].to == at("09:20"));
    CHECK_FALSE(all[1].to);
}

TEST_CASE("an address whose session lost its Stop is its next holder's, not both's")
{
    Table bindings;
    bindings.observe(with_address(session(Kind::interim, "09:00", "s1001", kAnnasPhone), kAddress));
    auto next = with_address(session(Kind::interim, "09:20", "s1002", kBelasPhone), kAddress);
    next.session_id = "5F010011";
    bindings.observe(next);
    CHECK(who(bindings, kByAddress, "09:10") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "09:20:05") ==
          Answers{"s1001 medium", "s1002 medium"});  // within seconds: ambiguous
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1002 medium"});

    SUBCASE("but both's while both say so")
    {
        bindings.observe(with_address(session(Kind::interim, "09:40", "s1001", kAnnasPhone), kAddress));
        CHECK(who(bindings, kByAddress, "09:30").size() == 2);
    }
}

TEST_CASE("a session whose Stop was lost ends by silence")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00"));
    bindings.observe(session(Kind::interim, "09:10"));
    CHECK(who(bindings, {kPrivateMac, kAddress}, "10:09") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kPrivateMac, kAddress}, "10:10").empty());
}

TEST_CASE("silence ends a session by the habit of its NAS, also one that has sent nothing but its Start")
{
    Table bindings;
    for (const auto* clock : {"08:00", "08:05", "08:10", "08:15"}) {
        auto other = session(clock == std::string("08:00") ? Kind::start : Kind::interim, clock, "s1002", kBelasPhone);
        other.session_id = "other";
        bindings.observe(other);
    }
    bindings.observe(session(Kind::start, "09:00"));
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:15") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:16").empty());
}

TEST_CASE("another user's session on the device ends one whose Stop was lost, also somebody's who is not enrolled")
{
    Table bindings;
    bindings.observe(session(Kind::start, "09:00"));
    auto next = session(Kind::start, "09:20", "visitor");
    next.session_id = "next";
    bindings.observe(next);
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:10") == Answers{"s1001 strong"});
    CHECK(who(bindings, {kPrivateMac, kAddress}, "09:30").empty());
    for (const auto& binding : bindings.all()) CHECK(binding.staff == kAnna);
}

}  // namespace breakwatch
