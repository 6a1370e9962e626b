// The incidents that further facts may still change. Each is what its findings come to, worked out
// anew whenever one comes, goes or is judged otherwise: so the order in which facts arrive does not
// matter.
//
//   finding put --> part of a case --settle--> folded into the case (settled*): its confidences, first and count stay,
//        |               |                     the finding itself as far as it is among the first kIncidentFindings
//        |               '--withdraw / judged for another key--> gone from this case; a told incident without parts is
//        withdrawn
//        '-- each change marks the case due; revise() composes it anew and tells a revision only where it says
//        something new
//
//   held --- sure enough by itself, by a mention, or by the budget (incident_standing.cpp) ---> raised, and so for good
//
// Invariants: a finding is a part of at most one case (case_of_); what is settled never changes, so that a case tidied
// away after `keep` cannot come back otherwise; revisions of one incident are numbered without gaps, over restarts too
// (remember, recall).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "policy/activity/measured.hpp"
#include "policy/activity/volume_history.hpp"
#include "policy/effect.hpp"
#include "policy/finding_index.hpp"
#include "policy/health.hpp"
#include "policy/incident/alert_budget.hpp"
#include "policy/incident/alert_mode.hpp"

namespace breakwatch {

// A device of a person seen where devices are not allowed.
struct Presence {
    Timestamp at;
    Binding binding;
    DutyState duty;
    Severity severity = Severity::warning;
};

class IncidentBook {
  public:
    // Each further finding adds less: past so many nothing that would show.
    static constexpr std::size_t kConfidences = 16;

    using Pseudonymise = std::function<Pseudonym(const StaffId&)>;
    struct Limits {
        std::size_t incidents;
        Duration keep;                                        // after it was told last
        Duration keep_corroborated = std::chrono::hours{96};  // a complaint may be taken back days later
    };

    IncidentBook(Limits limits, Pseudonymise pseudonymise);

    // The finding makes, or belongs to, the incident of `judgement.key`, and to no other any more.
    void put(FindingNumber number, const Finding& finding, const Judgement& judgement);
    // It belongs to none any more.
    void withdraw(FindingNumber number);
    // No late fact can change it any more. False: its incident is not sure enough to be told so far.
    bool settle(FindingNumber number);
    Pseudonym pseudonym(const StaffId& staff) const { return pseudonymise_(staff); }
    void put(const IncidentKey& key, const Presence& presence);
    void call_changed(const Call& call);

    // RADIUS accounting counted more of the person's device.
    void octets_counted(const StaffId& staff, Timestamp at);

    // What an incident's story is told from besides its own facts.
    struct Sources {
        const VolumeHistory& volumes;
        const Health& health;
        const BindingTable& bindings;
        Timestamp watched_since;  // before then no traffic was looked at
    };
    // From now on; until told, every incident is raised.
    void use(const AlertPlan& plan) { plan_ = plan; }
    void use(MeasuredRecord measured) { measured_ = std::move(measured); }
    // Lets those compete of which a finding was settled since the last time, in the order of the findings' times.
    void decide(AlertBudget& budget);
    // Revisions due since the last time.
    std::vector<RecordIncident> revise(Timestamp now, const Sources& sources);

    void remember(const Incident& incident, const StaffId& staff);
    // A finding of a remembered incident may still be judged otherwise: it is no settled part of it.
    void reopen(const IncidentKey& key, const Finding& finding);
    // A finding that an earlier run settled, with its judgement then: also of an incident that was not sure enough to
    // be told so far.
    void recall(const Finding& finding, const Judgement& judgement);
    void forget(const StaffId& staff);
    void tidy(Timestamp now);
    std::size_t size() const { return cases_.size(); }
    std::uint64_t opened() const { return opened_; }
    std::uint64_t updated() const { return updated_; }
    // Opened as held; and of those, raised since.
    std::uint64_t held() const { return held_; }
    std::uint64_t held_raised() const { return held_raised_; }

  private:
    struct Part {
        Finding finding;
        Judgement judgement;
    };
    // Everything that makes one incident.
    struct Case {
        std::map<FindingNumber, Part> parts;  // late facts may still change them
        std::vector<Finding> settled;         // the first kIncidentFindings of them, by time
        std::uint32_t settled_count = 0;
        std::vector<double> settled_confidences;  // the kConfidences highest of them
        Tier settled_tier = Tier::corroborated;
        double least_confidence = 0;  // below it there is no incident; stays once a finding is settled
        std::optional<Part> first;    // of the settled ones
        std::optional<Presence> presence;
        IncidentCall call;
        std::optional<Incident> told;  // the last revision
        bool raised = false;           // by the budget: stays so
        std::optional<unsigned> rank;
        Timestamp touched;
    };

    Incident compose(const IncidentKey& key, const Case& open, const Sources& sources) const;
    static void measure(Incident& incident, const Part& first, const Sources& sources);
    static void conclude(Incident& incident, const Case& open);
    static void learn(IncidentCall& known, const Call& call);
    void make_room();
    // incident_standing.cpp
    bool is_held(const IncidentKey& key, const Case& open, const Incident& incident) const;
    bool sure_enough(const std::string& platform, const Case& open, const std::vector<Finding>& findings) const;
    bool corroborated(const IncidentKey& key, const std::vector<Finding>& findings) const;
    void corroborates(const IncidentKey& key);
    void compete(const IncidentKey& key, Timestamp at, AlertBudget& budget);
    void count(const Case& open, const Incident& incident);

    std::map<IncidentKey, Case> cases_;
    std::map<FindingNumber, IncidentKey> case_of_;
    std::set<IncidentKey> due_;
    Limits limits_;
    Pseudonymise pseudonymise_;
    std::uint64_t opened_ = 0;
    std::uint64_t updated_ = 0;
    std::optional<AlertPlan> plan_;
    MeasuredRecord measured_;
    std::vector<std::pair<Timestamp, IncidentKey>> contenders_;
    std::uint64_t held_ = 0;
    std::uint64_t held_raised_ = 0;
};

}  // namespace breakwatch
