// Random histories: the engine, told in order and told shuffled, concludes what the slow join does.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <utility>

#include "slow_join.hpp"
#include "support/engine_world.hpp"
#include "support/random_history.hpp"

namespace breakwatch {
namespace {

using namespace test;
using namespace std::chrono_literals;

Conclusions engine_concludes(const History& history, std::vector<Told> told)
{
    EngineSettings settings;
    settings.bindings = limits();
    settings.duty_from = history.duty_from;
    World world(settings);
    world.tell(Enrolment(history.people)).tell(Rules{history.rule}).tell(Roster(history.duty));
    std::ranges::stable_sort(told, {}, &Told::at);
    for (const auto& each : told) world.tell(each.observation);
    world.finish();
    Conclusions all;
    for (const auto& incident : world.standing()) {
        auto& conclusion = all[incident.id];
        for (const auto& finding : incident.findings) conclusion.findings.push_back(finding.at);
        conclusion.count = incident.finding_count;
        conclusion.confidence = incident.confidence;
        conclusion.call = incident.call.id;
        conclusion.answered = incident.call.answered;
        conclusion.ended = incident.call.ended;
        conclusion.grade = incident.binding.grade;
    }
    return all;
}

std::string in_words(const Conclusion& conclusion)
{
    std::string text = conclusion.call + " " + std::string(name(conclusion.grade)) + " " +
                       std::to_string(conclusion.count) + " at " + std::to_string(conclusion.confidence);
    for (const auto& time : {conclusion.answered, conclusion.ended}) text += " " + (time ? to_rfc3339(*time) : "-");
    for (const auto time : conclusion.findings) text += " " + to_rfc3339(time).substr(11, 12);
    return text;
}

// Empty when they agree.
std::string difference(const Conclusions& got, const Conclusions& expected)
{
    std::string text;
    for (const auto& [id, conclusion] : expected) {
        if (!got.contains(id))
            text += "\nmissing: " + in_words(conclusion);
        else if (got.at(id) != conclusion)
            text += "\ngot: " + in_words(got.at(id)) + "\nnot: " + in_words(conclusion);
    }
    for (const auto& [id, conclusion] : got) {
        if (!expected.contains(id)) text += "\ntoo much: " + in_words(conclusion);
    }
    return text;
}

}  // namespace

TEST_CASE("for random histories the engine concludes what the slow join does, in order and shuffled")
{
    const auto catalog = small_catalog();
    std::size_t incidents = 0;
    for (unsigned seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        const auto history = roll(seed);
        const auto expected = SlowJoin(history, catalog, limits()).conclusions();
        incidents += expected.size();
        const auto told = all_of(history);
        CHECK(difference(engine_concludes(history, told), expected) == "");
        Dice dice(seed + 1000);
        for (int round = 0; round < 3; ++round) {
            CHECK(difference(engine_concludes(history, shuffled(told, dice)), expected) == "");
        }
    }
    CHECK(incidents > 200);  // the histories are worth asking
}

TEST_CASE("for random histories nothing is told of a person, and nothing held, from the moment of withdrawal")
{
    std::size_t before = 0;
    for (unsigned seed = 200; seed < 230; ++seed) {
        CAPTURE(seed);
        auto history = roll(seed);
        Dice dice(seed);
        const auto moment = dice.moment(60, 180);
        const auto gone = history.people[1].staff;
        history.people[1].withdrawn = moment;
        EngineSettings settings;
        settings.bindings = limits();
        settings.duty_from = history.duty_from;
        World world(settings);
        world.tell(Enrolment(history.people)).tell(Rules{history.rule}).tell(Roster(history.duty));
        auto told = shuffled(all_of(history), dice);
        std::ranges::stable_sort(told, {}, &Told::at);
        for (const auto& each : told) {
            const auto revisions = world.revisions().size();
            // What late and early facts cannot know: the clock of the packets has passed the moment.
            if (each.at >= moment) world.tell(Tick{each.at});
            world.tell(each.observation);
            for (auto i = revisions; i < world.revisions().size(); ++i) {
                if (world.revisions()[i].staff != gone) continue;
                CHECK(each.at < moment);
                ++before;
            }
        }
        for (const auto& binding : world.engine().bindings()) CHECK(binding.staff != gone);
    }
    CHECK(before > 20);  // there was something to forget
}

TEST_CASE("for random histories each binding is what going through all statements gives")
{
    const auto catalog = small_catalog();
    std::size_t named = 0;
    for (unsigned seed = 100; seed < 120; ++seed) {
        const auto history = roll(seed);
        const SlowJoin slow(history, catalog, limits());
        BindingTable table(limits());
        table.set_enrolment(Enrolment(history.people));
        Dice dice(seed);
        auto told = shuffled(all_of(history), dice);
        std::ranges::stable_sort(told, {}, &Told::at);
        for (const auto& each : told) {
            if (const auto* lease = std::get_if<Lease>(&each.observation)) table.observe(*lease);
            if (const auto* seen = std::get_if<AddressSighting>(&each.observation)) table.observe(*seen);
            if (const auto* event = std::get_if<SessionEvent>(&each.observation)) table.observe(*event);
        }
        for (int i = 0; i < 200; ++i) {
            const Device device{dice.chance(80) ? MacAddress{} : any_phone(dice), any_address(dice)};
            const auto moment = dice.moment(0, kMinutes);
            std::map<std::string, Grade> found;
            for (const auto& binding : table.bindings_at(device, moment)) found[binding.staff.value] = binding.grade;
            CAPTURE(seed);
            CAPTURE(to_rfc3339(moment));
            CAPTURE(to_string(device.ip));
            CHECK((found == slow.who(device, moment)));
            named += found.size();
        }
    }
    CHECK(named > 1000);
}

TEST_CASE("for random histories a capture looks at every device and address of a binding, and at no other device")
{
    std::size_t addresses = 0;
    for (unsigned seed = 200; seed < 230; ++seed) {
        CAPTURE(seed);
        const auto history = roll(seed);
        BindingTable table(limits());
        table.set_enrolment(Enrolment(history.people));
        Dice dice(seed);
        auto told = shuffled(all_of(history), dice);
        std::ranges::stable_sort(told, {}, &Told::at);
        for (std::size_t i = 0; i < told.size(); ++i) {
            if (const auto* lease = std::get_if<Lease>(&told[i].observation)) table.observe(*lease);
            if (const auto* seen = std::get_if<AddressSighting>(&told[i].observation)) table.observe(*seen);
            if (const auto* event = std::get_if<SessionEvent>(&told[i].observation)) table.observe(*event);
            if (i % 37 != 0 && i + 1 != told.size()) continue;
            std::set<std::pair<MacAddress, IpAddress>> looked_at;
            std::set<MacAddress> devices;
            std::set<MacAddress> bound_devices;
            std::set<IpAddress> portals;
            std::set<IpAddress> bound_portals;
            for (const auto& each : table.bound(told[i].at)) {
                looked_at.emplace(each.mac, each.ip);
                devices.insert(each.mac);
                if (each.mac.is_zero() && !each.over) portals.insert(each.ip);
            }
            for (const auto& binding : table.all(told[i].at)) {
                CHECK(looked_at.contains({binding.mac, binding.ip}));
                bound_devices.insert(binding.mac);
                if (binding.mac.is_zero() && !binding.to) bound_portals.insert(binding.ip);
            }
            addresses += looked_at.size();
            CHECK((devices == bound_devices));
            CHECK((portals == bound_portals));
        }
    }
    CHECK(addresses > 1000);
}

}  // namespace breakwatch
