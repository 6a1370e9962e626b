// A response to incidents is a receiver: the record comes first, and words about ourselves are not its business.
#include "app/effect_router.hpp"

#include <doctest/doctest.h>

#include <string>

#include "policy/event_catalogue.hpp"

namespace breakwatch {
namespace {

// As a target that a site would add: one class, and one line that gives it to the router.
struct Blackboard {
    std::vector<std::string>& log;
    void operator()(const RecordIncident& record) const { log.push_back("responded to " + record.incident.id); }
};

}  // namespace

TEST_CASE("every effect is recorded, and then incidents are told to the response, in order")
{
    std::vector<std::string> log;
    EffectRouter router([&](const Effect& effect) {
        const auto* record = std::get_if<RecordIncident>(&effect);
        log.push_back("recorded " + (record != nullptr ? record->incident.id : std::get<ReportHealth>(effect).subject));
    });
    router.to(Blackboard{log});
    RecordIncident record;
    record.incident.id = "bw-1";
    router.route({record, ReportHealth{event::kMemory.code, Severity::warning, "memory", "full", {}}});
    CHECK(log == std::vector<std::string>{"recorded bw-1", "responded to bw-1", "recorded memory"});
}

TEST_CASE("a held incident is recorded, and no ground to act on")
{
    std::vector<std::string> log;
    EffectRouter router(
        [&](const Effect& effect) { log.push_back("recorded " + std::get<RecordIncident>(effect).incident.id); });
    router.to(Blackboard{log});
    RecordIncident record;
    record.incident.id = "bw-1";
    record.incident.held = true;
    router.route({record});
    CHECK(log == std::vector<std::string>{"recorded bw-1"});
}

}  // namespace breakwatch
