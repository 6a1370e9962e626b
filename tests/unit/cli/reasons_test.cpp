// What is done under a name and with a reason: opening an identity, setting a state.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <string_view>
#include <thread>

#include "cli/options.hpp"
#include "cli/reason.hpp"
#include "policy/event_catalogue.hpp"
#include "report/plain_text.hpp"
#include "store/incident_json.hpp"
#include "store/site_facts.hpp"
#include "store/store.hpp"
#include "unit/cli/state_folder.hpp"
#include "unit/cli/told_case.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

TEST_CASE("an identity is opened with a reason alone, and the audit trail and the SIEM know")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    for (const auto& reason : std::vector<std::string>{"", "   ", "two\nlines"}) {
        const auto refused = tool({"show", "--staff", kId, "--reason", reason, "--state", here});
        CHECK(refused.exit_code == tool_usage);
        CHECK(!contains(refused.out + refused.err, kStaff));
    }
    CHECK(contains(tool({"audit", "--state", here}).out, "The audit trail is empty"));
    const auto opened = tool({"show", "--identity", kId, "--reason", "complaint 2026-311", "--state", here});
    CHECK(opened.exit_code == tool_success);
    CHECK(contains(opened.out, kStaff));
    CHECK(contains(tool({"audit", "--state", here}).out, "complaint 2026-311"));
    CHECK(!contains(tool({"audit", "--state", here}).out, kStaff));
    CHECK(contains(tool({"show", kId, "--state", here}).out, "complaint 2026-311"));
    CHECK(tool({"verify", "--state", here}).exit_code == tool_success);
    const auto owed = state.open()->owed("siem", 10).value();
    REQUIRE(owed.size() == 2);
    CHECK(owed[1].code == "BW-4001");
}

TEST_CASE("an incident's state goes forwards, with a reason, and every reader and the SIEM know")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    const auto set = [&](const std::string& to, const std::string& reason) {
        return tool({"state", kId, to, "--reason", reason, "--state", here});
    };
    CHECK(set("triaged", "").exit_code == tool_usage);
    CHECK(contains(set("done", "looked at it with the floor").err, "expected triaged"));
    CHECK(tool({"state", "bw-none", "triaged", "--reason", "looked at it", "--state", here}).exit_code ==
          tool_not_found);
    CHECK(set("principal_notified", "told the principal by telephone").exit_code == tool_success);
    const auto back = set("triaged", "looked at it with the floor");
    CHECK(back.exit_code == tool_failure);
    CHECK(contains(back.err, "is principal_notified already"));
    CHECK(contains(tool({"incidents", "--state", here}).out, "principal notified"));
    CHECK(contains(tool({"show", kId, "--json", "--state", here}).out, R"("state":"principal_notified")"));
    CHECK(contains(tool({"show", kId, "--state", here}).out, "told the principal by telephone"));
    CHECK(contains(tool({"audit", "--state", here}).out, "state:principal_notified"));
    CHECK(tool({"verify", "--state", here}).exit_code == tool_success);
    CHECK(state.open()->owed("siem", 10).value().back().code == "BW-1004");
    auto revised = state.incident();
    revised.revision = 2;
    CHECK(state.open()->record(RecordIncident{revised, StaffId{kStaff}}));
    CHECK(contains(tool({"incidents", "--state", here}).out, "principal notified"));
    CHECK(contains(tool({"incidents", "--state", here}).out, "2026-12-23 17:00"));
}

TEST_CASE("a closed incident has a verdict, is reopened with a reason, and all of it stays in order")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    const auto set = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"state", kId});
        words.insert(words.end(), {"--reason", "case 311", "--state", here});
        return tool(words);
    };
    CHECK(contains(set({"closed", "--verdict", "maybe"}).err, "expected true, false or unknown"));
    CHECK(set({"closed", "--verdict", "false-alarm"}).exit_code == tool_success);
    CHECK(contains(tool({"incidents", "--state", here}).out, "closed  false"));
    CHECK(contains(tool({"show", kId, "--state", here}).out, "closed, verdict false"));
    CHECK(set({"closed"}).exit_code == tool_failure);
    CHECK(contains(set({"triaged"}).out, "is reopened: triaged"));
    CHECK(contains(tool({"incidents", "--state", here}).out, "triaged  none"));
    CHECK(contains(set({"closed", "--verdict", "undecided"}).err, "--principal-not-told"));
    const auto untold = set({"closed", "--verdict", "undecided", "--principal-not-told", "our own line"});
    CHECK_MESSAGE(untold.exit_code == tool_success, untold.err);
    CHECK(set({"closed", "--verdict", "true"}).exit_code == tool_success);  // corrected
    const auto list = boost::json::parse(tool({"incidents", "--state", here, "--json"}).out).as_array();
    CHECK(list.at(0).at("verdict").as_string() == "true");

    std::vector<std::string> told;
    const auto owed = state.open()->owed("siem", 20).value();
    for (const auto& alert : owed) {
        if (alert.code != "BW-1004") continue;
        std::string line;
        for (const auto& [key, value] : alert.fields) {
            if (key == "state" || key == "verdict" || key == "before") line += key + "=" + value + " ";
        }
        told.push_back(line);
    }
    CHECK(told == std::vector<std::string>{"state=closed verdict=false ", "state=triaged before=closed ",
                                           "state=closed verdict=unknown ", "state=closed verdict=true "});
    const auto audit = boost::json::parse(tool({"audit", "--json", "--state", here}).out).as_array();
    CHECK(audit.at(0).at("verdict").as_string() == "false");
    CHECK(audit.at(1).at("action").as_string() == "state:triaged");
    const auto page = (state.path() / "page.html").string();
    CHECK(tool({"report", kId, "--state", here, "-o", page}).exit_code == tool_success);
    CHECK(contains(content_of(page), "Set to closed, verdict false"));
    CHECK(tool({"verify", "--state", here}).exit_code == tool_success);
}

TEST_CASE("incidents are filtered by state and by verdict")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    const auto ids = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"incidents", "--ids", "--state", here});
        return tool(words).out;
    };
    CHECK(ids({"--state", "detected"}) == kId + "\n");
    CHECK(ids({"--state", "closed"}).empty());
    CHECK(ids({"--verdict", "none"}) == kId + "\n");
    CHECK(tool({"state", kId, "closed", "--verdict", "true", "--principal-not-told", "x", "--reason", "x", "--state",
                here})
              .exit_code == tool_success);
    CHECK(ids({"--state", "closed", "--verdict", "true"}) == kId + "\n");
    CHECK(ids({"--verdict", "false-alarm"}).empty());
    CHECK(contains(tool({"incidents", "--verdict", "good", "--state", here}).err, "--verdict: found 'good'"));
}

TEST_CASE("any reason that prints on one line is one, in every command that asks for it")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    const std::string longest(500, 'x');
    for (const std::string& reason :
         {std::string("case 311"), std::string("1"), std::string("?"), std::string("-5 %"), std::string("[a,b]"),
          std::string("\"quoted\""), std::string("\xe8\x8b\xa6\xe6\x83\x85 311"), longest}) {
        CAPTURE(reason);
        CHECK(objection_to(reason).empty());
        CHECK(tool({"show", "--staff", kId, "--reason=" + reason, "--state", here}).exit_code == tool_success);
        CHECK(tool({"who", "10.0.0.1", "--at", "2026-11-23T17:00:00Z", "--reason=" + reason, "--state", here})
                  .exit_code == tool_not_found);
        CHECK(contains(tool({"audit", "--state", here}).out, reason));
    }
    for (const std::string& reason :
         {std::string(), std::string("   "), std::string("two\nlines"), std::string("\x1b[2J"), std::string("\x8b\xea"),
          std::string("\xe2\x80\xae"), longest + "x"}) {
        CAPTURE(reason);
        CHECK(!objection_to(reason).empty());
        CHECK(tool({"show", "--staff", kId, "--reason=" + reason, "--state", here}).exit_code == tool_usage);
        CHECK(tool({"state", kId, "triaged", "--reason=" + reason, "--state", here}).exit_code == tool_usage);
        CHECK(tool({"duty", "s1", "--at", "2026-11-23T17:00:00Z", "--reason=" + reason, "--state", here}).exit_code ==
              tool_usage);
    }
}

TEST_CASE("of a thousand random reasons each is either taken whole or refused with words")
{
    std::mt19937 random(311);
    for (int i = 0; i < 1000; ++i) {
        std::string reason;
        for (auto length = random() % 40; length > 0; --length) reason += static_cast<char>(random() % 256);
        const auto objection = objection_to(reason);
        CHECK(objection.empty() == (printable(reason) == reason && reason.find_first_not_of(' ') != std::string::npos));
        CHECK(printable(objection) == objection);
    }
}

TEST_CASE("an identity whose opening cannot be recorded is not told")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    REQUIRE(
        std::system(
            ("sqlite3 " + here +
             "/breakwatch.db \"CREATE TRIGGER full BEFORE INSERT ON alerts BEGIN SELECT RAISE(ABORT, 'no room'); END\"")
                .c_str()) == 0);
    const auto refused = tool({"show", "--staff", kId, "--reason", "complaint 2026-311", "--state", here});
    CHECK(refused.exit_code == tool_failure);
    CHECK(contains(refused.err, "no room"));
    CHECK(!contains(refused.out + refused.err, kStaff));
}
