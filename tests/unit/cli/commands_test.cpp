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

TEST_CASE("incidents are listed as a table, as ids, as JSON, and since a time")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    const auto table = tool({"incidents", "--state", here});
    for (const auto* part :
         {"bw-02ec275cdc7f3f35", "2026-11-23 17:00:13", "p-", "text post", "99 %", "4 min 11 s", "detected"})
        CHECK_MESSAGE(contains(table.out, part), part);
    CHECK(tool({"incidents", "--state", here, "--ids"}).out == kId + "\n");
    const auto list = boost::json::parse(tool({"incidents", "--state", here, "--json"}).out).as_array();
    CHECK(list.size() == 1);
    CHECK(list[0].at("id").as_string() == kId.c_str());
    CHECK(tool({"incidents", "--state", here, "--ids", "--since", "2026-11-24"}).out.empty());
    CHECK(tool({"incidents", "--state", here, "--ids", "--since", "2026-11-23T17:00:00Z"}).out == kId + "\n");
    const auto wrong = tool({"incidents", "--state", here, "--since", "yesterday"});
    CHECK(wrong.exit_code == tool_usage);
    CHECK(contains(wrong.err, "--since: found 'yesterday'; expected"));
}

TEST_CASE("no output names a person unless the identity is opened")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    const auto page = (state.path() / "page.html").string();
    std::string all;
    for (const auto& words : std::vector<std::vector<std::string>>{{"incidents"},
                                                                   {"incidents", "--json"},
                                                                   {"show", kId},
                                                                   {"show", kId, "--json"},
                                                                   {"report", kId, "-o", page},
                                                                   {"report", kId, "-o", "-"},
                                                                   {"verify"},
                                                                   {"audit"}}) {
        auto with_state = words;
        with_state.insert(with_state.end(), {"--state", here});
        const auto outcome = tool(with_state);
        CHECK(outcome.exit_code == tool_success);
        all += outcome.out + outcome.err;
    }
    all += content_of(page);
    CHECK(!contains(all, kStaff));
    CHECK(contains(all, state.incident().subject.value));
}

TEST_CASE("every event is in the catalogue once, with what to do about it, and the list fits a terminal")
{
    const auto listed = tool({"events"});
    CHECK(listed.exit_code == tool_success);
    std::set<std::string_view> codes;
    for (const auto& each : kEvents) {
        CHECK(codes.insert(each.code).second);
        CHECK_FALSE(each.action.empty());
        CHECK(contains(listed.out, std::string(each.code) + " "));
    }
    std::istringstream lines(listed.out);
    for (std::string line; std::getline(lines, line);) CHECK(columns(line) <= 80);
    const auto json = boost::json::parse(tool({"events", "--json"}).out);
    CHECK(json.at("events").as_array().size() == kEvents.size());
    CHECK(json.at("fields").as_array().size() == kEventFields.size());
}

TEST_CASE("every key of feeds and sinks is listed, and the list fits a terminal")
{
    const auto listed = tool({"keys"});
    CHECK(listed.exit_code == tool_success);
    const auto lists = boost::json::parse(tool({"keys", "--json"}).out).at("lists").as_object();
    for (const auto& list : lists) {
        CHECK(contains(listed.out, std::string(list.key()) + ":\n"));
        for (const auto& key : list.value().as_array())
            CHECK(contains(listed.out, std::string(key.at("key").as_string()) + " "));
    }
    std::istringstream lines(listed.out);
    for (std::string line; std::getline(lines, line);) CHECK(columns(line) <= 80);
}

TEST_CASE("a hundred incidents stand in eighty columns, under Japanese names too")
{
    const StateFolder state;
    for (int i = 0; i < 100; ++i) {
        auto incident = state.incident();
        incident.id = "bw-" + std::to_string(1'000'000'000'000'000 + i);
        incident.platform =
            i % 2 == 0 ? "x" : "\xe5\x8b\x95\xe7\x94\xbb\xe5\x85\xb1\xe6\x9c\x89\xe3\x82\xb5\xe3\x82\xa4\xe3\x83\x88";
        CHECK(state.open()->record(RecordIncident{incident, StaffId{kStaff}}));
    }
    std::istringstream lines(tool({"incidents", "--state", state.path().string()}).out);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) CHECK_MESSAGE(columns(line) <= 80, line);
    CHECK(count == 201);
}

TEST_CASE("a held incident is shown as held, has nothing due, and gives no percentage where nothing was measured")
{
    const StateFolder state;
    state.fill();
    auto incident = state.incident();
    incident.id = "bw-1000000000000001";
    incident.held = true;
    incident.measured = false;
    CHECK(state.open()->record(RecordIncident{incident, StaffId{kStaff}}));
    const auto listed = tool({"incidents", "--state", state.path().string()}).out;
    const auto row = listed.substr(listed.find(incident.id));
    CHECK(contains(row, " held "));
    CHECK(contains(row, "not measured here"));
    CHECK_FALSE(contains(row, "%"));
    CHECK_FALSE(contains(row, "due"));
    const auto shown = tool({"show", incident.id, "--state", state.path().string()}).out;
    CHECK(contains(shown, ", held, revision"));
    CHECK(contains(shown, "not measured here, tier B"));
    CHECK(contains(shown, "recorded and held: told to nobody"));
    CHECK(contains(tool({"incidents", "--json", "--state", state.path().string()}).out, "\"held\":true"));
}

TEST_CASE("a report is a page for its owner alone")
{
    const StateFolder state;
    state.fill();
    const auto page = state.path() / "page.html";
    CHECK(tool({"report", kId, "--state", state.path().string(), "-o", page.string()}).exit_code == tool_success);
    struct stat found{};
    REQUIRE(::stat(page.c_str(), &found) == 0);
    CHECK((found.st_mode & 0777U) == 0600);
    CHECK(contains(content_of(page), "<!DOCTYPE html>"));
    const auto wrong = tool({"report", kId, "--state", state.path().string(), "-o", "/nonexistent/page.html"});
    CHECK(wrong.exit_code == tool_failure);
    CHECK(contains(wrong.err, "/nonexistent/page.html"));
}

TEST_CASE("what is wrong is said with where and what was expected")
{
    const StateFolder state;
    const auto here = state.path().string();
    const auto none = tool({"incidents", "--state", here + "/nowhere"});
    CHECK(none.exit_code == tool_failure);
    CHECK(contains(none.err, here + "/nowhere/breakwatch.db"));
    state.fill();
    const auto unknown = tool({"show", "bw-02ec", "--state", here});
    CHECK(unknown.exit_code == tool_not_found);
    CHECK(contains(unknown.err, "did you mean " + kId));
    CHECK(tool({"show"}).exit_code == tool_usage);
    CHECK(tool({"shwo"}).exit_code == tool_usage);
    CHECK(tool({"--help"}).exit_code == tool_success);
    CHECK(contains(tool({"--version"}).out, "breakwatch "));
    std::ofstream(state.path() / "breakwatch.db") << "this is no database, however long it is told to be one";
    CHECK(contains(tool({"verify", "--state", here}).err, "not a database"));
}

TEST_CASE("verify says in words that an alert was changed or taken out")
{
    const StateFolder state;
    {
        const auto store = state.open();
        for (const auto* part : {"a", "b", "c"})
            CHECK(store->record(ReportHealth{"BW-3001", Severity::error, part, "down", at("10:00:00")}));
    }
    const auto here = state.path().string();
    const auto intact = tool({"verify", "--state", here});
    CHECK(intact.exit_code == tool_success);
    CHECK(contains(intact.out, "INTACT: 3 alerts, sequence numbers 1 to 3"));
    // The tool for this must not be ours: whoever changes evidence uses another.
    const auto sql = [&](const std::string& what) {
        return std::system(("sqlite3 " + here + "/breakwatch.db \"" + what + "\"").c_str());
    };
    REQUIRE(sql("UPDATE alerts SET text = 'up' WHERE sequence = 2") == 0);
    const auto changed = tool({"verify", "--state", here});
    CHECK(changed.exit_code == tool_changed);
    CHECK(contains(changed.out, "alert 2 was changed"));
    REQUIRE(sql("DELETE FROM alerts WHERE sequence = 2") == 0);
    CHECK(contains(tool({"verify", "--state", here}).out, "alerts 2 to 2 are missing"));
    const auto told = boost::json::parse(tool({"verify", "--json", "--state", here}).out);
    CHECK(told.at("intact").as_bool() == false);
}

TEST_CASE("an incident taken off the list, and an identity put in another's place, show")
{
    const StateFolder state;
    state.fill();
    auto other = told_incident();
    other.id = "bw-other";
    other.subject = {"p-000000000000"};
    CHECK(state.open()->record(RecordIncident{other, StaffId{"agent-0815"}}));
    const auto here = state.path().string();
    const auto sql = [&](const std::string& what) {
        return std::system(("sqlite3 " + here + "/breakwatch.db \"" + what + "\"").c_str());
    };
    REQUIRE(sql("UPDATE incidents SET staff = (SELECT staff FROM incidents WHERE id = 'bw-other') WHERE id = '" + kId +
                "'") == 0);
    const auto refused = tool({"show", "--staff", kId, "--reason", "complaint 2026-311", "--state", here});
    CHECK(refused.exit_code == tool_failure);
    CHECK(contains(refused.err, "was changed, and is not told"));
    CHECK(!contains(refused.out + refused.err, "agent-0815"));
    REQUIRE(sql("DELETE FROM incidents WHERE id = '" + kId + "'") == 0);
    const auto verified = tool({"verify", "--state", here});
    CHECK(verified.exit_code == tool_changed);
    CHECK(contains(verified.out, kId + " was taken off the list; alert 1 tells it"));
}

TEST_CASE("the store is read while it is written, and every reading is whole")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    std::atomic<bool> ended{false};
    std::thread writer([&] {
        const auto store = state.open();
        for (int i = 0; i < 40; ++i) {
            auto incident = told_incident();
            incident.id = "bw-" + std::to_string(i);
            CHECK(store->record(RecordIncident{incident, StaffId{kStaff}}));
        }
        ended = true;
    });
    std::size_t least = 0;
    while (!ended) {
        const auto listed = tool({"incidents", "--json", "--state", here});
        CHECK(listed.exit_code == tool_success);
        const auto count = boost::json::parse(listed.out).as_array().size();
        CHECK(count >= least);
        least = count;
        CHECK(tool({"verify", "--state", here}).exit_code == tool_success);
    }
    writer.join();
    CHECK(boost::json::parse(tool({"incidents", "--json", "--state", here}).out).as_array().size() == 41);
}

TEST_CASE("what the configuration says is kept and read back")
{
    const auto facts = *told_case().site;
    CHECK(site_facts_from_json(to_json(facts)) == facts);
    CHECK(!site_facts_from_json("{}"));
    CHECK(!site_facts_from_json("[1"));
    const StateFolder state;
    state.fill();
    CHECK(CaseFile::open(state.path()).value().site() == facts);
}
