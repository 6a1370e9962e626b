// Which incidents are raised in which mode, which are held, and what becomes of those.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <functional>
#include <random>
#include <set>

#include "support/engine_world.hpp"
#include "unit/policy/mention/mention_site.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;

const MeasuredRecord kMeasured{{"x", 40, 33, 1.5, 300, 0}};

Finding shaped(Tier tier, FindingKind kind, double confidence = 0.8)
{
    auto finding = post(kAnnasPhone, "10:04:11", confidence);
    finding.tier = tier;
    finding.kind = kind;
    return finding;
}

// Of one finding after Anna's call, at once.
bool raised_at_once(AlertMode mode, const MeasuredRecord& measured, const Finding& finding)
{
    World world({}, measured);
    world.tell(AlertPlan{mode, 3});
    annas_call(world);
    world.tell(finding);
    REQUIRE(world.revisions().size() == 1);
    return !world.revisions().front().incident.held;
}

struct Centre {
    std::vector<EnrolledPerson> people;
    Roster roster;
};

StaffId staff_of(int number)
{
    return {"p" + std::to_string(number)};
}

MacAddress phone_of(int number)
{
    char text[18];
    std::snprintf(text, sizeof text, "02:1a:10:01:%02x:%02x", number / 256, number % 256);
    return mac(text);
}

Centre centre_of(int people)
{
    Centre centre;
    std::vector<DutyInterval> duty;
    for (int i = 0; i < people; ++i) {
        centre.people.push_back(enrolled(staff_of(i), phone_of(i)));
        duty.push_back({staff_of(i), at("00:00"), at("00:00") + 24h * 60, DutyActivity::shift, "hq"});
    }
    centre.roster = Roster(std::move(duty));
    return centre;
}

CallEvent ended_call(int person, const std::string& id, Timestamp when)
{
    return {"acd", id, CallEvent::Type::call_end, staff_of(person), when, "billing", "caller", {}};
}

Finding post_of(int person, Timestamp when, double confidence)
{
    auto finding = post(phone_of(person), "10:00", confidence);
    finding.at = when;
    return finding;
}

std::set<std::string> raised_of(const World& world)
{
    std::set<std::string> raised;
    for (const auto& incident : world.standing()) {
        if (!incident.held) raised.insert(incident.id);
    }
    return raised;
}

// As the store would give it back: the last row of each key.
std::vector<Memory> kept_by(World& world, const std::function<bool(const MemoryChange&)>& reached_the_disk)
{
    std::map<std::string, std::vector<Memory>> rows;
    for (const auto& row : world.engine().take_memory().rows) {
        if (!reached_the_disk(row)) continue;
        auto& of_key = rows[row.key];
        if (!row.key.empty()) of_key.clear();
        if (!row.gone) of_key.push_back(row.memory);
    }
    std::vector<Memory> all;
    for (const auto& [key, of_key] : rows) all.insert(all.end(), of_key.begin(), of_key.end());
    return all;
}

}  // namespace

TEST_CASE("each mode raises what it says, and holds the rest")
{
    struct Case {
        Tier tier;
        FindingKind kind;
        bool measured;
        std::string raised;  // in the modes complaint, media, measured, budget
    };
    using enum FindingKind;
    for (const auto& [tier, kind, measured, raised] :
         {Case{Tier::a, media_post, false, "-+++"}, Case{Tier::a, text_post, true, "-+++"},
          Case{Tier::b, media_post, true, "-+++"}, Case{Tier::b, story, true, "-+++"},
          Case{Tier::b, text_post, true, "--++"}, Case{Tier::b, media_post, false, "----"},
          Case{Tier::b, text_post, false, "----"}}) {
        std::string found;
        for (const auto mode : {AlertMode::complaint, AlertMode::media, AlertMode::measured, AlertMode::budget})
            found += raised_at_once(mode, measured ? kMeasured : MeasuredRecord{}, shaped(tier, kind)) ? '+' : '-';
        CHECK_MESSAGE(found == raised, name(kind), measured);
    }
}

TEST_CASE("a media post too weak by itself does not raise the text posts beside it")
{
    World world({}, kMeasured);
    world.tell(AlertPlan{AlertMode::media, 3});
    annas_call(world);
    world.tell(shaped(Tier::b, FindingKind::text_post, 0.9)).tell(shaped(Tier::b, FindingKind::media_post, 0.4));
    REQUIRE(world.standing().size() == 1);
    CHECK(world.standing().front().held);
}

TEST_CASE("media that nothing published is held in each mode, and takes nobody's place in the budget")
{
    Rule uploads;
    uploads.id = "media-upload-after-call";
    uploads.kinds = {FindingKind::media_upload};
    uploads.least_confidence = uploads.weak_confidence = 0;
    uploads.severity = Severity::notice;
    for (const auto mode : {AlertMode::complaint, AlertMode::media, AlertMode::measured, AlertMode::budget}) {
        World world({}, kMeasured);
        world.tell(AlertPlan{mode, 3}).tell(Rules{post_after_call(), uploads});
        annas_call(world);
        world.tell(shaped(Tier::a, FindingKind::media_upload, 0.05)).tell(Tick{at("10:40")}).finish();
        REQUIRE(world.standing().size() == 1);
        const auto incident = world.standing().front();
        CHECK(incident.held);
        CHECK(incident.severity == Severity::notice);
        CHECK(incident.rule == "media-upload-after-call");
        CHECK(world.engine().counters().budget_scores == 0);
    }
}

TEST_CASE("no rule but one that names it asks for media that nothing published")
{
    World world;
    annas_call(world);
    world.tell(shaped(Tier::a, FindingKind::media_upload, 0.99)).finish();
    CHECK(world.incidents().empty());
}

TEST_CASE("until a plan is told everything is raised")
{
    World world;
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:11"));
    CHECK_FALSE(world.revisions().front().incident.held);
    CHECK(world.revisions().front().incident.measured);
}

TEST_CASE("what is held competes once no late fact can change it, and is raised once")
{
    World world;
    world.tell(AlertPlan{});
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:11"));
    CHECK(world.revisions().front().incident.held);
    world.tell(Tick{at("10:34")});
    CHECK(world.revisions().size() == 1);
    world.tell(Tick{at("10:35")});
    REQUIRE(world.revisions().size() == 2);
    const auto& raised = world.revisions().back().incident;
    CHECK_FALSE(raised.held);
    CHECK(raised.revision == 2);
    // A further post of the same call is a revision, and never held again.
    world.tell(post(kAnnasPhone, "10:10")).tell(Tick{at("11:30")}).tell(AlertPlan{AlertMode::complaint, 3}).finish();
    CHECK_FALSE(world.revisions().back().incident.held);
    CHECK(world.engine().counters().incidents_held == 1);
    CHECK(world.engine().counters().held_raised == 1);
}

TEST_CASE("a held incident is raised at once by what is sure by itself")
{
    World world;
    world.tell(AlertPlan{AlertMode::measured, 3});
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:11"));
    CHECK(world.revisions().back().incident.held);
    auto upload = post(kAnnasPhone, "10:05");
    upload.tier = Tier::a;
    world.tell(upload);
    CHECK_FALSE(world.revisions().back().incident.held);
    CHECK(world.revisions().back().incident.revision == 2);
}

TEST_CASE("a held incident is raised once somebody saw its post; in mode complaint the mention's own is enough")
{
    for (const auto mode : {AlertMode::complaint, AlertMode::measured}) {
        World world;
        world.tell(AlertPlan{mode, 3}).tell(Rules{post_after_call(), mention_after_call()}).tell(Tick{at("10:00")});
        annas_call(world);
        world.tell(post(kAnnasPhone, "10:04:10", 0.97));
        pass(world, "10:05", "10:40");
        REQUIRE(world.revisions().size() == 1);
        CHECK(world.revisions().front().incident.held);
        world.tell(seen("10:04:00"));
        std::map<std::string, bool> held;
        for (const auto& [id, incident] : world.incidents()) held[incident.rule] = incident.held;
        CHECK(held == std::map<std::string, bool>{{"mention-after-call", false},
                                                  {"post-after-call", mode == AlertMode::complaint}});
    }
}

TEST_CASE("nobody is told of an incident that was held and is withdrawn")
{
    World world;
    world.tell(AlertPlan{AlertMode::measured, 3});
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:11"));
    world.tell(call_start(kAnna, "c2", "10:01")).tell(call_end(kAnna, "c2", "10:02"));
    CHECK(world.standing().size() == 1);
    CHECK(world.incidents().size() == 2);
    for (const auto& [id, incident] : world.incidents()) CHECK(incident.held);
}

TEST_CASE("a platform that is not measured is told without a percentage")
{
    World world;
    world.tell(AlertPlan{});
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:11")).tell(post(kAnnasPhone, "10:05"));
    const auto& incident = world.revisions().back().incident;
    CHECK_FALSE(incident.measured);
    CHECK(mentions(incident.reasons, "write-like; not measured on this site"));
    CHECK_FALSE(mentions(incident.reasons, "%"));
    CHECK(mentions(incident.gaps, "not measured on this site"));
    World measured({}, kMeasured);
    measured.tell(AlertPlan{});
    annas_call(measured);
    measured.tell(post(kAnnasPhone, "10:04:11"));
    CHECK(measured.revisions().back().incident.measured);
    CHECK(mentions(measured.revisions().back().incident.gaps, "confidence 80 %"));
}

TEST_CASE("a host that only posting uses needs no measuring")
{
    World world;
    world.tell(AlertPlan{});
    annas_call(world);
    world.tell(shaped(Tier::a, FindingKind::media_post));
    CHECK(world.revisions().back().incident.measured);
}

TEST_CASE("how many were held is told once a day and at the end, without anybody in it")
{
    World world;
    world.tell(AlertPlan{AlertMode::complaint, 3});
    annas_call(world);
    world.tell(post(kAnnasPhone, "10:04:11")).tell(Tick{at("23:50")});
    CHECK(world.reports().empty());
    world.tell(Tick{at("00:03") + 24h});
    REQUIRE(world.reports().size() == 1);
    const auto& report = world.reports().front();
    CHECK(report.code == "BW-1005");
    CHECK(report.fields == std::vector<std::pair<std::string, std::string>>{{"held", "1"}, {"raised", "0"}});
    CHECK(report.text.find("p-") == std::string::npos);
    world.finish();
    CHECK(world.reports().size() == 1);
}

TEST_CASE("the same facts, however late within the horizon, raise the same incidents")
{
    std::mt19937 dice(7);  // NOLINT: the same each time
    const auto centre = centre_of(40);
    for (int round = 0; round < 20; ++round) {
        struct Fact {
            Timestamp told;
            Observation what;
        };
        std::vector<Fact> prompt;
        std::vector<Fact> late;
        const auto seconds = round % 2 == 0 ? 20'000U : 200'000U;  // with a bar only where there is more than a day
        for (int i = 0; i < 400; ++i) {
            const auto person = static_cast<int>(dice() % 40);
            const auto ended = at("08:00") + 1s * (dice() % seconds);
            const auto posted = ended + 1s * (dice() % 600);
            const auto confidence = 0.6 + 0.001 * static_cast<double>(dice() % 400);
            const auto call = ended_call(person, std::to_string(i), ended);
            const auto finding = post_of(person, posted, confidence);
            prompt.push_back({ended, call});
            prompt.push_back({posted, finding});
            late.push_back({ended + 1s * (dice() % 1'100), call});
            late.push_back({posted, finding});
        }
        std::set<std::string> first;
        for (auto* facts : {&prompt, &late}) {
            std::ranges::stable_sort(*facts, {}, &Fact::told);
            World world;
            world.tell(AlertPlan{AlertMode::budget, 3}).tell(Enrolment(centre.people)).tell(centre.roster);
            for (const auto& fact : *facts) world.tell(Tick{fact.told}).tell(fact.what);
            world.finish();
            if (facts == &prompt) first = raised_of(world);
            CHECK(raised_of(world) == first);
        }
        CHECK(first.size() >= 3);
        CHECK(first.size() <= 10);
    }
}

TEST_CASE("a run that another follows leaves it the day's budget and its history")
{
    EngineSettings settings;
    settings.keep_memory = true;
    World before(settings);
    before.tell(AlertPlan{AlertMode::budget, 1});
    annas_call(before);
    before.tell(post(kAnnasPhone, "10:04:11")).tell(Tick{at("10:40")});
    before.tell(call_end(kBela, "c2", "10:41")).tell(post(kBelasPhone, "10:42")).tell(Tick{at("10:45")});
    const auto kept = kept_by(before, [](const MemoryChange&) { return true; });
    World after(settings);
    after.tell(AlertPlan{AlertMode::budget, 1});
    for (const auto& [id, incident] : before.incidents()) {
        const bool annas = incident.subject.value == "p-s1001";
        CHECK(incident.held != annas);
        after.engine().remember(incident, annas ? kAnna : kBela);
    }
    after.take(after.engine().recall(kept, at("10:46")));
    after.tell(Tick{at("11:20")}).finish();
    CHECK(after.engine().counters().budget_scores == 2);
    for (const auto& record : after.revisions()) CHECK(record.incident.held);
}

TEST_CASE("an end between a finding's last word and the raising loses no alert")
{
    EngineSettings settings;
    settings.keep_memory = true;
    World before(settings);
    before.tell(AlertPlan{AlertMode::budget, 1});
    annas_call(before);
    before.tell(post(kAnnasPhone, "10:04:11"));
    const auto held = before.revisions().back().incident;
    before.tell(Tick{at("10:40")});
    const auto kept = kept_by(before, [](const MemoryChange& row) { return !row.after_effects; });
    World after(settings);
    after.tell(AlertPlan{AlertMode::budget, 1});
    after.engine().remember(held, kAnna);
    after.take(after.engine().recall(kept, at("10:46")));
    REQUIRE(after.revisions().size() == 1);
    CHECK_FALSE(after.revisions().front().incident.held);
}

}  // namespace breakwatch
