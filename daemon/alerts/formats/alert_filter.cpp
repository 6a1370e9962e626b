#include "alerts/formats/alert_filter.hpp"

#include <algorithm>

#include "policy/event_catalogue.hpp"

namespace breakwatch {

Severity severity_told(const Alert& alert, const std::map<std::string, int>& severities)
{
    const auto other = severities.find(alert.code);
    return other == severities.end() ? alert.severity : static_cast<Severity>(other->second);
}

bool passes(const Alert& alert, const SyslogConfig& sink)
{
    if (alert.code == event::kHeartbeat.code) return true;
    const auto& [codes, severity, rules] = sink.filter;
    if (static_cast<int>(severity_told(alert, sink.severity)) > severity) return false;
    const auto begins = [&](const std::string& beginning) { return alert.code.starts_with(beginning); };
    if (!codes.empty() && std::ranges::none_of(codes, begins)) return false;
    const auto rule = std::ranges::find(alert.fields, "rule", &std::pair<std::string, std::string>::first);
    return rules.empty() || rule == alert.fields.end() || std::ranges::find(rules, rule->second) != rules.end();
}

void KeptBack::keep(const Alert& alert)
{
    if (alert.sequence == 0 || alert.sequence > last_) ++count_;
    last_ = std::max(last_, alert.sequence);
    note(alert);
}

void KeptBack::recall(const std::vector<Alert>& alerts, const SyslogConfig& sink)
{
    for (const auto& alert : alerts)
        if (!passes(alert, sink)) note(alert);
}

void KeptBack::note(const Alert& alert)
{
    constexpr std::size_t kMostRuns = 4'096;
    const auto follows = runs_.find(alert.previous);
    const auto before = follows != runs_.end() ? follows->second : alert.previous;
    if (follows != runs_.end()) runs_.erase(follows);
    runs_[alert.sequence] = before;
    if (runs_.size() > kMostRuns) runs_.erase(runs_.begin());
}

Alert KeptBack::told(Alert alert) const
{
    const auto run = runs_.find(alert.previous);
    if (run != runs_.end()) alert.previous = run->second;
    return alert;
}

}  // namespace breakwatch
