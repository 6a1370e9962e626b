// The engine's parts and what it does with each observation: engine.cpp observes, engine_time.cpp settles and forgets
// as time goes by, engine_mentions.cpp answers what somebody saw, engine_memory.cpp keeps what a restart would lose,
// engine_counters.cpp says what it holds and has done.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/activity/detector_watch.hpp"
#include "policy/activity/post_detector.hpp"
#include "policy/activity/upload_watch.hpp"
#include "policy/activity/volume_history.hpp"
#include "policy/engine.hpp"
#include "policy/health.hpp"
#include "policy/incident/incident_book.hpp"
#include "policy/incident/zone_watch.hpp"
#include "policy/mention/mention_book.hpp"
#include "policy/mention/watched_spans.hpp"
#include "policy/pending_findings.hpp"

namespace breakwatch {

class Engine::Impl {
  public:
    Impl(const EngineSettings& settings, const PlatformCatalog& catalog, const DetectorModel& model,
         Pseudonymise pseudonymise);

    std::vector<Effect> observe(const Observation& observation, SourceId source);
    std::vector<Effect> source_ended(SourceId source);
    std::vector<Effect> finish();
    std::vector<Effect> pause();
    MemoryChanges take_memory();
    bool finding_changed() const { return pending_.has_changes() || !memory_.forgotten.empty(); }
    std::vector<Effect> recall(const std::vector<Memory>& memories, Timestamp now);
    std::vector<Effect> use(const PlatformCatalog& catalog, const DetectorModel& model);
    void remember(const Incident& incident, const StaffId& staff) { book_.remember(incident, staff); }
    EngineCounters counters() const;
    const std::map<std::string, PlatformCounters>& platforms() const { return platforms_; }
    std::optional<double> drift() const { return detector_watch_.distance(); }
    const std::vector<DutyInterval>& planned_duty() const { return roster_.intervals(); }
    std::vector<DutyInterval> told_duty() const { return agents_.intervals(); }
    std::uint64_t identity_version() const { return identity_version_ + bindings_.regroupings(); }
    std::vector<BoundAddress> take_met() { return bindings_.take_met(); }
    std::vector<Binding> bindings() const { return bindings_.all(now_); }
    std::vector<BoundAddress> bound_addresses() const { return bindings_.bound(now_); }

  private:
    void on(const Exchange& exchange);
    void on(const Finding& finding);
    void on(const TrafficVolume& volume);
    void on(const Lease& lease);
    void on(const AddressSighting& sighting);
    void on(const SessionEvent& event);
    void on(const Suspicion& suspicion);
    void on(const CallEvent& event);
    void on(const AgentStateEvent& event);
    void on(const Mention& mention) { mentions_.observe(mention, now_); }
    void on(const Roster& roster);
    void on(const Enrolment& enrolment);
    void on(const Rules& rules);
    void on(const AlertPlan& plan) { book_.use(plan); }
    void on(const FeedState& state);
    void on(const FeedClock& clock) { report(health_.observe(clock)); }
    void on(const InputRefused& refused) { report(health_.observe(refused)); }
    void on(const SightState& state) { report(health_.observe(state)); }
    void on(const Tick& tick) { told(tick.now); }

    void watch_detector();
    void detect(const std::vector<Finding>& posts);
    void take(const std::vector<Finding>& findings);
    void take_roster();
    void tell_suspicions();
    void tell_unattributed();
    void identity_changed(const MacAddress& mac, const std::vector<IpAddress>& addresses, Timestamp at);
    void told(Timestamp at);
    void advance(Timestamp now);
    void tidy();
    bool withdrawn(const StaffId& staff) const;
    // Feeds have mapped whatever their systems call people to staff ids.
    bool watched(const StaffId& staff, Timestamp at) const { return enrolment_.active(staff, at) && !withdrawn(staff); }
    void forget_the_withdrawn();
    void forget(const EnrolledPerson& person);
    void report(std::vector<ReportHealth> reports);
    void keep(Memory memory, const StaffId& owner, Timestamp until);
    void keep(const PendingFindings::Change& change);
    Duration calls_reach() const;
    void recall_statement(const KeptStatement& kept, Timestamp now);
    void recall_finding(const KeptFinding& kept);
    void recall_exchange(const RecordedExchange& exchange, Timestamp now);
    enum class Answers : std::uint8_t { due, all, final };
    void answer_mentions(Answers which);
    void keep_record_by(const Rules& rules);
    void purge_record();
    void keep_watched();
    void tell_held();
    std::vector<Effect> effects();
    Facts facts() const { return {*catalog_, bindings_, duty_, calls_, rules_}; }

    EngineSettings settings_;
    const PlatformCatalog* catalog_;
    PostDetector detector_;
    UploadWatch uploads_;
    DetectorWatch detector_watch_;
    double prior_odds_;  // policy/mention/odds.hpp
    BindingTable bindings_;
    Enrolment enrolment_;
    Roster told_roster_;
    Roster roster_;
    AgentDuty agents_;
    Duty duty_{roster_, agents_, settings_.duty_from};
    CallTimeline calls_;
    Rules rules_;
    VolumeHistory volumes_;
    IncidentBook book_;
    AlertBudget budget_;
    ExchangeRecord record_;
    PendingFindings pending_;
    MentionBook mentions_;
    WatchedSpans watched_;
    std::set<std::string> captures_down_;
    ZoneWatch zone_watch_;
    Health health_;
    Watermarks watermarks_;
    SourceId source_ = 0;  // of what is being observed
    Timestamp now_;
    Timestamp watched_since_ = Timestamp::max();  // the first traffic told of
    Timestamp tidied_;
    Timestamp forgot_;
    Timestamp watched_kept_;
    Timestamp complete_told_;
    std::size_t purged_ = 0;  // exchanges of the record, since this was told
    Timestamp purge_told_;
    Timestamp held_told_;              // the day until which what was held has been told
    std::uint64_t held_before_ = 0;    // so many were held by then
    std::uint64_t raised_before_ = 0;  // and, of them, raised
    Timestamp next_withdrawal_ = Timestamp::max();
    std::uint64_t identity_version_ = 0;
    EngineCounters counters_;
    std::map<std::string, PlatformCounters> platforms_;  // as many as catalogues name
    std::vector<Effect> effects_;
    MemoryChanges memory_;
};

}  // namespace breakwatch
