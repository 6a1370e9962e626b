#include <algorithm>
#include <utility>
#include <variant>

#include "policy/engine_impl.hpp"
#include "policy/event_catalogue.hpp"

namespace breakwatch {

namespace {

// How often, in event time, what is out of date is forgotten.
constexpr Duration kTidyEvery = std::chrono::minutes{2};
// The same for what is kept for hours and is much to go through.
constexpr Duration kForgetEvery = std::chrono::minutes{10};
// Slices so much older than the horizon may still belong to an incident's story: the window after a
// call and some minutes before its end.
constexpr Duration kVolumeReach = std::chrono::minutes{30};

BindingLimits keeping(BindingLimits limits, bool keep)
{
    limits.keep = keep;
    return limits;
}

}  // namespace

Engine::Impl::Impl(const EngineSettings& settings, const PlatformCatalog& catalog,
                   const DetectorModel& model, Pseudonymise pseudonymise)
    : settings_(settings),
      catalog_(&catalog),
      detector_(detector_with(catalog, model)),
      detector_watch_(model),
      bindings_(keeping(settings.bindings, settings.keep_memory)),
      agents_(settings.agents),
      calls_(settings.calls),
      volumes_({settings.volume_slices_per_device, settings.volume_devices, settings.volume_slices}),
      book_({settings.open_incidents, settings.incident_open}, std::move(pseudonymise)),
      pending_(settings.pending_findings, book_),
      zone_watch_(settings.horizon)
{
    bindings_.set_zones(settings.zones);
    if (settings.keep_memory) pending_.keep();
}

std::vector<Effect> Engine::Impl::observe(const Observation& observation)
{
    std::visit([this](const auto& told) { on(told); }, observation);
    return effects();
}

// What happened.

void Engine::Impl::on(const Exchange& exchange)
{
    ++counters_.exchanges;
    advance(std::max(exchange.up_last, exchange.down_last.value_or(exchange.up_last)));
    if (bindings_.enrolment_status(exchange.device, exchange.up_first) == EnrolmentStatus::stranger) return;
    take(detector_->observe(exchange));
}

std::unique_ptr<PostDetector> Engine::Impl::detector_with(const PlatformCatalog& catalog, const DetectorModel& model)
{
    auto detector = std::make_unique<PostDetector>(catalog, model);
    detector->set_observer([this](const Exchange&, const FeatureVector& features, double, bool cannot_tell) {
        detector_watch_.saw(features, cannot_tell);
        ++counters_.possible_posts;
        if (cannot_tell) ++counters_.unjudgeable;
    });
    return detector;
}

void Engine::Impl::on(const Finding& finding)
{
    advance(finding.at);
    take({finding});
}

void Engine::Impl::on(const TrafficVolume& volume)
{
    advance(volume.from + volume.length);
    watched_since_ = std::min(watched_since_, volume.from);
    if (bindings_.enrolment_status(volume.device, volume.from) == EnrolmentStatus::enrolled) volumes_.add(volume);
}

void Engine::Impl::take(const std::vector<Finding>& findings)
{
    counters_.findings += findings.size();
    for (const auto& finding : findings) pending_.add(finding, facts());
}

// Who.

void Engine::Impl::on(const Lease& lease)
{
    ++identity_version_;
    bindings_.observe(lease);
    tell_suspicions();
    identity_changed(lease.mac, {lease.ip}, lease.ended.value_or(lease.from));
}

void Engine::Impl::on(const AddressSighting& sighting)
{
    ++identity_version_;
    bindings_.observe(sighting);
    tell_suspicions();
    identity_changed(sighting.mac, {sighting.ip}, sighting.at);
}

void Engine::Impl::on(const SessionEvent& event)
{
    ++identity_version_;
    bindings_.observe(event);
    tell_suspicions();
    if (event.kind == SessionEvent::Kind::nas_reset) {
        pending_.everything_changed(facts());
        return;
    }
    identity_changed(event.mac, event.addresses, event.at);
    if (event.octets_in + event.octets_out > 0) {
        for (const auto& binding : bindings_.bindings_at({event.mac, {}}, event.at))
            book_.octets_counted(binding.staff, event.at);
    }
    for (const auto& prefix : event.prefixes) pending_.prefix_changed(prefix, facts());
}

void Engine::Impl::on(const Suspicion& suspicion)
{
    bindings_.observe(suspicion);
    report(health_.observe(suspicion));
    if (suspicion.kind == Suspicion::Kind::evidence_lost) return pending_.everything_changed(facts());
    if (!suspicion.mac.is_zero()) pending_.device_changed(suspicion.mac, {}, facts());
}

void Engine::Impl::tell_suspicions()
{
    for (const auto& suspicion : bindings_.take_suspicions()) report(health_.observe(suspicion));
}

void Engine::Impl::identity_changed(const MacAddress& mac, const std::vector<IpAddress>& addresses,
                                    Timestamp at)
{
    pending_.device_changed(mac, addresses, facts());
    if (mac.is_zero()) return;  // somebody else's
    const Device device{mac, addresses.empty() ? IpAddress{} : addresses.front()};
    zone_watch_.observe(device, at, {bindings_, duty_, rules_}, book_);
}

// Whether it should have.

void Engine::Impl::on(const CallEvent& event)
{
    const auto staff = enrolment_.by_agent(event.staff.value);
    if (!staff || !enrolment_.active(*staff, event.at) || withdrawn(*staff)) {
        ++counters_.calls_unenrolled;
        return;
    }
    auto of_person = event;
    of_person.staff = *staff;
    const auto call = calls_.observe(of_person);
    if (!call) return;
    keep(of_person, *staff, event.at + calls_reach());
    pending_.person_changed(*staff, facts());
    book_.call_changed(*call);
}

void Engine::Impl::on(const AgentStateEvent& event)
{
    const auto staff = enrolment_.by_agent(event.staff.value);
    if (!staff || !enrolment_.active(*staff, event.at) || withdrawn(*staff)) return;
    ++counters_.agent_states;
    auto of_person = event;
    of_person.staff = *staff;
    if (!agents_.observe(of_person)) return;
    keep(of_person, *staff, event.at + settings_.agents.horizon);
    pending_.person_changed(*staff, facts());
    zone_watch_.judge_again({bindings_, duty_, rules_}, book_);
}

void Engine::Impl::on(const Roster& roster)
{
    told_roster_ = roster;
    take_roster();
}

// By staff id, and of enrolled people only: a roster names its agents in its own way.
void Engine::Impl::take_roster()
{
    std::vector<DutyInterval> rows;
    for (auto row : told_roster_.intervals()) {
        const auto staff = enrolment_.by_agent(row.staff.value);
        if (!staff || withdrawn(*staff)) continue;
        row.staff = *staff;
        rows.push_back(std::move(row));
    }
    roster_ = Roster(std::move(rows));
    pending_.everything_changed(facts());
    zone_watch_.judge_again({bindings_, duty_, rules_}, book_);
}

void Engine::Impl::on(const Enrolment& enrolment)
{
    ++identity_version_;
    const auto before = std::exchange(enrolment_, enrolment);
    bindings_.set_enrolment(enrolment_);
    for (const auto& person : before.people()) {
        if (enrolment_.by_staff(person.staff) == nullptr) forget(person);
    }
    forget_the_withdrawn();
    take_roster();
}

void Engine::Impl::on(const Rules& rules)
{
    rules_ = rules;
    pending_.everything_changed(facts());
}

// As time goes by.

void Engine::Impl::advance(Timestamp now)
{
    if (now <= now_) return;
    now_ = now;
    take(detector_->advance(now));
    pending_.settle_before(now - settings_.horizon, facts());
    if (now >= next_withdrawal_) forget_the_withdrawn();
    if (now - tidied_ >= kTidyEvery) tidy();
}

void Engine::Impl::tidy()
{
    tidied_ = now_;
    report(health_.advance(now_));
    report(detector_watch_.advance(now_));
    bindings_.expire(now_);
    if (now_ - forgot_ >= kForgetEvery) {
        forgot_ = now_;
        calls_.expire(now_);
        agents_.expire(now_);
        volumes_.forget_before(now_ - settings_.horizon - kVolumeReach);
        book_.tidy(now_);
    }
    zone_watch_.tidy(now_);
    pending_.settle_unattributed_before(now_ - settings_.bindings.unknown_wait, facts());
}

bool Engine::Impl::withdrawn(const StaffId& staff) const
{
    const auto* person = enrolment_.by_staff(staff);
    return person == nullptr ||
           (person->withdrawn && *person->withdrawn <= now_ && !enrolment_.active(staff, now_));
}

// From the moment of withdrawal there is no state, not even of what happened before it.
void Engine::Impl::forget_the_withdrawn()
{
    next_withdrawal_ = Timestamp::max();
    bool any = false;
    for (const auto& person : enrolment_.people()) {
        if (!person.withdrawn) continue;
        if (*person.withdrawn > now_) {
            next_withdrawal_ = std::min(next_withdrawal_, *person.withdrawn);
        } else if (withdrawn(person.staff)) {
            forget(person);
            any = true;
        }
    }
    if (!any) return;
    ++identity_version_;
    bindings_.expire(now_);
    take_roster();
}

void Engine::Impl::forget(const EnrolledPerson& person)
{
    pending_.forget(person.staff);
    calls_.forget(person.staff);
    agents_.forget(person.staff);
    book_.forget(person.staff);
    zone_watch_.forget(person.staff);
    if (settings_.keep_memory) memory_.forgotten.push_back(person.staff);
    for (const auto& mac : person.macs) volumes_.forget({mac, {}});
}

void Engine::Impl::report(std::vector<ReportHealth> reports)
{
    for (auto& each : reports) effects_.emplace_back(std::move(each));
}

std::vector<Effect> Engine::Impl::effects()
{
    tell_unattributed();
    for (auto& revision : book_.revise(now_, {volumes_, health_, bindings_, watched_since_}))
        effects_.emplace_back(std::move(revision));
    return std::exchange(effects_, {});
}

// A finding that a rule was made for, and nobody to name for it: the reader of the alerts is to know.
void Engine::Impl::tell_unattributed()
{
    for (const auto& each : pending_.take_unattributed()) {
        std::string between;
        if (each.people.size() > 1) {
            for (const auto& staff : each.people) between += (between.empty() ? "between " : " and ") + book_.pseudonym(staff).value;
            between += ": ";
        }
        report({{event::kUnattributed.code, Severity::notice, "identity",
                 "post-like activity on " + each.finding.platform + " at " + to_rfc3339(each.finding.at) +
                     " is attributed to nobody: " + between + each.why,
                 std::max(now_, each.finding.at)}});
    }
}

std::vector<Effect> Engine::Impl::finish()
{
    take(detector_->finish());
    auto due = effects();
    pending_.settle_all(facts());
    report(health_.finish());
    for (auto& each : effects()) due.push_back(std::move(each));
    return due;
}

std::vector<Effect> Engine::Impl::use(const PlatformCatalog& catalog, const DetectorModel& model)
{
    take(detector_->finish());
    catalog_ = &catalog;
    detector_ = detector_with(catalog, model);
    detector_watch_ = DetectorWatch(model);
    pending_.everything_changed(facts());
    return effects();
}

std::vector<Effect> Engine::Impl::pause()
{
    take(detector_->finish());
    report(health_.finish());
    return effects();
}

EngineCounters Engine::Impl::counters() const
{
    auto all = counters_;
    all.incidents = book_.opened();
    all.incident_updates = book_.updated();
    all.facts_refused_full =
        calls_.refused_full() + agents_.refused_full() + bindings_.refused_full() + zone_watch_.refused_full();
    all.volumes_refused_full = volumes_.refused_full();
    all.pending_findings = pending_.size();
    all.findings_unenrolled = pending_.counters().unenrolled;
    all.findings_ambiguous = pending_.counters().ambiguous;
    all.findings_weak = pending_.counters().weak;
    all.findings_outside = pending_.counters().outside;
    all.findings_refused_full = pending_.counters().refused_full;
    all.devices = bindings_.devices();
    all.bindings = bindings_.size();
    all.calls = calls_.size();
    all.markers = bindings_.markers();
    all.open_incidents = book_.size();
    all.traffic_slices = volumes_.size();
    all.duty_events = agents_.size();
    return all;
}

Engine::Engine(const EngineSettings& settings, const PlatformCatalog& catalog,
               const DetectorModel& model, Pseudonymise pseudonymise)
    : impl_(std::make_unique<Impl>(settings, catalog, model, std::move(pseudonymise)))
{}

Engine::~Engine() = default;

std::vector<Effect> Engine::observe(const Observation& observation)
{
    return impl_->observe(observation);
}

std::vector<Effect> Engine::finish()
{
    return impl_->finish();
}

std::vector<Effect> Engine::use(const PlatformCatalog& catalog, const DetectorModel& model)
{
    return impl_->use(catalog, model);
}

void Engine::remember(const Incident& incident, const StaffId& staff)
{
    impl_->remember(incident, staff);
}

std::vector<Effect> Engine::pause()
{
    return impl_->pause();
}

MemoryChanges Engine::take_memory()
{
    return impl_->take_memory();
}

bool Engine::finding_changed() const
{
    return impl_->finding_changed();
}

std::vector<Effect> Engine::recall(const std::vector<Memory>& memories, Timestamp now)
{
    return impl_->recall(memories, now);
}

std::uint64_t Engine::identity_version() const
{
    return impl_->identity_version();
}

std::vector<Binding> Engine::bindings() const
{
    return impl_->bindings();
}

const std::vector<DutyInterval>& Engine::planned_duty() const
{
    return impl_->planned_duty();
}

std::vector<DutyInterval> Engine::told_duty() const
{
    return impl_->told_duty();
}

EngineCounters Engine::counters() const
{
    return impl_->counters();
}

}  // namespace breakwatch
