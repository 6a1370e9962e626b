// `breakwatch mention` and `mentions`: entered under a name and with a reason, read without people, opened on record.
#include <doctest/doctest.h>

#include <boost/json.hpp>
#include <sstream>

#include "base/clock.hpp"
#include "report/plain_text.hpp"
#include "unit/cli/state_folder.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

class MentionDeskOfOne {
  public:
    MentionDeskOfOne() { state_.fill(); }

    Outcome run(std::vector<std::string> words) const
    {
        words.insert(words.end(), {"--state", state_.path().string()});
        return tool(words);
    }
    Outcome enter(std::vector<std::string> words) const
    {
        words.insert(words.begin(), "mention");
        words.insert(words.end(), {"--reason", "complaint 2026-311"});
        return run(words);
    }
    Outcome seen(const std::string& reference, const std::string& platform = "x") const
    {
        return enter({"--platform", platform, "--at", "2026-11-23T17:00:13Z", "--ref", reference});
    }
    // As the daemon answers.
    void answer(const std::string& reference, const std::function<void(MentionAnswer&)>& change) const
    {
        const auto store = state_.open();
        const auto entered = store->entered_mentions(0).value();
        for (const auto& each : entered) {
            if (each.mention.reference != reference) continue;
            MentionAnswer answer;
            answer.mention = each.mention;
            answer.answered_at = wall_clock();
            answer.rule = "mention-after-call";
            answer.final = true;
            change(answer);
            CHECK(store->record(RecordMention{answer}));
        }
    }
    std::string list() const { return run({"mentions"}).out; }
    const StateFolder& state() const { return state_; }

  private:
    StateFolder state_;
};

void stand_out(MentionAnswer& answer)
{
    answer.exchanges = 4;
    answer.people = 2;
    answer.unnamed = 1;
    answer.nobody = 0.05;
    answer.unsure = 0.01;
    answer.stands_out = true;
    answer.candidates = {{{kStaff}, 0.93, at("17:00:13"), 0.99, Grade::medium, "acd/7f1c-1077"},
                         {{"agent-4712-sato"}, 0.01, at("16:59:40"), 0.61, Grade::strong, "acd/7f1c-1078"}};
}

}  // namespace

TEST_CASE("a mention is entered with a reason, told to the SIEM, and gets a reference where it has none")
{
    const MentionDeskOfOne desk;
    CHECK(contains(desk.list(), "No mentions"));
    const auto entered = desk.enter({"--platform", "x", "--at", "2026-11-24T02:00:13+09:00", "--within", "2min"});
    CHECK_MESSAGE(entered.exit_code == tool_success, entered.err);
    CHECK(entered.out.starts_with("m-2"));
    CHECK(contains(entered.out, "-1 is entered: a post on x at 2026-11-23 17:00:13 UTC, 2 min either way; recorded"));
    CHECK(desk.seen("C-17").exit_code == tool_success);
    const auto list = desk.list();
    CHECK(contains(list, "operator/C-17"));
    CHECK(contains(list, "2026-11-23 17:00:13  1 min"));
    CHECK(contains(list, "\n  waits\n"));
    CHECK(contains(desk.run({"audit"}).out, "mention-entered"));
    CHECK(contains(desk.run({"audit"}).out, "complaint 2026-311"));
    CHECK(desk.run({"verify"}).exit_code == tool_success);
    const auto alert = desk.state().open()->owed("siem", 10).value().back();
    CHECK(alert.code == "BW-4002");
    CHECK(!contains(alert.text, "complaint"));
}

TEST_CASE("what is wrong with a mention is said, with what was expected, and nothing is entered")
{
    const MentionDeskOfOne desk;
    const std::string at = "2026-11-23T17:00:13Z";
    const auto says = [&](const std::vector<std::string>& words, const std::string& part) {
        const auto refused = desk.enter(words);
        CHECK_MESSAGE(refused.exit_code == tool_usage, part);
        CHECK_MESSAGE(contains(refused.err, part), refused.err);
    };
    says({"--at", at}, "--platform: found ''; expected one of ");
    says({"--platform", "instgram", "--at", at}, "did you mean 'instagram'?");
    says({"--platform", "X", "--at", at}, "did you mean 'x'?");
    says({"--platform", "x"}, "--at: found ''; expected a time such as");
    says({"--platform", "x", "--at", "yesterday"}, "--at: found 'yesterday'; expected a time such as");
    says({"--platform", "x", "--at", to_rfc3339(wall_clock() + std::chrono::minutes{6})}, "expected a time up to now");
    for (const auto* within : {"60", "-1s", "25h", "soon"})
        says({"--platform", "x", "--at", at, std::string("--within=") + within}, "expected a duration such as 60s");
    says({"--platform", "x", "--at", at, "--ref", "two\nlines"}, "--ref: found 'two lines'; expected at most 100");
    says({"--platform", "x", "--at", at, "--contact", std::string(101, 'c')}, "--contact: found");
    says({"--withdraw"}, "--withdraw: found no --ref");
    says({"--withdraw", "--ref", "C-17", "--platform", "x"}, "expected --ref alone");
    const auto no_reason = desk.run({"mention", "--platform", "x", "--at", at});
    CHECK(no_reason.exit_code == tool_usage);
    CHECK(contains(no_reason.err, "--reason: missing"));
    CHECK(contains(desk.list(), "No mentions"));
    CHECK(contains(desk.run({"audit"}).out, "The audit trail is empty"));
    // A minute ahead is the other clock's.
    CHECK(desk.enter({"--platform", "x", "--at", to_rfc3339(wall_clock() + std::chrono::minutes{1})}).exit_code ==
          tool_success);
}

TEST_CASE("platforms are those of the table in force, where the daemon has told it")
{
    const MentionDeskOfOne desk;
    auto facts = *told_case().site;
    facts.platforms = {"x", "intranet"};
    CHECK(record_site_facts(desk.state().path(), facts));
    CHECK(desk.seen("C-1", "intranet").exit_code == tool_success);
    CHECK(contains(desk.seen("C-2", "instagram").err, "expected one of"));
}

TEST_CASE("the list says in words what is known of each, and nobody")
{
    const MentionDeskOfOne desk;
    for (const auto* reference : {"stands", "several", "none", "early", "unruled", "back"}) desk.seen(reference);
    desk.answer("stands", stand_out);
    desk.answer("several", [](auto& answer) {
        answer.people = 3;
        answer.exchanges = 5;
        answer.nobody = 0.4;
        answer.final = false;
    });
    desk.answer("none", [](auto& answer) { answer.nobody = 0.97; });
    desk.answer("early", [](auto& answer) { answer.in_reach = false; });
    desk.answer("unruled", [](auto& answer) { answer.rule.clear(); });
    const auto back = desk.enter({"--withdraw", "--ref", "back"});
    CHECK(back.out == "back is taken back; recorded in the audit trail; the running daemon tells the SIEM\n");
    CHECK(desk.enter({"--withdraw", "--ref", "back"}).exit_code == tool_failure);
    const auto list = desk.list();
    for (const auto* part :
         {"\n  stands out: share 93 %; nobody here 5 %\n",
          "\n  3 people, nobody stands out; nobody here 40 %; an early answer\n", "\n  nobody here 97 %\n",
          "\n  most of that time was not watched, or is past what is kept\n",
          "\n  no rule asks for mentions of this platform\n", "\n  taken back\n"})
        CHECK_MESSAGE(contains(list, part), list);
    std::istringstream lines(list);
    for (std::string line; std::getline(lines, line);) CHECK_MESSAGE(columns(line) <= 80, line);
    const auto json = boost::json::parse(desk.run({"mentions", "--json"}).out).as_array();
    REQUIRE(json.size() == 6);
    CHECK(json[0].at("reference").as_string() == "stands");
    CHECK(json[0].at("answer").at("people").to_number<int>() == 2);
    CHECK(json[5].at("withdrawn").as_bool());
    CHECK(json[5].at("answer").is_null());
    const auto all = list + boost::json::serialize(json);
    CHECK(!contains(all, kStaff));
    CHECK(!contains(all, desk.state().incident().subject.value));
}

TEST_CASE("the list of people is opened by pseudonym, with a reason alone, and the SIEM knows")
{
    const MentionDeskOfOne desk;
    desk.seen("C-17");
    CHECK(contains(desk.run({"mentions", "C-17", "--reason", "case 311"}).err, "waits; there is no list to open"));
    desk.answer("C-17", stand_out);
    for (const auto& reason : std::vector<std::string>{"", "  ", "two\nlines"}) {
        const auto refused = desk.run({"mentions", "C-17", "--reason", reason});
        CHECK(refused.exit_code == tool_usage);
        CHECK(!contains(refused.out + refused.err, "p-"));
    }
    CHECK(desk.run({"mentions", "--reason", "case 311"}).exit_code == tool_usage);
    CHECK(desk.run({"mentions", "C-18", "--reason", "case 311"}).exit_code == tool_not_found);
    const auto opened = desk.run({"mentions", "C-17", "--reason", "case 311"});
    CHECK_MESSAGE(opened.exit_code == tool_success, opened.err);
    const auto subject = desk.state().incident().subject.value;
    for (const auto& part : {subject + "  93 %   2026-11-23 17:00:13  99 %        medium  acd/7f1c-1077",
                             std::string("SUBJECT"), std::string("not sure whose: 1 %"), std::string("never proof")})
        CHECK_MESSAGE(contains(opened.out, part), opened.out);
    CHECK(!contains(opened.out + opened.err, kStaff));
    CHECK(contains(opened.err, "recorded in the audit trail"));
    CHECK(contains(desk.run({"audit"}).out, "mention-opened"));
    CHECK(desk.state().open()->owed("siem", 10).value().back().code == "BW-4001");
    const auto json =
        boost::json::parse(desk.run({"mentions", "operator/C-17", "--json", "--reason", "case 311"}).out).as_array();
    REQUIRE(json.size() == 2);
    CHECK(json[0].at("subject").as_string() == subject);
    CHECK(json[1].at("grade").as_string() == "strong");
    std::filesystem::remove(desk.state().path() / "identity.key");
    const auto without = desk.run({"mentions", "C-17", "--reason", "case 311"});
    CHECK(without.exit_code == tool_failure);
    CHECK(!contains(without.out + without.err, "p-"));
    CHECK(desk.run({"mentions"}).exit_code == tool_success);
}

TEST_CASE("a reference of two sources is asked for by both")
{
    const MentionDeskOfOne desk;
    desk.seen("C-17");
    MentionAnswer fed;
    fed.mention = {"export", "C-17", "x", at("17:00:13"), {}, "", false};
    fed.answered_at = at("17:10:00");
    fed.rule = "mention-after-call";
    CHECK(desk.state().open()->record(RecordMention{fed}));
    const auto asked = desk.run({"mentions", "C-17", "--reason", "case 311"});
    CHECK(asked.exit_code == tool_usage);
    CHECK(contains(asked.err, "expected one of operator/C-17, export/C-17"));
    CHECK(desk.run({"mentions", "export/C-17", "--reason", "case 311"}).exit_code == tool_success);
}
