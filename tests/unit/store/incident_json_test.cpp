#include "store/incident_json.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "store/wording.hpp"
#include "unit/store/cases.hpp"

namespace breakwatch {
namespace {

using namespace std::chrono_literals;

Incident after_a_chat()
{
    auto incident = test::incident("bw-1").incident;
    incident.call.channel = Channel::chat;
    incident.call.ended = test::hour(0);
    incident.call.hold = 12s;
    incident.call.wrap_up = 90s;
    incident.after_call = 60s;
    Finding finding;
    finding.platform = "x";
    finding.at = test::hour(0) + 60s;
    incident.findings.push_back(finding);
    return incident;
}

}  // namespace

TEST_CASE("an incident keeps its contact's channel, hold and wrap-up")
{
    const auto read = incident_from_json(to_json(after_a_chat()));
    REQUIRE(read);
    CHECK(read->call.channel == Channel::chat);
    CHECK(read->call.hold == Duration{12s});
    CHECK(read->call.wrap_up == Duration{90s});
}

TEST_CASE("an incident that says nothing of its channel, as earlier versions wrote it, was after a call")
{
    auto text = to_json(after_a_chat());
    for (const std::string_view member : {R"(,"channel":"chat")", R"(,"hold":1.2E1)", R"(,"wrap_up":9E1)"}) {
        CAPTURE(text);
        const auto at = text.find(member);
        REQUIRE(at != std::string::npos);
        text.erase(at, member.size());
    }
    const auto read = incident_from_json(text);
    REQUIRE(read);
    CHECK(read->call.channel == Channel::voice);
    CHECK_FALSE(read->call.wrap_up);
}

TEST_CASE("an alert after a chat says so, in a field and in words")
{
    const auto alert = make_alert(after_a_chat());
    CHECK(alert.text.find("1 min after a chat with a customer ended") != std::string::npos);
    CHECK(std::ranges::find(alert.fields, std::pair<std::string, std::string>{"chan", "chat"}) != alert.fields.end());
}

}  // namespace breakwatch
