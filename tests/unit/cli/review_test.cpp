// A reviewer's morning: the list opens nobody, a verdict is recorded, and every reader has it.
#include <doctest/doctest.h>

#include <algorithm>
#include <boost/json.hpp>

#include "policy/event_catalogue.hpp"
#include "unit/cli/state_folder.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

Outcome review(const StateFolder& state, std::vector<std::string> words)
{
    words.insert(words.begin(), {"review", "--state", state.path().string()});
    return tool(words);
}

boost::json::object listed_by(const StateFolder& state, std::vector<std::string> words)
{
    words.emplace_back("--json");
    return boost::json::parse(review(state, words).out).as_object();
}

std::vector<std::string> ids_of(const boost::json::object& list)
{
    std::vector<std::string> ids;
    for (const auto& each : list.at("incidents").as_array()) ids.emplace_back(each.at("id").as_string().c_str());
    return ids;
}

// Those of the folder's own and `more`, a minute apart, on the platforms by turns.
void fill_with(const StateFolder& state, int more)
{
    state.fill();
    const auto store = state.open();
    for (int i = 1; i <= more; ++i) {
        auto incident = state.incident();
        incident.id = "bw-000000000000000" + std::to_string(i);
        incident.platform = i % 2 == 0 ? "x" : "instagram";
        incident.findings[0].at += std::chrono::minutes{i};
        CHECK(store->record(RecordIncident{incident, StaffId{kStaff}}));
    }
}

}  // namespace

TEST_CASE("the list says what was concluded and how surely, and neither who nor after which call")
{
    const StateFolder state;
    auto incident = state.incident();
    incident.measured = false;
    CHECK(state.open()->record(RecordIncident{incident, StaffId{kStaff}}));
    const auto table = review(state, {});
    CHECK(table.exit_code == tool_success);
    for (const auto& part : {kId, std::string("2026-11-23 17:00:13"), std::string("post-after-call"),
                             std::string("alerted"), std::string("none"),
                             std::string("x, text post, tier B, not measured here, 4 min 11 s after the call, 2 gaps")})
        CHECK_MESSAGE(contains(table.out, part), part);
    const auto json = review(state, {"--json"});
    const auto row = listed_by(state, {}).at("incidents").at(0).as_object();
    CHECK(row.at("confidence").is_null());
    CHECK(row.at("after_call_s").to_number<double>() == doctest::Approx(250.999));
    CHECK(row.at("gaps") == 2);
    CHECK(row.at("verdict").is_null());
    for (const auto& text : {table.out, json.out}) {
        for (const auto& part : {state.incident().subject.value, std::string(kStaff), std::string("7f1c-1077"),
                                 std::string("billing"), std::string("break-area"), std::string("p-")})
            CHECK_MESSAGE(!contains(text, part), part);
    }
    for (std::size_t at = 0; at < table.out.size();) {
        const auto end = table.out.find('\n', at);
        CHECK(end - at <= 80);
        at = end + 1;
    }
}

TEST_CASE("a confidence is told where the incident's platform was measured")
{
    const StateFolder state;
    state.fill();
    CHECK(contains(review(state, {}).out, "tier B, 99 %"));
    CHECK(listed_by(state, {}).at("incidents").at(0).at("confidence").to_number<double>() == doctest::Approx(0.9931));
}

TEST_CASE("a long list comes in parts, each of which says how much is left and how to go on")
{
    const StateFolder state;
    fill_with(state, 4);
    const auto first = listed_by(state, {"--limit", "2"});
    CHECK(ids_of(first) == std::vector<std::string>{kId, "bw-0000000000000001"});
    CHECK(first.at("left") == 3);
    CHECK(first.at("after").as_string() == "bw-0000000000000001");
    CHECK(contains(review(state, {"--limit", "2"}).out, "and 3 more: the same again with --after bw-0000000000000001"));
    const auto last = listed_by(state, {"--limit", "3", "--after", "bw-0000000000000001"});
    CHECK(ids_of(last).size() == 3);
    CHECK(last.at("left") == 0);
    CHECK(last.at("after").is_null());
    const auto gone = review(state, {"--after", "bw-none"});
    CHECK(gone.exit_code == tool_not_found);
    CHECK(contains(gone.err, "--after: found 'bw-none'; expected the id that the list before ended with"));
}

TEST_CASE("only what is open, only what is held, only what is new")
{
    const StateFolder state;
    fill_with(state, 2);
    CHECK(review(state, {kId, "--verdict", "unknown"}).exit_code == tool_success);
    CHECK(ids_of(listed_by(state, {"--open"})) ==
          std::vector<std::string>{"bw-0000000000000001", "bw-0000000000000002"});
    CHECK(listed_by(state, {}).at("incidents").at(0).at("verdict").as_string() == "unknown");
    CHECK(ids_of(listed_by(state, {"--held"})).empty());
    CHECK(ids_of(listed_by(state, {"--since", "2026-11-24"})).empty());
    CHECK(ids_of(listed_by(state, {"--since", "2026-11-23"})).size() == 3);
    CHECK(contains(review(state, {"--since", "2026-11-24"}).out, "Nothing to review"));
}

TEST_CASE("a verdict is recorded, corrected and read back everywhere, by who gave it and with the ticket alone")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    const auto given = review(state, {kId, "--verdict", "true"});
    CHECK(given.exit_code == tool_success);
    CHECK(given.out == kId + " is found true; recorded in the audit trail; the running daemon tells the SIEM\n");
    const auto corrected = review(state, {kId, "--verdict", "false", "--note-ref", "HR-311"});
    CHECK(contains(corrected.out, "is found false, and was found true before"));
    CHECK(contains(review(state, {}).out, "alerted  false"));
    CHECK(listed_by(state, {}).at("incidents").at(0).at("ticket").as_string() == "HR-311");
    CHECK(contains(tool({"incidents", "--state", here}).out, "detected  false"));
    const auto show = tool({"show", kId, "--state", here}).out;
    CHECK(contains(show, "verdict       false, by "));
    CHECK(contains(show, "ticket HR-311"));
    CHECK(contains(show, "the rule      0 found true, 1 false, 0 unknown: 0 % right, 95 % interval 0 to 98 %"));
    CHECK(contains(show, "verdict true "));  // the one before stays on record
    const auto json = boost::json::parse(tool({"show", kId, "--json", "--state", here}).out).as_object();
    CHECK(json.at("verdict").as_string() == "false");
    CHECK(json.at("ticket").as_string() == "HR-311");
    const auto audit = tool({"audit", "--state", here}).out;
    CHECK(contains(audit, "verdict true"));
    CHECK(contains(audit, "verdict false"));
    const auto page = (state.path() / "page.html").string();
    CHECK(tool({"report", kId, "--state", here, "-o", page}).exit_code == tool_success);
    for (const auto* part :
         {"Found true", "Found false", "HR-311", "What reviewers found of this rule", "x, as here", "0 % to 98 %"})
        CHECK_MESSAGE(contains(content_of(page), part), part);
    CHECK(tool({"verify", "--state", here}).exit_code == tool_success);
    CHECK(state.open()->owed("siem", 20)->back().code == event::kVerdictGiven.code);
}

TEST_CASE("what cannot be judged or listed is refused in one line that says what was found where, and records nothing")
{
    const StateFolder state;
    state.fill();
    struct Refused {
        std::vector<std::string> words;
        std::string says;
    };
    for (const auto& [words, says] : std::vector<Refused>{
             {{kId, "--verdict", "maybe"}, "--verdict: found 'maybe'; expected true, false or unknown"},
             {{kId}, "review: found an incident without --verdict; expected --verdict true, false or unknown"},
             {{"--verdict", "true"}, "--verdict: found without an incident; expected its id"},
             {{"--note-ref", "HR-1"}, "--note-ref: found without --verdict; expected it with a verdict alone"},
             {{kId, "--verdict", "true", "--note-ref", "Suzuki said so"},
              "--note-ref: found 'Suzuki said so'; expected a ticket's reference such as HR-2026-311"},
             {{kId, "--verdict", "true", "--open"}, "review: found an incident with options of the list"},
             {{"--since", "monday"}, "--since: found 'monday'; expected a date or a time such as"},
             {{"--limit", "0"}, "--limit: found '0'; expected a number from 1 to 1000"},
             {{"--limit", "5x"}, "--limit: found '5x'; expected a number from 1 to 1000"}}) {
        const auto refused = review(state, words);
        CAPTURE(says);
        CAPTURE(refused.err);
        CHECK(refused.exit_code == tool_usage);
        CHECK(refused.out.empty());
        CHECK(refused.err.starts_with("breakwatch: " + says));
        CHECK(std::ranges::count(refused.err, '\n') == 1);
    }
    const auto unknown = review(state, {kId.substr(0, 8), "--verdict", "true"});
    CHECK(unknown.exit_code == tool_not_found);
    CHECK(contains(unknown.err, "did you mean " + kId));
    const auto again = review(state, {kId, "--verdict", "true"});
    CHECK(again.exit_code == tool_success);
    const auto same = review(state, {kId, "--verdict", "true"});
    CHECK(same.exit_code == tool_failure);
    CHECK(contains(same.err, "has the verdict true already; expected another verdict or reference"));
    CHECK(boost::json::parse(tool({"audit", "--json", "--state", state.path().string()}).out).as_array().size() == 1);
}

TEST_CASE("the words of earlier versions for a verdict are taken where one is typed")
{
    const StateFolder state;
    state.fill();
    CHECK(contains(review(state, {kId, "--verdict", "false-alarm"}).out, "is found false"));
    const auto here = state.path().string();
    CHECK(tool({"incidents", "--verdict", "false-alarm", "--ids", "--state", here}).out == kId + "\n");
}
