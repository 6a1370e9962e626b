#include <algorithm>
#include <utility>
#include <variant>

#include "policy/engine_impl.hpp"
#include "policy/event_catalogue.hpp"
#include "policy/mention/odds.hpp"

namespace breakwatch {

namespace {

BindingLimits keeping(BindingLimits limits, bool keep)
{
    limits.keep = keep;
    return limits;
}

}  // namespace

Engine::Impl::Impl(const EngineSettings& settings, const PlatformCatalog& catalog, const DetectorModel& model,
                   Pseudonymise pseudonymise)
    : settings_(settings),
      catalog_(&catalog),
      detector_(catalog, model),
      uploads_(catalog, model.balanced_threshold),
      detector_watch_(model),
      prior_odds_(prior_odds(model.validation)),
      bindings_(keeping(settings.bindings, settings.keep_memory)),
      agents_(settings.agents),
      calls_(settings.calls),
      volumes_({settings.volume_slices_per_device, settings.volume_devices, settings.volume_slices}),
      book_({settings.open_incidents, settings.incident_open}, std::move(pseudonymise)),
      budget_(settings.budget_scores),
      record_(settings.record_reach > Duration{0} ? settings.recorded_exchanges : 0),
      pending_(settings.pending_findings, book_, record_),
      mentions_({settings.mentions, settings.horizon, settings.record_reach}, book_),
      zone_watch_(settings.horizon)
{
    watch_detector();
    bindings_.set_zones(settings.zones);
    book_.use(model.measured);
    if (!settings.keep_memory) return;
    budget_.keep();
    pending_.keep();
    record_.keep();
    mentions_.keep();
}

std::vector<Effect> Engine::Impl::observe(const Observation& observation, SourceId source)
{
    source_ = source;
    std::visit([this](const auto& told) { on(told); }, observation);
    return effects();
}

// What happened.

void Engine::Impl::on(const Exchange& exchange)
{
    ++counters_.exchanges;
    const auto at = std::max(exchange.up_last, exchange.down_last.value_or(exchange.up_last));
    told(at);
    if (bindings_.enrolment_status(exchange.device, exchange.up_first) == EnrolmentStatus::stranger) return;
    ++platforms_[catalog_->platform_name(exchange.match.platform)].exchanges;
    detector_.add(exchange);
    uploads_.add(exchange);
    detect(detector_.advance(now_));
}

// An upload is told when no post can come any more that it belongs to.
void Engine::Impl::detect(const std::vector<Finding>& posts)
{
    for (const auto& post : posts) uploads_.found(post);
    take(posts);
    take(uploads_.advance(now_));
}

void Engine::Impl::watch_detector()
{
    detector_.set_observer([this](const Exchange&, const FeatureVector& features, double, bool cannot_tell) {
        detector_watch_.saw(features, cannot_tell);
        ++counters_.possible_posts;
        if (cannot_tell) ++counters_.unjudgeable;
    });
}

void Engine::Impl::on(const Finding& finding)
{
    told(finding.at);
    take({finding});
}

void Engine::Impl::on(const TrafficVolume& volume)
{
    told(volume.from + volume.length);
    watched_since_ = std::min(watched_since_, volume.from);
    if (bindings_.enrolment_status(volume.device, volume.from) != EnrolmentStatus::enrolled) return;
    volumes_.add(volume);
    counters_.named_bytes += volume.named;
    counters_.dns_named_bytes += volume.by_dns;
    counters_.hidden_bytes += volume.encrypted;
    counters_.unnamed_bytes += volume.unnamed;
}

void Engine::Impl::take(const std::vector<Finding>& findings)
{
    counters_.findings += findings.size();
    for (const auto& finding : findings) {
        ++platforms_[finding.platform].findings;
        pending_.add(finding, facts());
    }
}

// Who.

void Engine::Impl::on(const Lease& lease)
{
    bindings_.observe(lease);
    tell_suspicions();
    identity_changed(lease.mac, {lease.ip}, lease.ended.value_or(lease.from));
}

void Engine::Impl::on(const AddressSighting& sighting)
{
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

void Engine::Impl::identity_changed(const MacAddress& mac, const std::vector<IpAddress>& addresses, Timestamp at)
{
    pending_.device_changed(mac, addresses, facts());
    if (mac.is_zero()) return;  // somebody else's
    const Device device{mac, addresses.empty() ? IpAddress{} : addresses.front()};
    zone_watch_.observe(device, at, {bindings_, duty_, rules_}, book_);
}

// Whether it should have.

void Engine::Impl::on(const CallEvent& event)
{
    if (!watched(event.staff, event.at)) {
        ++counters_.calls_unenrolled;
        return;
    }
    const auto call = calls_.observe(event);
    if (!call) return;
    keep(event, event.staff, event.at + calls_reach());
    pending_.person_changed(event.staff, facts());
    book_.call_changed(*call);
}

void Engine::Impl::on(const AgentStateEvent& event)
{
    if (!watched(event.staff, event.at)) return;
    ++counters_.agent_states;
    if (!agents_.observe(event)) return;
    keep(event, event.staff, event.at + settings_.agents.horizon);
    pending_.person_changed(event.staff, facts());
    zone_watch_.judge_again({bindings_, duty_, rules_}, book_);
}

void Engine::Impl::on(const Roster& roster)
{
    told_roster_ = roster;
    take_roster();
}

// Of enrolled people only; whoever read the roster has mapped its names to staff ids.
void Engine::Impl::take_roster()
{
    std::vector<DutyInterval> rows;
    for (const auto& row : told_roster_.intervals()) {
        if (!withdrawn(row.staff)) rows.push_back(row);
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
    keep_record_by(rules);
    rules_ = rules;
    pending_.everything_changed(facts());
    mentions_.everything_changed();
}

// What an interface did not show for a while is not watched, whoever asks later.
void Engine::Impl::on(const FeedState& state)
{
    report(health_.observe(state));
    if (!state.feed.starts_with("capture:")) return;
    if (state.up) {
        captures_down_.erase(state.feed);
    } else {
        captures_down_.insert(state.feed);
        watched_.pause();
    }
}

void Engine::Impl::report(std::vector<ReportHealth> reports)
{
    for (auto& each : reports) effects_.emplace_back(std::move(each));
}

std::vector<Effect> Engine::Impl::effects()
{
    tell_unattributed();
    answer_mentions(Answers::due);
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
            for (const auto& staff : each.people)
                between += (between.empty() ? "between " : " and ") + book_.pseudonym(staff).value;
            between += ": ";
        }
        report({{event::kUnattributed.code, Severity::notice, "identity",
                 "post-like activity on " + each.finding.platform + " at " + to_rfc3339(each.finding.at) +
                     " is attributed to nobody: " + between + each.why,
                 std::max(now_, each.finding.at)}});
    }
}

std::vector<Effect> Engine::Impl::use(const PlatformCatalog& catalog, const DetectorModel& model)
{
    catalog_ = &catalog;
    detector_.use(catalog, model);
    uploads_.use(catalog, model.balanced_threshold);
    detector_watch_ = DetectorWatch(model);
    prior_odds_ = prior_odds(model.validation);
    book_.use(model.measured);
    pending_.everything_changed(facts());
    mentions_.everything_changed();
    return effects();
}

Engine::Engine(const EngineSettings& settings, const PlatformCatalog& catalog, const DetectorModel& model,
               Pseudonymise pseudonymise)
    : impl_(std::make_unique<Impl>(settings, catalog, model, std::move(pseudonymise)))
{}

Engine::~Engine() = default;

std::vector<Effect> Engine::observe(const Observation& observation, SourceId source)
{
    return impl_->observe(observation, source);
}

std::vector<Effect> Engine::source_ended(SourceId source)
{
    return impl_->source_ended(source);
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

std::vector<BoundAddress> Engine::take_met()
{
    return impl_->take_met();
}

std::vector<BoundAddress> Engine::bound_addresses() const
{
    return impl_->bound_addresses();
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

}  // namespace breakwatch
