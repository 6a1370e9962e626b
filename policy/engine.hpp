// One observation in, effects out: the join of what happened, who did it and whether it should
// have. Single-threaded, no I/O, no clock. Its "now" is the latest packet or tick time it was told.
// Late facts (calls, leases, sessions, rosters) re-join findings held within the horizon; the same
// observations in another order, within the horizon, give the same incidents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/activity/detector_model.hpp"
#include "policy/activity/platform_catalog.hpp"
#include "policy/counters.hpp"
#include "policy/duty/duty.hpp"
#include "policy/effect.hpp"
#include "policy/identity/binding_limits.hpp"
#include "policy/memory.hpp"
#include "policy/observation.hpp"
#include "policy/watermarks.hpp"

namespace breakwatch {

struct EngineSettings {
    Duration horizon = std::chrono::minutes{30};      // how late a fact may be and still join
    Duration incident_open = std::chrono::hours{26};  // how long further facts extend an incident
    std::size_t pending_findings = 50'000;
    std::size_t open_incidents = 100'000;
    std::size_t budget_scores = 10'000;              // of incidents that compete for the day's alerts
    std::size_t recorded_exchanges = 50'000;         // of the short-term record that mentions are answered from
    Duration record_reach = std::chrono::hours{72};  // and how long each is kept; zero: there is no such record
    std::size_t mentions = 10'000;
    std::size_t volume_slices_per_device = 720;
    std::size_t volume_devices = 20'000;
    std::size_t volume_slices = 4'000'000;  // of all devices
    std::vector<ZoneRule> zones;
    DutyBasis duty_from = DutyBasis::roster;
    bool keep_memory = false;  // take_memory() is asked after each observation
    BindingLimits bindings;
    CallLimits calls;
    AgentDutyLimits agents;
};

#define BREAKWATCH_ENGINE_COUNTERS(COUNTER)                                                                 \
    COUNTER(exchanges, total, "exchanges with platforms that the sensors told")                             \
    COUNTER(possible_posts, total, "exchanges that the detector looked at")                                 \
    COUNTER(unjudgeable, total, "possible posts of which too much was not seen")                            \
    COUNTER(findings, total, "what looked like a post")                                                     \
    COUNTER(findings_unenrolled, total, "findings dropped at once: of no enrolled device")                  \
    COUNTER(findings_ambiguous, total, "findings that could be more than one person's: nobody is named")    \
    COUNTER(findings_weak, total, "findings of which it is not sure enough whose: nobody is named")         \
    COUNTER(findings_outside, total, "findings for which no rule held")                                     \
    COUNTER(findings_refused_full, refused, "findings, of too many that wait for late facts")               \
    COUNTER(incidents, total, "incidents opened")                                                           \
    COUNTER(incident_updates, total, "later revisions of incidents")                                        \
    COUNTER(incidents_held, total, "incidents that were held: stored, and told to nobody")                  \
    COUNTER(held_raised, total, "held incidents that became sure enough, and were told")                    \
    COUNTER(calls_unenrolled, total, "calls of people who are not enrolled: dropped at once")               \
    COUNTER(agent_states, total, "logins and pauses of the enrolled")                                       \
    COUNTER(facts_refused_full, refused, "calls and statements of who has which address")                   \
    COUNTER(named_bytes, total, "octets between enrolled devices and servers whose own names were seen")    \
    COUNTER(dns_named_bytes, total, "octets with servers that are known by the client's DNS answers alone") \
    COUNTER(hidden_bytes, total, "octets with servers whose names were encrypted")                          \
    COUNTER(unnamed_bytes, total, "octets with servers without a name")                                     \
    COUNTER(volumes_refused_full, refused, "volumes of traffic")                                            \
    COUNTER(uploads_refused_full, refused, "media uploads, of too many devices at once")                    \
    COUNTER(exchanges_refused_full, refused, "exchanges of the short-term record: the oldest went")         \
    COUNTER(mentions_refused_full, refused, "mentions of posts that somebody saw")                          \
    COUNTER(mentions, level, "mentions of posts that somebody saw")                                         \
    COUNTER(recorded_exchanges, level, "post-like exchanges that mentions are answered from")               \
    COUNTER(pending_findings, level, "findings that wait for late facts")                                   \
    COUNTER(devices, level, "devices of which something is known")                                          \
    COUNTER(bindings, level, "statements of who has which address")                                         \
    COUNTER(calls, level, "calls that are remembered")                                                      \
    COUNTER(markers, level, "markers of addresses that changed hands")                                      \
    COUNTER(open_incidents, level, "incidents that further posts extend")                                   \
    COUNTER(budget_scores, level, "incidents that competed for the day's alerts")                           \
    COUNTER(traffic_slices, level, "slices of traffic volumes")                                             \
    COUNTER(duty_events, level, "what is known of who was on duty")

// What the engine holds and has done, for health and status. No people in it.
struct EngineCounters {
    BREAKWATCH_COUNTERS(BREAKWATCH_ENGINE_COUNTERS)
};

#define BREAKWATCH_PLATFORM_COUNTERS(COUNTER)                                                  \
    COUNTER(exchanges, total, "exchanges with the platform, but of devices that are nobody's") \
    COUNTER(findings, total, "what looked like a post on the platform")

struct PlatformCounters {
    BREAKWATCH_COUNTERS(BREAKWATCH_PLATFORM_COUNTERS)
};

class Engine {
  public:
    // Keyed hash of a staff id; given from outside since the policy holds no key.
    using Pseudonymise = std::function<Pseudonym(const StaffId&)>;

    Engine(const EngineSettings& settings, const PlatformCatalog& catalog, const DetectorModel& model,
           Pseudonymise pseudonymise);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    // `source`: whose event time it moves on (exchanges, volumes, findings, ticks); calls, leases and people come at
    // any time.
    std::vector<Effect> observe(const Observation& observation, SourceId source = 0);
    // A source that tells no more; its end does not hold the others back.
    std::vector<Effect> source_ended(SourceId source);
    // End of input (replay): decides all that is still held.
    std::vector<Effect> finish();
    // The same for a run that another follows: what may still be judged otherwise waits for it.
    std::vector<Effect> pause();
    // Other tables from now on, both outliving the engine. What is still being looked at is decided by
    // the old ones: its exchanges carry the old catalogue's numbers.
    std::vector<Effect> use(const PlatformCatalog& catalog, const DetectorModel& model);
    // Incidents already on disk at start, so that a restart extends instead of repeating them.
    void remember(const Incident& incident, const StaffId& staff);
    // What a restart would lose, as it changed since the last time (EngineSettings::keep_memory).
    MemoryChanges take_memory();
    // A finding is among it: it is to be kept at once, the rest may wait to be kept together.
    bool finding_changed() const;
    // What an earlier run kept, in its order, as of `now`: once, after enrolment, roster, rules and remember(). What
    // waited too long is decided by the next tick.
    std::vector<Effect> recall(const std::vector<Memory>& memories, Timestamp now);

    EngineCounters counters() const;
    // By platform; everybody's together.
    const std::map<std::string, PlatformCounters>& platforms() const;
    // How far the traffic is from what the detector was made from (activity/feature_drift.hpp), as judged last.
    std::optional<double> drift() const;
    // Moves on with each statement about who is who: while it stands still, bound_addresses() changes by take_met()
    // alone.
    std::uint64_t identity_version() const;
    // Enrolled devices at addresses at which they were not known, since the last time this was asked.
    std::vector<BoundAddress> take_met();
    // The devices and addresses of enrolled people, now and as far back as late facts reach; in no order, with repeats.
    std::vector<BoundAddress> bound_addresses() const;
    // Who is known to have had which address and device: by staff, then time.
    std::vector<Binding> bindings() const;
    // The enrolled people's duty as the roster plans it, and as the call system's logins tell it.
    const std::vector<DutyInterval>& planned_duty() const;
    std::vector<DutyInterval> told_duty() const;

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace breakwatch
