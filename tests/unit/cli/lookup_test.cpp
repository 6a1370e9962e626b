// `breakwatch lookup`, `due` and `promise`: what is asked wrongly is said, and what is asked is on record.
#include <doctest/doctest.h>

#include <boost/json.hpp>

#include "base/clock.hpp"
#include "report/site_zone.hpp"
#include "unit/cli/state_folder.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

class Desk {
  public:
    Desk() { state_.fill(); }
    Outcome run(std::vector<std::string> words) const
    {
        words.insert(words.end(), {"--state", state_.path().string()});
        return tool(words);
    }
    Outcome ask(const std::string& from, const std::string& to, std::vector<std::string> more = {}) const
    {
        std::vector<std::string> words{"lookup", "--platform", "x", "--from", from, "--to", to, "--reason", "case 311"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words);
    }
    const StateFolder& state() const { return state_; }

  private:
    StateFolder state_;
};

RecordedExchange exchange(const std::string& time, double confidence, const std::string& staff)
{
    RecordedExchange recorded;
    recorded.finding = told_finding(time, confidence);
    recorded.judgement.outcome = Judgement::Outcome::incident;
    recorded.judgement.key =
        IncidentKey{{staff}, "mention-after-call", "x", {Occasion::Kind::call, "acd", "7f1c-1077"}};
    recorded.judgement.call.source = "acd";
    recorded.judgement.call.id = "7f1c-1077";
    recorded.judgement.call.ended = at("16:56:02.675");
    return recorded;
}

void keep(const StateFolder& state, std::vector<Memory> memories)
{
    const auto key = IdentityKey::open(state.path() / "identity.key").value();
    MemoryChanges changes;
    for (auto& memory : memories)
        changes.rows.push_back({std::move(memory), {}, at("23:00:00") + std::chrono::hours{72}, {}});
    CHECK(state.open()->keep_memory(seal(changes, key)));
}

}  // namespace

TEST_CASE("what is wrong with a question is said, with what was expected, and nothing is recorded")
{
    const Desk desk;
    const auto says = [](const Outcome& refused, const std::string& part) {
        CHECK_MESSAGE(refused.exit_code == tool_usage, part);
        CHECK_MESSAGE(contains(refused.err, part), refused.err);
    };
    const std::string from = "2026-11-23T17:00:00Z";
    const std::string to = "2026-11-23T17:05:00Z";
    says(desk.ask("noon", to), "--from: found 'noon'; expected a time such as");
    says(desk.ask(from, "25:00"), "--to: found '25:00'; expected a time such as");
    says(desk.ask(to, from), "--from: found '2026-11-23T17:05:00Z'; expected a time up to --to");
    says(desk.ask("2099-01-01 10:00", "2099-01-01 11:00"), "expected a time up to now");
    says(desk.ask(from, "2026-11-24T17:00:01Z"),
         "--to: found '2026-11-24T17:00:01Z'; expected a time at most 24 h after");
    says(desk.ask(from, to, {"--kind", "tweet"}), "--kind: found 'tweet'; expected media_post");
    says(desk.run({"lookup", "--platform", "instgram", "--from", from, "--to", to, "--reason", "case 311"}),
         "did you mean 'instagram'?");
    says(desk.run({"lookup", "--platform", "x", "--from", from, "--to", to, "--reason", " "}), "--reason: missing");
    CHECK(contains(desk.run({"audit"}).out, "The audit trail is empty"));
}

TEST_CASE("the answer is in pseudonyms, graded, and on record before it is given; the SIEM hears no person")
{
    const Desk desk;
    keep(desk.state(), {exchange("17:00:13.674", 0.99, kStaff), exchange("17:01:00", 0.3, "agent-4712-sato"),
                        WatchedSpan{at("16:50:00"), at("17:30:00")}});
    const auto answer = desk.ask("2026-11-24 02:00", "2026-11-24T02:05");
    CHECK_MESSAGE(answer.exit_code == tool_success, answer.err);
    CHECK(contains(answer.out, desk.state().incident().subject.value + "  above"));
    CHECK(contains(answer.out, "4 min 10 s after acd/7f1c-1077"));
    CHECK(contains(answer.out, "  below "));
    CHECK(contains(answer.out, "02:00:13"));
    CHECK(contains(answer.out, "Nothing seen is not nothing done"));
    CHECK(!contains(answer.out, "agent-47"));
    const auto alert = desk.state().open()->owed("siem", 10).value().back();
    CHECK(alert.code == "BW-4012");
    CHECK(!contains(alert.text, "p-"));
    CHECK(!contains(alert.text, "case 311"));
    const auto trail = desk.run({"audit"}).out;
    CHECK(contains(trail, "lookup"));
    CHECK(contains(trail, "case 311"));
    CHECK(desk.run({"verify"}).exit_code == tool_success);
}

TEST_CASE("nobody is found: the status says so, and the words what could not be seen")
{
    const Desk desk;
    keep(desk.state(), {WatchedSpan{at("16:50:00"), at("17:02:30")}});
    CHECK(desk.state().open()->record(
        ReportHealth{"BW-3001", Severity::error, "calls:acd", "feed down", at("16:59:00")}));
    CHECK(desk.state().open()->record(ReportHealth{"BW-3001", Severity::error, "radius", "feed down", at("16:30:00")}));
    CHECK(desk.state().open()->record(
        ReportHealth{"BW-3001", Severity::notice, "radius", "feed is back", at("16:40:00")}));
    const auto answer = desk.ask("2026-11-23T17:00:00Z", "2026-11-23T17:05:00Z");
    CHECK(answer.exit_code == tool_not_found);
    CHECK(contains(answer.out, "50 % of that time was not watched"));
    CHECK(contains(answer.out, "calls:acd: feed down"));
    CHECK(!contains(answer.out, "radius"));
    CHECK(contains(answer.out, "journal_retention"));
    const auto json = boost::json::parse(desk.ask("2026-11-23T17:00:00Z", "2026-11-23T17:05:00Z", {"--json"}).out);
    CHECK(json.at("on_duty").is_null());
    CHECK(json.at("watched").to_number<double>() == doctest::Approx(0.5));
    CHECK(json.at("people").as_array().empty());
}

TEST_CASE("a time is read by the site's clock, or with an offset; what no clock showed is none")
{
    const SiteZone osaka("Asia/Tokyo");
    const auto now = at("17:30:00");  // 02:30 of the next day there
    CHECK(osaka.moment("02:05", now) == at("17:05:00"));
    CHECK(osaka.moment("2026-11-24 02:05:30", now) == at("17:05:30"));
    CHECK(osaka.moment("2026-11-23T17:05Z", now) == at("17:05:00"));
    CHECK(osaka.moment("2026-11-24T02:05+09:00", now) == at("17:05:00"));
    CHECK(osaka.moment("2026-11-24T02:05:30.500+09:00", now) == at("17:05:30.500"));
    for (const auto* wrong :
         {"", "2", "24:00", "02:60", "2:05", "2026-11-24", "2026-02-30 10:00", "02:05x", "yesterday"})
        CHECK_MESSAGE(!osaka.moment(wrong, now), wrong);
    // Berlin's clocks jump over it.
    CHECK(!SiteZone("Europe/Berlin").moment("2026-03-29 02:30", now));
    CHECK(SiteZone("Europe/Berlin").moment("2026-03-29 03:30", now) == parse_rfc3339("2026-03-29T01:30:00Z"));
}

TEST_CASE("a promise is entered for a time to come, listed as due, and refused in words")
{
    const Desk desk;
    const auto tomorrow = to_rfc3339(wall_clock() + std::chrono::hours{24});
    const auto refused = desk.run({"promise", kId, "--by", "2026-01-01T10:00:00Z", "--to", "customer C-17"});
    CHECK(refused.exit_code == tool_usage);
    CHECK(contains(refused.err, "--by: found '2026-01-01T10:00:00Z'; expected a time to come"));
    CHECK(contains(desk.run({"promise", kId, "--by", tomorrow, "--to", ""}).err, "--to: found ''; expected a role"));
    CHECK(desk.run({"promise", "bw-none", "--by", tomorrow, "--to", "customer"}).exit_code == tool_not_found);
    CHECK(desk.run({"promise", kId, "--by", tomorrow, "--to", "customer C-17"}).exit_code == tool_success);
    const auto due = desk.run({"due"}).out;
    CHECK(contains(due, "answer promised to customer C-17"));
    CHECK(contains(due, "OVERDUE"));  // the site's contractual times of a case of days ago
    CHECK(contains(desk.run({"due", "--json"}).out, R"("basis":"promise","state":"answered","role":"customer C-17")"));
    CHECK(contains(desk.run({"audit"}).out, "promise"));
}
