#include "feeds/calls/core/agent_mapping.hpp"

#include <doctest/doctest.h>

#include "feeds/calls/asterisk/asterisk_names.hpp"

namespace breakwatch {
namespace {

Enrolment enrolment()
{
    EnrolledPerson anna;
    anna.staff = StaffId{"s1"};
    anna.agent_aliases = {"1001", "Anna Berg", "anna@example.jp", "Émil"};
    EnrolledPerson bela;
    bela.staff = StaffId{"s2"};
    bela.agent_aliases = {"1002", "1001@tenant-b"};
    return Enrolment({anna, bela});
}

std::string staff(const std::vector<std::string>& names, const Contexts& own = usual_contexts())
{
    const auto found = staff_of_agent(enrolment(), names, own);
    if (found) return found->value;
    return found.error() == Unmapped::nobody ? "nobody" : "two";
}

}  // namespace

TEST_CASE("an extension of another context is another's")
{
    CHECK(staff(asterisk_names("PJSIP/1001")) == "s1");
    CHECK(staff(asterisk_names("SIP/1001")) == "s1");
    CHECK(staff(asterisk_names("Agent/1001")) == "s1");
    CHECK(staff(asterisk_names("Local/1001@from-queue/n")) == "s1");
    CHECK(staff(asterisk_names("Local/1001@clientB-agents/n")) == "nobody");
    CHECK(staff(asterisk_names("IAX2/otherpbx/1002")) == "nobody");
    CHECK(staff(asterisk_names("Local/1001@tenant-b/n")) == "s2");
    CHECK(staff(asterisk_names("Local/1001@clientB-agents/n"), {"clientb-agents"}) == "s1");
    CHECK(staff(asterisk_names("Local/1001@from-queue/n"), {"clientB-agents"}) == "nobody");
    CHECK(staff({"1001@192.0.2.7"}) == "s1");
    CHECK(staff({"1001@pbx.other.example"}) == "nobody");
}

TEST_CASE("agents' names are compared without case and the blanks around them")
{
    for (const auto* name : {"anna berg", "ANNA  BERG", " Anna Berg ", "Anna@Example.JP", "S1", "éMIL"}) {
        CAPTURE(name);
        CHECK(staff({name}) == "s1");
    }
    CHECK(staff({"Anna", ""}) == "nobody");
    CHECK(staff({"1001", "1002"}) == "two");
}

}  // namespace breakwatch
