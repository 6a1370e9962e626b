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
#include "unit/cli/told_case.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr const char* kStaff = "agent-4711-suzuki";

class StateFolder {
  public:
    StateFolder()
    {
        char name[] = "/tmp/breakwatch-cli-XXXXXX";
        path_ = ::mkdtemp(name);
        key_ = std::make_shared<const IdentityKey>(IdentityKey::open_or_make(path_ / "identity.key").value());
    }
    ~StateFolder() { std::filesystem::remove_all(path_); }
    StateFolder(const StateFolder&) = delete;
    StateFolder& operator=(const StateFolder&) = delete;

    std::unique_ptr<Store> open() const { return open_store(path_, {"siem"}, key_).value(); }
    void fill() const
    {
        const auto store = open();
        CHECK(store->record(RecordIncident{incident(), StaffId{kStaff}}));
        CHECK(record_site_facts(path_, *told_case().site));
    }
    // Its subject is the pseudonym of kStaff under this folder's key.
    Incident incident() const
    {
        auto told = told_incident();
        told.subject = key_->pseudonym(StaffId{kStaff});
        return told;
    }
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
    std::shared_ptr<const IdentityKey> key_;
};

Outcome tool(const std::vector<std::string>& words)
{
    std::vector<const char*> arguments{"breakwatch"};
    for (const auto& word : words) arguments.push_back(word.c_str());
    return run_tool(static_cast<int>(arguments.size()), arguments.data());
}

bool contains(const std::string& text, const std::string& part)
{
    return text.find(part) != std::string::npos;
}

std::string content_of(const std::filesystem::path& file)
{
    std::ifstream in(file, std::ios::binary);
    std::ostringstream content;
    content << in.rdbuf();
    return content.str();
}

const std::string kId = "bw-02ec275cdc7f3f35";

}  // namespace

TEST_CASE("incidents are listed as a table, as ids, as JSON, and since a time")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    const auto table = tool({"incidents", "--state", here});
    for (const auto* part : {"bw-02ec275cdc7f3f35", "2026-11-23 17:00:13", "p-", "text post", "99 %", "4 min 11 s", "detected"})
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
    for (const auto& words : std::vector<std::vector<std::string>>{{"incidents"}, {"incidents", "--json"}, {"show", kId}, {"show", kId, "--json"},
                                                                   {"report", kId, "-o", page}, {"report", kId, "-o", "-"}, {"verify"}, {"audit"}}) {
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
    CHECK(tool({"state", "bw-none", "triaged", "--reason", "looked at it", "--state", here}).exit_code == tool_not_found);
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
    CHECK(contains(set({"closed", "--verdict", "maybe"}).err, "expected true, false-alarm or undecided"));
    CHECK(set({"closed", "--verdict", "false-alarm"}).exit_code == tool_success);
    CHECK(contains(tool({"incidents", "--state", here}).out, "closed, false-alarm"));
    CHECK(contains(tool({"show", kId, "--state", here}).out, "closed, verdict false-alarm"));
    CHECK(set({"closed"}).exit_code == tool_failure);
    CHECK(contains(set({"triaged"}).out, "is reopened: triaged"));
    CHECK(!contains(tool({"incidents", "--state", here}).out, "false-alarm"));
    CHECK(set({"closed", "--verdict", "undecided"}).exit_code == tool_success);
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
    CHECK(told == std::vector<std::string>{"state=closed verdict=false-alarm ", "state=triaged before=closed ",
                                           "state=closed verdict=undecided ", "state=closed verdict=true "});
    const auto audit = boost::json::parse(tool({"audit", "--json", "--state", here}).out).as_array();
    CHECK(audit.at(0).at("verdict").as_string() == "false-alarm");
    CHECK(audit.at(1).at("action").as_string() == "state:triaged");
    const auto page = (state.path() / "page.html").string();
    CHECK(tool({"report", kId, "--state", here, "-o", page}).exit_code == tool_success);
    CHECK(contains(content_of(page), "Set to closed, verdict false-alarm"));
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
    CHECK(tool({"state", kId, "closed", "--verdict", "true", "--reason", "x", "--state", here}).exit_code == tool_success);
    CHECK(ids({"--state", "closed", "--verdict", "true"}) == kId + "\n");
    CHECK(ids({"--verdict", "false-alarm"}).empty());
    CHECK(contains(tool({"incidents", "--verdict", "good", "--state", here}).err, "--verdict: found 'good'"));
}

TEST_CASE("a hundred incidents stand in eighty columns, under Japanese names too")
{
    const StateFolder state;
    for (int i = 0; i < 100; ++i) {
        auto incident = state.incident();
        incident.id = "bw-" + std::to_string(1'000'000'000'000'000 + i);
        incident.platform = i % 2 == 0 ? "x" : "\xe5\x8b\x95\xe7\x94\xbb\xe5\x85\xb1\xe6\x9c\x89\xe3\x82\xb5\xe3\x82\xa4\xe3\x83\x88";
        CHECK(state.open()->record(RecordIncident{incident, StaffId{kStaff}}));
    }
    std::istringstream lines(tool({"incidents", "--state", state.path().string()}).out);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) CHECK_MESSAGE(columns(line) <= 80, line);
    CHECK(count == 201);
}

TEST_CASE("any reason that prints on one line is one, in every command that asks for it")
{
    const StateFolder state;
    state.fill();
    const auto here = state.path().string();
    const std::string longest(500, 'x');
    for (const std::string& reason : {std::string("case 311"), std::string("1"), std::string("?"), std::string("-5 %"), std::string("[a,b]"),
                                     std::string("\"quoted\""), std::string("\xe8\x8b\xa6\xe6\x83\x85 311"), longest}) {
        CAPTURE(reason);
        CHECK(objection_to(reason).empty());
        CHECK(tool({"show", "--staff", kId, "--reason=" + reason, "--state", here}).exit_code == tool_success);
        CHECK(tool({"who", "10.0.0.1", "--at", "2026-11-23T17:00:00Z", "--reason=" + reason, "--state", here}).exit_code == tool_not_found);
        CHECK(contains(tool({"audit", "--state", here}).out, reason));
    }
    for (const std::string& reason : {std::string(), std::string("   "), std::string("two\nlines"), std::string("\x1b[2J"), std::string("\x8b\xea"),
                                     std::string("\xe2\x80\xae"), longest + "x"}) {
        CAPTURE(reason);
        CHECK(!objection_to(reason).empty());
        CHECK(tool({"show", "--staff", kId, "--reason=" + reason, "--state", here}).exit_code == tool_usage);
        CHECK(tool({"state", kId, "triaged", "--reason=" + reason, "--state", here}).exit_code == tool_usage);
        CHECK(tool({"duty", "s1", "--at", "2026-11-23T17:00:00Z", "--reason=" + reason, "--state", here}).exit_code == tool_usage);
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
    REQUIRE(std::system(("sqlite3 " + here + "/breakwatch.db \"CREATE TRIGGER full BEFORE INSERT ON alerts BEGIN SELECT RAISE(ABORT, 'no room'); END\"").c_str()) == 0);
    const auto refused = tool({"show", "--staff", kId, "--reason", "complaint 2026-311", "--state", here});
    CHECK(refused.exit_code == tool_failure);
    CHECK(contains(refused.err, "no room"));
    CHECK(!contains(refused.out + refused.err, kStaff));
}

TEST_CASE("a report is a page for its owner alone")
{
    const StateFolder state;
    state.fill();
    const auto page = state.path() / "page.html";
    CHECK(tool({"report", kId, "--state", state.path().string(), "-o", page.string()}).exit_code == tool_success);
    struct stat found {};
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
        for (const auto* part : {"a", "b", "c"}) CHECK(store->record(ReportHealth{"BW-3001", Severity::error, part, "down", at("10:00:00")}));
    }
    const auto here = state.path().string();
    const auto intact = tool({"verify", "--state", here});
    CHECK(intact.exit_code == tool_success);
    CHECK(contains(intact.out, "INTACT: 3 alerts, sequence numbers 1 to 3"));
    // The tool for this must not be ours: whoever changes evidence uses another.
    const auto sql = [&](const std::string& what) { return std::system(("sqlite3 " + here + "/breakwatch.db \"" + what + "\"").c_str()); };
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
    const auto sql = [&](const std::string& what) { return std::system(("sqlite3 " + here + "/breakwatch.db \"" + what + "\"").c_str()); };
    REQUIRE(sql("UPDATE incidents SET staff = (SELECT staff FROM incidents WHERE id = 'bw-other') WHERE id = '" + kId + "'") == 0);
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
