// What the engine holds and has done.

#include "policy/engine_impl.hpp"

namespace breakwatch {

EngineCounters Engine::Impl::counters() const
{
    auto all = counters_;
    all.incidents = book_.opened();
    all.incident_updates = book_.updated();
    all.incidents_held = book_.held();
    all.held_raised = book_.held_raised();
    all.budget_scores = budget_.size();
    all.facts_refused_full =
        calls_.refused_full() + agents_.refused_full() + bindings_.refused_full() + zone_watch_.refused_full();
    all.volumes_refused_full = volumes_.refused_full();
    all.uploads_refused_full = uploads_.refused_full();
    all.exchanges_refused_full = record_.refused_full();
    all.mentions_refused_full = mentions_.refused_full();
    all.mentions = mentions_.size();
    all.recorded_exchanges = record_.size();
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

EngineCounters Engine::counters() const
{
    return impl_->counters();
}

const std::map<std::string, PlatformCounters>& Engine::platforms() const
{
    return impl_->platforms();
}

std::optional<double> Engine::drift() const
{
    return impl_->drift();
}

}  // namespace breakwatch
