// Statements that contradict each other, and those that an attacker makes.
#include "policy/identity/binding_table.hpp"

#include <doctest/doctest.h>

#include "support/bindings.hpp"

namespace breakwatch {

using namespace test;
using namespace std::chrono_literals;

TEST_CASE("a frame with one device's MAC and the address of another names nobody for certain")
{
    Table bindings;
    bindings.observe(lease(kBelasPhone, "09:00", "11:00"));
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "10:00") == Answers{"s1002 medium", "s1001 medium"});
    CHECK(who(bindings, {kAnnasPhone, kOther}, "10:00") == Answers{"s1001 medium"});
    bindings.observe(lease(kStrangersPhone, "09:00", "11:00", kOther));
    CHECK(who(bindings, {kAnnasPhone, kOther}, "10:00") == Answers{"s1001 weak"});
    CHECK(bindings.why_nobody({kAnnasPhone, kOther}, at("10:00")).find("device of nobody's") != std::string::npos);
    // Who has the later lease has the address.
    bindings.observe(lease(kAnnasPhone, "09:30", "11:00"));
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "10:00") == Answers{"s1001 medium"});
}

TEST_CASE("an ARP that claims a leased address is a doubt, not another person")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "11:00"));
    bindings.observe(AddressSighting{kBelasPhone, kAddress, at("10:00"), 0});
    const auto found = bindings.bindings_at({kAnnasPhone, kAddress}, at("10:01"));
    REQUIRE(found.size() == 1);
    CHECK(found[0].grade == Grade::medium);
    REQUIRE(found[0].doubts.size() == 1);
    CHECK(found[0].doubts[0] == "another device claimed the address, too, at 10:00:00Z");
    const auto told = bindings.take_suspicions();
    REQUIRE(told.size() == 1);
    CHECK(told[0].kind == Suspicion::Kind::address_conflict);
}

TEST_CASE("packets that came over one hop more are a device's behind the enrolled one")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "11:00"));
    CHECK(who(bindings, {kAnnasPhone, kAddress, 0, true}, "10:00") == Answers{"s1001 weak"});
}

TEST_CASE("a MAC that acts like two devices names nobody for the rest of the shift")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    bindings.observe(Suspicion{Suspicion::Kind::two_devices, "two VLANs", at("10:00"), kAnnasPhone});
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "09:50") == Answers{"s1001 medium"});
    CHECK(who(bindings, {kAnnasPhone, kAddress}, "09:56") == Answers{"s1001 weak"});
    CHECK(who(bindings, kByAddress, "10:30") == Answers{"s1001 weak"});
}

TEST_CASE("where the device is on the link itself, the same address from behind a router is another's")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    CHECK(who(bindings, kByAddress, "10:00") == Answers{"s1001 medium"});
    bindings.observe(AddressSighting{kAnnasPhone, kAddress, at("10:00"), 0, true});
    CHECK(who(bindings, kByAddress, "10:05") == Answers{"s1001 weak"});
}

TEST_CASE("statements about others that had to be dropped leave no address to name anybody by")
{
    BindingLimits limits;
    limits.markers = 1;
    Table bindings(limits);
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    bindings.observe(lease(kStrangersPhone, "09:00", "21:00", ip("10.77.20.40")));
    bindings.observe(lease(kStrangersPhone, "09:30", "21:00", ip("10.77.20.41")));
    CHECK(bindings.refused_full() == 1);
    CHECK(who(bindings, kByAddress, "09:29") == Answers{"s1001 medium"});
    CHECK(who(bindings, kByAddress, "09:35") == Answers{"s1001 weak"});
    CHECK(who(bindings, kByAddress, "09:41") == Answers{"s1001 medium"});
}

TEST_CASE("one device cannot fill the table for the others")
{
    BindingLimits limits;
    limits.of_one_device = 10;
    Table bindings(limits);
    for (int i = 0; i < 50; ++i)
        bindings.observe(AddressSighting{kAnnasPhone, ip("2001:db8::" + std::to_string(i)), at("10:00"), 0});
    CHECK(bindings.size() == 10);
    CHECK(bindings.refused_full() == 40);
    bindings.observe(lease(kBelasPhone, "09:00", "21:00"));
    CHECK(who(bindings, kByAddress, "10:00") == Answers{"s1002 medium"});
}

TEST_CASE("a device that uses an address leased to another makes it doubtful, not its own")
{
    Table bindings;
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    bindings.observe(AddressSighting{kBelasPhone, kAddress, at("10:00"), 0});
    CHECK(who(bindings, kByAddress, "10:05").size() == 2);
    CHECK(who(bindings, kByAddress, "11:00") == Answers{"s1001 medium"});
}

TEST_CASE("by ARP or ND alone an address names nobody: any device can claim it")
{
    Table bindings;
    const auto privacy = ip("2001:db8:77:b1::9");
    const Device behind{MacAddress{}, privacy};
    bindings.observe(AddressSighting{kAnnasPhone, privacy, at("10:00"), 0});
    bindings.observe(AddressSighting{kAnnasPhone, privacy, at("10:01"), 0});
    CHECK(bindings.size() == 1);
    CHECK(who(bindings, behind, "10:10") == Answers{"s1001 weak"});
    CHECK(bindings.why_nobody(behind, at("10:10")).find("ARP or ND alone") != std::string::npos);
    CHECK(who(bindings, behind, "10:11").empty());
    SUBCASE("nor with the user's session on the claimed MAC")
    {
        bindings.observe(session(SessionEvent::Kind::start, "09:59", "s1001", kAnnasPhone));
        CHECK(who(bindings, behind, "10:05") == Answers{"s1001 weak"});
    }
    SUBCASE("nor with an address that the device may only remember")
    {
        bindings.observe(with_address(session(SessionEvent::Kind::start, "09:59", "s1001", kAnnasPhone), privacy));
        CHECK(who(bindings, behind, "10:05") == Answers{"s1001 weak"});
    }
    SUBCASE("and a report of the session's address is one source, not two")
    {
        bindings.observe(with_address(session(SessionEvent::Kind::interim, "09:59", "s1001", kAnnasPhone), privacy));
        CHECK(who(bindings, behind, "10:05") == Answers{"s1001 medium"});
    }
    SUBCASE("but it makes another's lease doubtful")
    {
        bindings.observe(lease(kBelasPhone, "09:00", "11:00", privacy));
        CHECK(who(bindings, behind, "10:05").size() == 2);
    }
}

TEST_CASE("a full table refuses with a count, and strangers cannot fill it")
{
    BindingLimits limits;
    limits.statements = 3;
    limits.markers = 2;
    Table bindings(limits);
    for (int i = 0; i < 10; ++i) {
        bindings.observe(Lease{kStrangersPhone,
                               ip("10.0.0." + std::to_string(i)),
                               at("09:00"),
                               at("21:00"),
                               {},
                               LeaseSource::kea_file,
                               0});
    }
    CHECK(bindings.markers() == 2);
    CHECK(bindings.refused_full() == 8);
    bindings.observe(lease(kAnnasPhone, "09:00", "21:00"));
    bindings.observe(session(Kind::start, "09:00"));
    bindings.observe(session(Kind::interim, "09:10"));
    bindings.observe(session(Kind::interim, "09:20"));
    CHECK(bindings.size() == 3);
    CHECK(bindings.refused_full() == 9);
    CHECK(who(bindings, kByAddress, "09:30") == Answers{"s1001 medium"});
}

}  // namespace breakwatch
