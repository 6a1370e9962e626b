// Engine and store over restarts: whatever moment a run ends at, stopped or killed, the next one goes on, and the
// incidents are those of a run that nothing disturbed.
#include <doctest/doctest.h>

#include <memory>

#include "store/store.hpp"
#include "support/random_history.hpp"
#include "support/temporary_folder.hpp"

namespace breakwatch {
namespace {

using namespace test;

const std::shared_ptr<const IdentityKey> kKey =
    std::make_shared<const IdentityKey>(IdentityKey::from_material("restart"));

// Few enough that incidents compete for it.
const AlertPlan kPlan{AlertMode::budget, 1};

EngineSettings settings_for(const History& history, bool keep)
{
    EngineSettings settings;
    settings.bindings = limits();
    settings.duty_from = history.duty_from;
    settings.keep_memory = keep;
    return settings;
}

// One run, with the store as the service uses it.
class Run {
  public:
    Run(const History& history, Store& store, Timestamp now)
        : catalog_(small_catalog()),
          store_(store),
          engine_(settings_for(history, true), catalog_, model_,
                  [](const StaffId& staff) { return Pseudonym{"p-" + staff.value}; })
    {
        const auto known = store.incidents_since(now - std::chrono::hours{26});
        REQUIRE(known);
        for (const auto& stored : *known) engine_.remember(stored.incident, stored.staff);
        tell(kPlan);
        tell(Enrolment(history.people));
        tell(Roster(history.duty));
        tell(Rules{history.rule});
        std::vector<std::string> owners;
        for (const auto& person : history.people) owners.push_back(kKey->pseudonym(person.staff).value);
        REQUIRE(store.tidy_memory(now, owners));
        const auto kept = store.memory(owners, [](const std::string& what) { FAIL(what); });
        REQUIRE(kept);
        act(engine_.recall(*kept, now));
    }
    // Facts wait to be kept together, until a finding changes or for a moment: until the end here.
    void tell(const Observation& observation)
    {
        auto effects = engine_.observe(observation);
        if (!effects.empty() || engine_.finding_changed()) act(effects);
    }
    void stop() { act(engine_.pause()); }
    void kill() { act({}); }
    void finish() { act(engine_.finish()); }

  private:
    void act(const std::vector<Effect>& effects)
    {
        auto update = seal(engine_.take_memory(), *kKey);
        const MemoryUpdate decided{{}, std::exchange(update.put_last, {}), std::exchange(update.gone, {}), {}};
        REQUIRE(store_.keep_memory(update) == 0U);
        for (const auto& effect : effects) {
            if (const auto* incident = std::get_if<RecordIncident>(&effect)) REQUIRE(store_.record(*incident));
        }
        REQUIRE(store_.keep_memory(decided) == 0U);
    }

    PlatformCatalog catalog_;
    DetectorModel model_;
    Store& store_;
    Engine engine_;
};

Conclusion conclusion_of(const Incident& incident)
{
    Conclusion conclusion;
    for (const auto& finding : incident.findings) conclusion.findings.push_back(finding.at);
    conclusion.count = incident.finding_count;
    conclusion.confidence = incident.confidence;
    conclusion.call = incident.call.id;
    conclusion.answered = incident.call.answered;
    conclusion.ended = incident.call.ended;
    conclusion.grade = incident.binding.grade;
    conclusion.held = incident.held;
    return conclusion;
}

Conclusions undisturbed(const History& history, const std::vector<Told>& told)
{
    World world(settings_for(history, false));
    world.tell(kPlan).tell(Enrolment(history.people)).tell(Roster(history.duty)).tell(Rules{history.rule});
    for (const auto& each : told) world.tell(each.observation);
    world.finish();
    Conclusions all;
    for (const auto& incident : world.standing()) all[incident.id] = conclusion_of(incident);
    return all;
}

Conclusions disturbed(const History& history, const std::vector<Told>& told, Dice& dice)
{
    const TemporaryFolder folder;
    auto store = open_store(folder.path(), {"siem"}, kKey);
    REQUIRE(store);
    auto run = std::make_unique<Run>(history, **store, at("08:00"));
    for (const auto& each : told) {
        run->tell(each.observation);
        if (dice.upto(120) > 0) continue;
        if (dice.chance(50)) {
            run->stop();
        } else {
            run->kill();
        }
        run.reset();
        store->reset();
        store = open_store(folder.path(), {"siem"}, kKey);
        REQUIRE(store);
        run = std::make_unique<Run>(history, **store, each.at);
    }
    run->finish();
    Conclusions all;
    const auto stored = (*store)->incidents_since(at("00:00"));
    REQUIRE(stored);
    for (const auto& [incident, staff] : *stored) {
        if (incident.state != IncidentState::closed) all[incident.id] = conclusion_of(incident);
    }
    return all;
}

std::string in_words(const Conclusions& conclusions)
{
    std::string text;
    for (const auto& [id, each] : conclusions) {
        text += id + " " + each.call + " " + std::string(name(each.grade)) + " " + std::to_string(each.count) + " at " +
                std::to_string(each.confidence) + (each.held ? " held" : "") +
                (each.ended ? " " + to_rfc3339(*each.ended) : "");
        for (const auto time : each.findings) text += " " + to_rfc3339(time).substr(11, 12);
        text += "\n";
    }
    return text;
}

// A sanitizer makes each take twenty times as long.
#ifdef __SANITIZE_ADDRESS__
constexpr unsigned kHistories = 24;
#else
constexpr unsigned kHistories = 200;
#endif

}  // namespace

TEST_CASE("for random histories the incidents are those of an undisturbed run, whenever it is stopped or killed")
{
    std::size_t incidents = 0;
    for (unsigned seed = 3000; seed < 3000 + kHistories; ++seed) {
        CAPTURE(seed);
        const auto history = roll(seed);
        Dice dice(seed);
        auto told = seed % 2 == 0 ? all_of(history) : shuffled(all_of(history), dice);
        std::ranges::stable_sort(told, {}, &Told::at);
        const auto expected = undisturbed(history, told);
        incidents += expected.size();
        CHECK(in_words(disturbed(history, told, dice)) == in_words(expected));
    }
    CHECK(incidents > 5 * kHistories);
}

}  // namespace breakwatch
