// What people found: the last word counts, every word stays in the chain, and what is counted is told once a day.
#include <boost/json.hpp>
#include <thread>

#include "unit/store/cases.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

using enum Verdict;

RecordIncident on(const std::string& id, const std::string& platform, const std::string& rule = "post-after-call")
{
    auto effect = incident(id);
    effect.incident.platform = platform;
    effect.incident.rule = rule;
    return effect;
}

CaseFile cases_in(const TemporaryFolder& folder)
{
    auto file = CaseFile::open(folder.path());
    REQUIRE(file);
    return std::move(*file);
}

std::optional<Verdict> give(const TemporaryFolder& folder, const std::string& id, Verdict verdict,
                            const std::string& ticket = "", Timestamp at = hour(1))
{
    const auto before = cases_in(folder).give_verdict(id, verdict, ticket, "alice", at);
    REQUIRE_MESSAGE(before, (before ? "" : before.error()));
    return *before;
}

std::string refusal(const TemporaryFolder& folder, const std::string& id, Verdict verdict)
{
    const auto before = cases_in(folder).give_verdict(id, verdict, "", "alice", hour(1));
    REQUIRE_FALSE(before);
    return before.error();
}

std::string told(const Alert& alert)
{
    std::string line = alert.code;
    for (const auto& [key, value] : alert.fields) line += " " + key + "=" + value;
    return line;
}

std::vector<std::string> told_of(Store& store, const std::string& code)
{
    std::vector<std::string> lines;
    const auto owed = store.owed("siem", 100);
    REQUIRE(owed);
    for (const auto& alert : *owed) {
        if (alert.code == code) lines.push_back(told(alert));
    }
    return lines;
}

std::vector<std::string> wrong_in(const TemporaryFolder& folder)
{
    const auto verification = cases_in(folder).verify();
    REQUIRE(verification);
    return verification->wrong;
}

bool begins_with(const std::string& text, const std::string& begin)
{
    return text.starts_with(begin);
}

}  // namespace

TEST_CASE("a verdict replaces the one before, which stays in the chain; both are told, with who and by which ticket")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(on("bw-1", "x")));
    CHECK(give(folder, "bw-1", confirmed) == std::nullopt);
    CHECK(give(folder, "bw-1", false_alarm, "HR-311", hour(2)) == confirmed);
    const auto all = cases_in(folder).verdicts();
    REQUIRE(all);
    REQUIRE(all->size() == 1);
    const auto& given = all->at("bw-1");
    CHECK(given.verdict == false_alarm);
    CHECK(given.reference == "HR-311");
    CHECK(given.who == "alice");
    CHECK(given.at == hour(2));
    CHECK(told_of(*store, "BW-4003") ==
          std::vector<std::string>{
              "BW-4003 id=bw-1 rule=post-after-call verdict=true by=alice plat=x",
              "BW-4003 id=bw-1 rule=post-after-call verdict=false by=alice plat=x ticket=HR-311 before=true"});
    const auto trail = cases_in(folder).audit();
    REQUIRE(trail);
    REQUIRE(trail->size() == 2);
    CHECK(trail->front().verdict == "true");
    CHECK(trail->back().reason == "HR-311");
    CHECK(wrong_in(folder).empty());
}

TEST_CASE("the same verdict again, and one on an incident that is not there, are refused and recorded nowhere")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(on("bw-1", "x")));
    give(folder, "bw-1", unknown);
    const auto last = store->last_sequence();
    CHECK(begins_with(refusal(folder, "bw-1", unknown), "store: incident bw-1 has the verdict unknown already"));
    CHECK(refusal(folder, "bw-2", confirmed) == "store: there is no incident bw-2");
    CHECK(store->last_sequence() == last);
    CHECK(give(folder, "bw-1", unknown, "HR-7") == unknown);  // another ticket is something new
}

TEST_CASE("a verdict given with a state is the same one, and a reopened incident has none")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(on("bw-1", "x")));
    auto file = cases_in(folder);
    REQUIRE(file.set_state("bw-1", {IncidentState::closed, confirmed}, {"bob", "case 311", hour(1)}));
    CHECK(file.verdicts()->at("bw-1").verdict == confirmed);
    CHECK(file.verdicts()->at("bw-1").reference.empty());  // a reason may name a person: it stays in the trail
    CHECK(give(folder, "bw-1", false_alarm) == confirmed);
    CHECK(file.progress()->at("bw-1").verdict == false_alarm);
    CHECK(file.progress()->at("bw-1").state == IncidentState::closed);
    CHECK(wrong_in(folder).empty());
    REQUIRE(file.set_state("bw-1", {IncidentState::triaged, {}}, {"bob", "more came", hour(2)}));
    CHECK(file.verdicts()->empty());
    CHECK(store->verdicts()->empty());
    CHECK(wrong_in(folder).empty());
}

TEST_CASE("figures are counted by rule and by platform; what stays unknown is neither right nor wrong")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    int number = 0;
    for (const auto& [platform, verdict] : {std::pair{"x", confirmed},
                                            {"x", confirmed},
                                            {"x", false_alarm},
                                            {"instagram", confirmed},
                                            {"instagram", unknown}}) {
        const auto id = "bw-" + std::to_string(++number);
        REQUIRE(store->record(on(id, platform)));
        give(folder, id, verdict);
    }
    REQUIRE(store->record(on("bw-z", "", "device-in-zone")));
    give(folder, "bw-z", unknown);
    const auto rules = store->verdicts();
    REQUIRE(rules);
    REQUIRE(rules->size() == 2);
    CHECK(rules->at(0).rule == "device-in-zone");
    CHECK(!rules->at(0).all.precision());
    const auto& posts = rules->at(1);
    CHECK(posts.all.confirmed == 3);
    CHECK(posts.all.false_alarms == 1);
    CHECK(posts.all.unknown == 1);
    CHECK(posts.all.precision() == doctest::Approx(0.75));
    CHECK(posts.platforms.at("x").precision() == doctest::Approx(2.0 / 3));
    CHECK(posts.platforms.at("instagram").precision() == doctest::Approx(1));
    CHECK(in_words(posts.all) == "3 found true, 1 false, 1 unknown: 75 % right, 95 % interval 19 to 99 %");
    CHECK(in_words(rules->at(0).all) == "0 found true, 0 false, 1 unknown: how often it is right is not known");
}

TEST_CASE("verdicts survive a restart and go with their incident")
{
    const TemporaryFolder folder;
    {
        const auto store = open_in(folder);
        REQUIRE(store->record(on("bw-1", "x")));
        auto later = on("bw-2", "x");
        later.incident.raised_at = hour(100);
        REQUIRE(store->record(later));
        give(folder, "bw-1", confirmed);
        give(folder, "bw-2", false_alarm, "", hour(101));
    }
    const auto store = open_in(folder);
    CHECK(store->verdicts()->at(0).all.judged() == 2);
    CHECK(store->purge(hour(50), hour(50)) == 1U);
    CHECK(store->verdicts()->at(0).all.judged() == 1);
    CHECK(cases_in(folder).verdicts()->contains("bw-2"));
    CHECK(sql(folder / "breakwatch.db", "SELECT count(*) FROM verdicts") == "1");
    CHECK(wrong_in(folder).empty());
}

TEST_CASE("what changed on one day is told on the next, once, in counts and nobody's name")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    const auto day = std::chrono::floor<std::chrono::days>(hour(0)) + std::chrono::days{1};
    const auto hour_of = [&](int hours) { return Timestamp{day + std::chrono::hours{hours}}; };
    for (const auto& [id, platform] : {std::pair{"bw-1", "x"}, {"bw-2", "x"}, {"bw-3", "instagram"}})
        REQUIRE(store->record(on(id, platform)));
    REQUIRE(store->record(on("bw-4", "x", "another-rule")));
    CHECK(store->tell_verdicts(hour_of(1)) == 0U);
    give(folder, "bw-1", confirmed, "", hour_of(2));
    give(folder, "bw-2", false_alarm, "", hour_of(3));
    CHECK(store->tell_verdicts(hour_of(23)) == 0U);
    CHECK(store->tell_verdicts(hour_of(24)) == 1U);
    CHECK(told_of(*store, "BW-3010") ==
          std::vector<std::string>{"BW-3010 part=verdicts rule=post-after-call found_true=1 found_false=1 "
                                   "found_unknown=0 precision=0.500 precision_from=0.013 precision_to=0.987"});
    CHECK(store->tell_verdicts(hour_of(25)) == 0U);
    CHECK(store->tell_verdicts(hour_of(72)) == 0U);
    give(folder, "bw-3", unknown, "", hour_of(73));
    CHECK(store->tell_verdicts(hour_of(74)) == 0U);
    const auto again = open_in(folder);  // a restart forgets nothing of it
    CHECK(again->tell_verdicts(hour_of(96)) == 2U);
    const auto lines = told_of(*again, "BW-3010");
    REQUIRE(lines.size() == 3);
    CHECK(
        begins_with(lines[1], "BW-3010 part=verdicts rule=post-after-call found_true=1 found_false=1 found_unknown=1"));
    CHECK(lines[2] ==
          "BW-3010 part=verdicts rule=post-after-call found_true=0 found_false=0 found_unknown=1 plat=instagram");
    CHECK(wrong_in(folder).empty());
}

TEST_CASE(
    "what an earlier version kept in the audit trail alone is in the table after the start, and is read before it")
{
    const TemporaryFolder folder;
    const auto database = folder / "breakwatch.db";
    {
        const auto store = open_in(folder);
        auto file = cases_in(folder);
        for (const auto* id : {"bw-1", "bw-2", "bw-3"}) REQUIRE(store->record(on(id, "x")));
        const OpeningRequest bob{"bob", "case 311", hour(1)};
        REQUIRE(file.set_state("bw-1", {IncidentState::closed, false_alarm}, bob));
        REQUIRE(file.set_state("bw-2", {IncidentState::closed, confirmed}, bob));
        REQUIRE(file.set_state("bw-2", {IncidentState::triaged, {}}, bob));
        REQUIRE(file.set_state("bw-3", {IncidentState::triaged, unknown}, bob));
        REQUIRE(file.set_state("bw-3", {IncidentState::closed, {}}, bob));
    }
    sql(database,
        "DROP TABLE verdicts; DROP TABLE heads; DROP TABLE sealed_identities; DROP TABLE opening_requests; DROP TABLE "
        "opening_approvals; PRAGMA user_version = 4");
    sql(database, R"(UPDATE alerts SET evidence = replace(evidence, '"verdict":"false"', '"verdict":"false-alarm"'))");
    sql(database, R"(UPDATE alerts SET evidence = replace(evidence, '"verdict":"unknown"', '"verdict":"undecided"'))");
    const auto check = [&] {
        const auto all = cases_in(folder).verdicts();
        REQUIRE(all);
        CHECK(all->size() == 2);
        CHECK(all->at("bw-1").verdict == false_alarm);
        CHECK(all->at("bw-3").verdict == unknown);
    };
    check();
    CHECK(refusal(folder, "bw-1", confirmed).find("of an earlier version") != std::string::npos);
    CHECK(open_in(folder)->verdicts()->at(0).all.false_alarms == 1);
    check();
    CHECK(give(folder, "bw-1", confirmed) == false_alarm);
}

TEST_CASE("a verdict that was changed, taken off or put in behind the chain's back shows")
{
    const auto with = [](const std::string& change) {
        const TemporaryFolder folder;
        const auto store = open_in(folder);
        for (const auto* id : {"bw-1", "bw-2"}) REQUIRE(store->record(on(id, "x")));
        give(folder, "bw-1", confirmed);
        give(folder, "bw-1", false_alarm);
        sql(folder / "breakwatch.db", change);
        return wrong_in(folder);
    };
    using Wrong = std::vector<std::string>;
    const Wrong not_told{"the verdict on incident bw-1 is not the last that the alerts tell"};
    CHECK(with("SELECT 1").empty());
    CHECK(with("UPDATE verdicts SET verdict = 'true'") == not_told);
    CHECK(with("UPDATE verdicts SET verdict = 'true', sequence = 3") == not_told);  // set back to the one before
    for (const auto* part :
         {"reference = 'SOC-9'", "given_by = 'eve'", "at = at + 1", "rule = 'other'", "platform = 'y'"})
        CHECK(with(std::string("UPDATE verdicts SET ") + part) == not_told);
    CHECK(with("DELETE FROM verdicts") == Wrong{"the verdict on incident bw-1 was taken off; alert 4 tells it"});
    CHECK(with("INSERT INTO verdicts VALUES ('bw-2', 'post-after-call', 'x', 'true', '', 'alice', 0, 4)") ==
          Wrong{"the verdict on incident bw-2 is not the last that the alerts tell"});
}

TEST_CASE("what the retention took out of the chain is no change of a verdict that stays with its incident")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    auto file = cases_in(folder);
    const auto revise = [&](const std::string& id) {
        auto revised = on(id, "x");
        revised.incident.revision = 2;
        revised.incident.raised_at = hour(100);
        revised.incident.finding_count = 2;
        REQUIRE(store->record(revised));
    };
    for (const auto* id : {"bw-1", "bw-2", "bw-3"}) REQUIRE(store->record(on(id, "x")));
    give(folder, "bw-1", confirmed, "", hour(1));
    for (const auto* id : {"bw-2", "bw-3"})
        REQUIRE(file.set_state(id, {IncidentState::closed, {}}, {"bob", "case 311", hour(1)}));
    for (const auto* id : {"bw-1", "bw-2", "bw-3"}) revise(id);
    give(folder, "bw-2", confirmed, "", hour(101));
    for (const auto* id : {"bw-2", "bw-3"})
        REQUIRE(file.set_state(id, {IncidentState::triaged, {}}, {"bob", "more came", hour(102)}));
    REQUIRE(store->purge(hour(50), hour(50)) == 0U);
    CHECK(file.verdicts()->size() == 1);
    CHECK(file.verdicts()->at("bw-1").verdict == confirmed);
    CHECK(wrong_in(folder).empty());
}

TEST_CASE("a verdict waits for whoever is writing, and says so when that takes too long")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(on("bw-1", "x")));
    sqlite3* other = nullptr;
    REQUIRE(sqlite3_open((folder / "breakwatch.db").c_str(), &other) == SQLITE_OK);
    REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
    CHECK(refusal(folder, "bw-1", confirmed).find("database is locked") != std::string::npos);
    {
        const std::jthread writer([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds{200});
            sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
        });
        CHECK(give(folder, "bw-1", confirmed) == std::nullopt);
    }
    sqlite3_close(other);
    CHECK(told_of(*store, "BW-4003").size() == 1);
}

TEST_CASE("where the disk is full a verdict is refused, whole, and the one before stays")
{
    const TemporaryFolder folder;
    const auto store = open_in(folder);
    REQUIRE(store->record(on("bw-1", "x")));
    give(folder, "bw-1", confirmed);
    {
        const SmallFiles limit(4096);
        CHECK(refusal(folder, "bw-1", false_alarm).find("breakwatch.db") != std::string::npos);
    }
    CHECK(cases_in(folder).verdicts()->at("bw-1").verdict == confirmed);
    CHECK(give(folder, "bw-1", false_alarm) == confirmed);
    CHECK(wrong_in(folder).empty());
}

TEST_CASE("a ticket's reference is one word with a digit, and no note about people")
{
    for (const auto* good : {"HR-2026-311", "311", "JIRA:AB-1", "desk/2026/7", "#42", "a_b.1"})
        CHECK_MESSAGE(is_ticket_reference(good), good);
    for (const auto* bad : {"", "Suzuki", "case 311", "-311", "311\n", "\xe8\x8b\xa6\xe6\x83\x85-1", "a;b1",
                            "1234567890123456789012345678901234567890X"})
        CHECK_MESSAGE(!is_ticket_reference(bad), bad);
}
