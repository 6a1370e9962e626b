#include "policy/identity/enrolment.hpp"

#include <doctest/doctest.h>

#include "support/moments.hpp"

namespace breakwatch {
namespace {

using test::at;
using test::mac;

EnrolledPerson person(const char* staff)
{
    EnrolledPerson someone;
    someone.staff = StaffId{staff};
    someone.notice = at("00:00");
    return someone;
}

std::string staff_of(const EnrolledPerson* found)
{
    return found == nullptr ? "-" : found->staff.value;
}

}  // namespace

TEST_CASE("a device is somebody's from the notice until the withdrawal")
{
    auto anna = person("s1001");
    anna.macs = {mac("02:1a:10:00:10:01"), mac("02:1a:10:00:10:01")};
    anna.notice = at("08:00");
    anna.withdrawn = at("12:00");
    const Enrolment enrolment({anna});
    CHECK(staff_of(enrolment.by_mac(mac("02:1a:10:00:10:01"), at("07:59:59"))) == "-");
    CHECK(staff_of(enrolment.by_mac(mac("02:1a:10:00:10:01"), at("08:00"))) == "s1001");
    CHECK(staff_of(enrolment.by_mac(mac("02:1a:10:00:10:01"), at("12:00"))) == "-");
    CHECK(staff_of(enrolment.by_mac(mac("02:1a:10:00:10:02"), at("09:00"))) == "-");
}

TEST_CASE("a device that passed from one person to another is each one's in their time")
{
    auto anna = person("s1001");
    anna.macs = {mac("02:1a:10:00:10:01")};
    anna.withdrawn = at("12:00");
    auto bela = person("s1002");
    bela.macs = anna.macs;
    bela.notice = at("12:00");
    const Enrolment enrolment({anna, bela});
    CHECK(staff_of(enrolment.by_mac(anna.macs[0], at("11:00"))) == "s1001");
    CHECK(staff_of(enrolment.by_mac(anna.macs[0], at("12:00"))) == "s1002");
}

TEST_CASE("a device enrolled by two people at once is nobody's")
{
    auto anna = person("s1001");
    anna.macs = {mac("02:1a:10:00:10:01")};
    auto bela = person("s1002");
    bela.macs = anna.macs;
    CHECK(staff_of(Enrolment({anna, bela}).by_mac(anna.macs[0], at("09:00"))) == "-");
}

TEST_CASE("a bare user name holds alone and in the site's own domains and realms, without case")
{
    auto anna = person("s1001");
    anna.radius_users = {"Anna.B"};
    Enrolment enrolment({anna, person("s1005")});
    enrolment.set_realms({"cc", "Site.example"});
    for (const auto* user : {"anna.b", "ANNA.B", "CC\\anna.b", "anna.b@site.example", "cc\\Anna.B@SITE.example",
                             "site.example/anna.b", "anna.b%cc"}) {
        CAPTURE(user);
        CHECK(staff_of(enrolment.by_radius_user(user, at("09:00"))) == "s1001");
    }
    CHECK(staff_of(enrolment.by_radius_user("CC\\s1005", at("09:00"))) == "s1005");
    for (const auto* user :
         {"", "@", "\\", "anonymous@site.example", "anna", "s1001", "GUEST\\anna.b", "anna.b@partner.example",
          "cc\\anna.b@partner.example", "anna.b@site.example.evil", "evil\\cc\\anna.b"}) {
        CAPTURE(user);
        CHECK(staff_of(enrolment.by_radius_user(user, at("09:00"))) == "-");
    }
}

TEST_CASE("a user name enrolled with its realm means that realm alone")
{
    auto anna = person("s1001");
    anna.radius_users = {"s1001@callcentre.example"};
    const Enrolment enrolment({anna});
    CHECK(staff_of(enrolment.by_radius_user("S1001@CallCentre.example", at("09:00"))) == "s1001");
    CHECK(staff_of(enrolment.by_radius_user("s1001@other.example", at("09:00"))) == "-");
    CHECK(staff_of(enrolment.by_radius_user("s1001", at("09:00"))) == "-");
}

TEST_CASE("an agent's name holds in any case; ids that differ by case alone are two people's")
{
    auto anna = person("s1001");
    anna.agent_aliases = {"anna@example.jp", "ÄNNE Борис"};
    const Enrolment enrolment({anna, person("B7"), person("b7")});
    CHECK(enrolment.by_agent("Anna@Example.JP") == StaffId{"s1001"});
    CHECK(enrolment.by_agent(" änne  БОРИС ") == StaffId{"s1001"});
    CHECK(enrolment.by_agent("S1001") == StaffId{"s1001"});
    CHECK(enrolment.by_agent("b7") == StaffId{"b7"});
    CHECK(enrolment.by_agent("B7") == StaffId{"B7"});
}

TEST_CASE("an agent is found by alias, else by staff id, and an alias of two people is nobody's")
{
    auto anna = person("s1001");
    anna.agent_aliases = {"Local/1001@agents/n", "shared"};
    auto bela = person("s1002");
    bela.agent_aliases = {"shared"};
    const Enrolment enrolment({anna, bela});
    CHECK(enrolment.by_agent("Local/1001@agents/n") == StaffId{"s1001"});
    CHECK(enrolment.by_agent("s1002") == StaffId{"s1002"});
    CHECK_FALSE(enrolment.by_agent("shared"));
    CHECK_FALSE(enrolment.by_agent("s9999"));
}

}  // namespace breakwatch
