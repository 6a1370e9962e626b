// Mentions: each answer is told once and in the chain without its people, who lie sealed and are opened on record.
#include <set>

#include "unit/store/cases.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const OpeningRequest kAlice{"alice", "complaint 2026-311", hour(1)};

Mention seen(const std::string& reference = "C-17")
{
    return {std::string(kOperatorSource), reference, "x", hour(0) + Duration{7}, std::chrono::seconds{60}, "", false};
}

RecordMention answer(const Mention& mention = seen(), Timestamp answered = hour(1))
{
    MentionAnswer known;
    known.mention = mention;
    known.answered_at = answered;
    known.rule = "mention-after-call";
    known.exchanges = 3;
    known.people = 2;
    known.nobody = 0.04;
    known.by_chance = 0.3;
    known.stands_out = true;
    known.candidates = {{{"STAFF-KOENIGIN-7"}, 0.94, hour(0), 0.97, Grade::medium, "acd/4711"},
                        {{"STAFF-KOENIGIN-8"}, 0.02, hour(0), 0.61, Grade::strong, "acd/4712"}};
    return {known};
}

CaseFile file_of(const TemporaryFolder& folder)
{
    auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    return std::move(*file);
}

std::string field(const Alert& alert, const std::string& name)
{
    for (const auto& [key, value] : alert.fields) {
        if (key == name) return value;
    }
    return "-";
}

bool lies_open(const TemporaryFolder& folder, const std::string& text)
{
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
        if (folder.read(entry.path().filename().string()).find(text) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("an answer is one alert owed to every sink; the same again is none, another one the next revision")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder, {"siem", "archive"});
    REQUIRE(store->record(answer()) == 1U);
    REQUIRE(store->record(health("down")) == 2U);
    auto again = answer(seen(), hour(2));
    again.answer.revision = 7;
    CHECK(store->record(again) == 1U);
    auto other_people = answer(seen(), hour(2));
    other_people.answer.candidates.pop_back();
    CHECK(store->record(other_people) == 3U);
    auto final = other_people;
    final.answer.final = true;
    CHECK(store->record(final) == 4U);
    for (const auto* sink : {"siem", "archive"}) {
        const auto owed = store->owed(sink, 10).value();
        REQUIRE(owed.size() == 4);
        CHECK(owed[0].code == "BW-2004");
        CHECK(owed[0].message_id == "MENTION");
        CHECK(field(owed[0], "ref") == "operator/C-17");
        CHECK(field(owed[0], "share") == "0.94");
        CHECK(field(owed[0], "rev") == "1");
        CHECK(field(owed[2], "rev") == "2");
        CHECK(field(owed[3], "rev") == "3");
        CHECK(field(owed[3], "final") == "1");
    }
    CHECK(file_of(folder).verify()->wrong.empty());
}

TEST_CASE("what an alert says of a mention")
{
    const auto store = make_memory_store({"siem"}, key_of());
    auto effect = answer();
    const auto said = [&] {
        effect.answer.mention.reference += "i";
        REQUIRE(store->record(effect));
        const auto text = store->owed("siem", 100).value().back().text;
        return text.substr(text.find(": ") + 2);
    };
    REQUIRE(store->record(effect));
    CHECK(
        store->owed("siem", 1).value().front().text ==
        "a post seen on x at 2027-01-15T08:00:00Z (1 min either way), reference operator/C-17: 3 exchanges of 2 people "
        "could be it; one stands out, see its incident; nobody here: 4 %; facts that come late may change it");
    effect.answer.final = true;
    effect.answer.stands_out = false;
    effect.answer.unnamed = 1;
    CHECK(said() ==
          "3 exchanges of 2 people could be it (of 1 it is not sure whose); nobody stands out; nobody here: 4 %");
    effect.answer.exchanges = 0;
    CHECK(said() == "nothing here could be it: cellular data, another place or another person");
    effect.answer.in_reach = false;
    CHECK(said() == "most of that time was not watched, or is past what is kept: nothing can be said");
    effect.answer.rule.clear();
    CHECK(said() == "no rule of kind mention_after_call covers it");
    effect.answer.mention.withdrawn = true;
    CHECK(said() == "it was a mistake, and is taken back");
}

TEST_CASE("who it could have been is on disk sealed only, and opened on record, told before it is given")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(answer()));
    CHECK_FALSE(lies_open(folder, "KOENIGIN"));
    CHECK_FALSE(lies_open(folder, key_of()->pseudonym({"STAFF-KOENIGIN-7"}).value));
    auto file = file_of(folder);
    const auto people = file.open_mention("operator", "C-17", kAlice, *key_of());
    REQUIRE_MESSAGE(people, (people ? "" : people.error()));
    REQUIRE(people->size() == 2);
    CHECK(people->front().staff.value == "STAFF-KOENIGIN-7");
    CHECK(people->front().share == 0.94);
    CHECK(people->front().at == hour(0));
    CHECK(people->front().grade == Grade::medium);
    CHECK(people->front().call == "acd/4711");
    const auto told = store->owed("siem", 10).value().back();
    CHECK(told.code == "BW-4001");
    CHECK(field(told, "ref") == "operator/C-17");
    CHECK(told.text.find("p-") == std::string::npos);
    const auto audit = file.audit().value();
    REQUIRE(audit.size() == 1);
    CHECK(audit[0].action == "mention-opened");
    CHECK(audit[0].reason == "complaint 2026-311");
    CHECK(file.open_mention("operator", "C-17", kAlice, *key_of("another")).error().find("another key") !=
          std::string::npos);
    CHECK(file.open_mention("operator", "C-18", kAlice, *key_of()).error() ==
          "store: there is no mention operator/C-18");
    CHECK(file.audit()->size() == 1);
    CHECK(file.verify()->wrong.empty());
}

TEST_CASE("a list that cannot be recorded as opened, or that was put in the place of another, is not given")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(answer()));
    auto other = answer(seen("C-18"));
    other.answer.candidates = {{{"s2000"}, 0.9, hour(0), 0.97, Grade::medium, "acd/1"}};
    REQUIRE(store->record(other));
    auto file = file_of(folder);
    const auto db = folder / "breakwatch.db";
    sql(db, "CREATE TRIGGER full BEFORE INSERT ON alerts BEGIN SELECT RAISE(ABORT, 'no room'); END");
    CHECK(file.open_mention("operator", "C-17", kAlice, *key_of()).error().find("no room") != std::string::npos);
    sql(db, "DROP TRIGGER full");
    sql(db, "UPDATE mentions SET sealed = (SELECT sealed FROM mentions WHERE reference = 'C-18')");
    CHECK(file.open_mention("operator", "C-17", kAlice, *key_of()).error().find("of another answer") !=
          std::string::npos);
    CHECK(file.open_mention("operator", "C-18", kAlice, *key_of()));
    sql(db, "UPDATE mentions SET answer = replace(answer, '\"people\":2', '\"people\":1') WHERE reference = 'C-17'");
    CHECK(file.open_mention("operator", "C-17", kAlice, *key_of()).error().find("was changed") != std::string::npos);
    CHECK(file.verify()->wrong ==
          std::vector<std::string>{"the answer to mention operator/C-17 is not the one that alert 1 tells"});
}

TEST_CASE("what fails in the middle of an answer leaves nothing behind")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    sql(folder / "breakwatch.db",
        "CREATE TRIGGER broken BEFORE INSERT ON mentions BEGIN SELECT RAISE(ABORT, 'broken'); END");
    const auto refused = store->record(answer());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().find("broken while recording a mention's answer") != std::string::npos);
    CHECK(file_of(folder).enter_mention(seen(), kAlice).error().find("broken") != std::string::npos);
    CHECK(store->last_sequence() == 0);
    sql(folder / "breakwatch.db", "DROP TRIGGER broken");
    CHECK(store->record(answer()) == 1U);
}

TEST_CASE("a mention is entered on record; the daemon is told of each entering, and its answer is kept with it")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    auto file = file_of(folder);
    CHECK(file.enter_mention(seen(), kAlice) == "C-17");
    CHECK(store->owed("siem", 10)->back().code == "BW-4002");
    CHECK(field(store->owed("siem", 10)->back(), "by") == "alice");
    auto entered = store->entered_mentions(0).value();
    REQUIRE(entered.size() == 1);
    CHECK(entered[0].mention == seen());
    CHECK(store->entered_mentions(entered[0].entry)->empty());
    REQUIRE(store->record(answer()) == 2U);
    CHECK(store->entered_mentions(entered[0].entry)->empty());
    auto kept = file.mentions().value();
    REQUIRE(kept.size() == 1);
    CHECK(kept[0].entered_by == "alice");
    CHECK(kept[0].mention == seen());
    REQUIRE(kept[0].answer);
    CHECK(kept[0].answer->people == 2);
    CHECK(kept[0].answer->candidates.empty());
    CHECK(kept[0].share == 0.94);

    // Entered again: the answer was to another mention, and goes; a late one to that is not taken.
    auto moved = seen();
    moved.platform = "instagram";
    REQUIRE(file.enter_mention(moved, kAlice) == "C-17");
    const auto before = entered[0].entry;
    entered = store->entered_mentions(before).value();
    REQUIRE(entered.size() == 1);
    CHECK(entered[0].mention.platform == "instagram");
    CHECK_FALSE(file.mentions()->front().answer);
    CHECK(store->record(answer()) == 3U);
    CHECK(store->last_sequence() == 3);
    CHECK_FALSE(file.mentions()->front().answer);
    CHECK(store->record(answer(moved)) == 4U);
    CHECK(field(store->owed("siem", 10)->back(), "rev") == "2");
    CHECK(file.mentions()->size() == 1);
    CHECK(file.verify()->wrong.empty());
}

TEST_CASE("a mention is taken back by its reference alone, once; one that nobody entered is not")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    auto file = file_of(folder);
    Mention back;
    back.reference = "C-17";
    back.withdrawn = true;
    CHECK(file.enter_mention(back, kAlice).error().find("nobody entered a mention C-17") != std::string::npos);
    REQUIRE(file.enter_mention(seen(), kAlice));
    REQUIRE(store->record(answer()));
    REQUIRE(file.enter_mention(back, kAlice) == "C-17");
    const auto entered = store->entered_mentions(0).value();
    REQUIRE(entered.size() == 1);
    auto expected = seen();
    expected.withdrawn = true;
    CHECK(entered[0].mention == expected);
    CHECK(field(store->owed("siem", 10)->back(), "withdrawn") == "1");
    CHECK(file.open_mention("operator", "C-17", kAlice, *key_of()).error().find("no answer yet") != std::string::npos);
    REQUIRE(store->record(answer(expected)));
    CHECK(file.open_mention("operator", "C-17", kAlice, *key_of())->empty());
    CHECK(file.enter_mention(back, kAlice).error().find("taken back already") != std::string::npos);
    CHECK(file.audit()->at(1).action == "mention-withdrawn");
    REQUIRE(file.enter_mention(seen(), kAlice));
    CHECK_FALSE(file.mentions()->front().mention.withdrawn);
}

TEST_CASE("without a reference a mention gets the first of the day that is free")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    auto file = file_of(folder);
    CHECK(file.enter_mention(seen(""), kAlice) == "m-20270115-1");
    CHECK(file.enter_mention(seen("m-20270115-2"), kAlice) == "m-20270115-2");
    CHECK(file.enter_mention(seen(""), kAlice) == "m-20270115-3");
    CHECK(file.mentions()->size() == 3);
}

TEST_CASE("that the record does not reach back takes no answer away, but is one where there was none")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    auto short_of = answer(seen(), hour(5));
    short_of.answer.in_reach = false;
    short_of.answer.candidates.clear();
    REQUIRE(store->record(answer()) == 1U);
    CHECK(store->record(short_of) == 1U);
    CHECK(file_of(folder).mentions()->front().answer->in_reach);
    short_of.answer.mention.reference = "C-18";
    CHECK(store->record(short_of) == 2U);
    // A feed may say otherwise of the same one: that is another question.
    short_of.answer.mention = seen();
    short_of.answer.mention.platform = "instagram";
    CHECK(store->record(short_of) == 3U);
}

TEST_CASE("a mention goes with its retention, counted from when it was entered last or first answered")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    auto file = file_of(folder);
    REQUIRE(file.enter_mention(seen("old"), {"alice", "why", hour(0)}));
    REQUIRE(store->record(answer(seen("feed"), hour(1))));
    REQUIRE(file.enter_mention(seen("young"), {"alice", "why", hour(6)}));
    REQUIRE(store->purge(hour(5), hour(5)));
    REQUIRE(file.mentions()->size() == 1);
    CHECK(file.mentions()->front().mention.reference == "young");
    CHECK(file.verify()->wrong.empty());
    // The number of an entering is never given twice.
    const auto last = store->entered_mentions(0)->back().entry;
    REQUIRE(store->purge(hour(50), hour(50)));
    REQUIRE(file.enter_mention(seen("next"), {"alice", "why", hour(51)}));
    CHECK(store->entered_mentions(last)->size() == 1);
}

TEST_CASE("a database of before mentions is read as it is, and keeps them once the daemon was started on it")
{
    const TemporaryFolder folder;
    REQUIRE(open_in(folder)->record(incident("bw-1")));
    sql(folder / "breakwatch.db",
        "DROP TABLE mentions; DROP TABLE verdicts; DROP TABLE heads; DROP TABLE sealed_identities; DROP TABLE "
        "opening_requests; DROP TABLE opening_approvals; PRAGMA user_version = 3");
    auto file = file_of(folder);
    CHECK(file.verify()->wrong.empty());
    CHECK(file.mentions().error().find("of an earlier version") != std::string::npos);
    CHECK(file.enter_mention(seen(), kAlice).error().find("of an earlier version") != std::string::npos);
    const auto store = open_in(folder);
    CHECK(sql(folder / "breakwatch.db", "PRAGMA user_version") == "8");
    CHECK(file.enter_mention(seen(), kAlice) == "C-17");
    CHECK(store->incidents_since(hour(-1))->size() == 1);
    CHECK(file.verify()->wrong.empty());
}

TEST_CASE("a mention that is spoilt is named, and takes no other away")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    auto file = file_of(folder);
    REQUIRE(file.enter_mention(seen(), kAlice));
    REQUIRE(file.enter_mention(seen("C-18"), kAlice));
    sql(folder / "breakwatch.db", "UPDATE mentions SET mention = '{' WHERE reference = 'C-17'");
    CHECK(file.mentions()->size() == 1);
    CHECK(file.spoilt_mentions() == std::vector<std::string>{"store: mention operator/C-17 cannot be read back"});
    std::vector<std::string> told;
    CHECK(store->entered_mentions(0, [&](const std::string& what) { told.push_back(what); })->size() == 1);
    CHECK(told == std::vector<std::string>{"mention operator/C-17 cannot be read back"});
}
