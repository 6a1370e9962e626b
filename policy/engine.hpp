// One observation in, effects out: the join of what happened, who did it and whether it should
// have. Single-threaded, no I/O, no clock. Its "now" is the latest packet or tick time it was told.
// Late facts (calls, leases, sessions, rosters) re-join findings held within the horizon; the same
// observations in another order, within the horizon, give the same incidents.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "policy/activity/detector_model.hpp"
#include "policy/activity/platform_catalog.hpp"
#include "policy/duty/duty.hpp"
#include "policy/effect.hpp"
#include "policy/identity/binding_table.hpp"
#include "policy/memory.hpp"
#include "policy/observation.hpp"

namespace breakwatch {

struct EngineSettings {
    Duration horizon = std::chrono::minutes{30};      // how late a fact may be and still join
    Duration incident_open = std::chrono::hours{26};  // how long further facts extend an incident
    std::size_t pending_findings = 50'000;
    std::size_t open_incidents = 100'000;
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

// What the engine holds and has done, for health and status. No people in it.
struct EngineCounters {
    std::uint64_t exchanges = 0;
    std::uint64_t possible_posts = 0;       // exchanges that the detector looked at
    std::uint64_t unjudgeable = 0;          // of those, too much was not seen
    std::uint64_t findings = 0;
    std::uint64_t findings_unenrolled = 0;  // dropped at once: no enrolled device
    std::uint64_t findings_ambiguous = 0;   // more than one person: counted, nobody named
    std::uint64_t findings_weak = 0;        // not sure enough who: counted, nobody named
    std::uint64_t findings_outside = 0;     // horizon passed without a rule holding
    std::uint64_t findings_refused_full = 0;
    std::uint64_t incidents = 0;
    std::uint64_t incident_updates = 0;
    std::uint64_t calls_unenrolled = 0;    // of people who are not enrolled: dropped at once
    std::uint64_t agent_states = 0;        // logins and pauses of the enrolled
    std::uint64_t facts_refused_full = 0;  // calls and identity statements beyond the caps
    std::uint64_t volumes_refused_full = 0;
    std::size_t pending_findings = 0;
    std::size_t devices = 0;
    std::size_t bindings = 0;
    std::size_t calls = 0;
    std::size_t markers = 0;
    std::size_t open_incidents = 0;
    std::size_t traffic_slices = 0;
    std::size_t duty_events = 0;
};

class Engine {
  public:
    // Keyed hash of a staff id; given from outside since the policy holds no key.
    using Pseudonymise = std::function<Pseudonym(const StaffId&)>;

    Engine(const EngineSettings& settings, const PlatformCatalog& catalog,
           const DetectorModel& model, Pseudonymise pseudonymise);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    std::vector<Effect> observe(const Observation& observation);
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
    // Moves on with each statement about who is who: what bindings() says has not changed while it stands still.
    std::uint64_t identity_version() const;
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
