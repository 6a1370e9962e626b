#include "policy/health.hpp"

#include <algorithm>
#include <utility>

#include "policy/event_catalogue.hpp"
#include "policy/zone_error.hpp"

namespace breakwatch {

namespace {

std::string off_by(Duration ahead)
{
    return to_words(ahead.count() < 0 ? -ahead : ahead) + (ahead.count() < 0 ? " behind" : " ahead of");
}

std::string with_reason(const std::string& text, const std::string& reason)
{
    return reason.empty() ? text : text + ": " + reason;
}

}  // namespace

std::vector<ReportHealth> Health::observe(const FeedState& state)
{
    const auto known = down_.find(state.feed);
    const bool was_down = known != down_.end();
    if (was_down != state.up || (!was_down && down_.size() >= kFeeds)) return {};
    if (!state.up) {
        down_[state.feed] = state.at;
        return {{event::kFeedDown.code, Severity::error, state.feed,
                 with_reason("feed down, what it would tell cannot be joined until it is back", state.what), state.at}};
    }
    const auto lasted = state.at - known->second;
    down_.erase(known);
    return {{event::kFeedDown.code, Severity::notice, state.feed,
             with_reason("feed back after " + to_words(lasted), state.what), state.at}};
}

std::vector<ReportHealth> Health::observe(const InputRefused& refused)
{
    const auto key = std::pair(refused.feed, refused.taken);
    if (!refusals_.contains(key) && refusals_.size() >= kFeeds) return {};
    const auto [entry, first] = refusals_.try_emplace(key);
    auto& refusals = entry->second;
    refusals.latest = refused.at;
    if (!first && refused.at - refusals.told < kRefusalWindow) {
        ++refusals.since;
        refusals.where = refused.where;
        refusals.what = refused.what;
        return {};
    }
    std::vector<ReportHealth> reports;
    if (refusals.since > 0) reports.push_back(tell_together(key, refusals));
    refusals.told = refused.at;
    reports.push_back({event::kRefused.code, refused.taken ? Severity::notice : Severity::warning, refused.feed,
                       (refused.taken ? "taken all the same: " : "refused: ") + refused.where + ": " + refused.what,
                       refused.at});
    return reports;
}

ReportHealth Health::tell_together(const std::pair<std::string, bool>& of, Refusals& refusals)
{
    const auto& [feed, taken] = of;
    ReportHealth report{event::kRefused.code, taken ? Severity::notice : Severity::warning, feed,
                        std::to_string(refusals.since) +
                            (taken ? " more taken all the same since " : " more refused since ") +
                            to_rfc3339(refusals.told) + ", the last: " + refusals.where + ": " + refusals.what,
                        refusals.latest};
    refusals.since = 0;
    refusals.told = refusals.latest;
    return report;
}

std::vector<ReportHealth> Health::observe(const Suspicion& suspicion)
{
    const auto [entry, first] = signs_.try_emplace(suspicion.kind);
    auto& signs = entry->second;
    signs.latest = std::max(signs.latest, suspicion.at);
    if (!first && suspicion.at - signs.told < kRefusalWindow) {
        ++signs.since;
        return {};
    }
    std::vector<ReportHealth> reports;
    if (signs.since > 0) reports.push_back(tell_together(suspicion.kind, signs));
    signs.told = suspicion.at;
    const auto severity = suspicion.kind == Suspicion::Kind::router_learnt ? Severity::notice : Severity::warning;
    reports.push_back({event::kSpoofing.code, severity, "link",
                       std::string(name(suspicion.kind)) + ": " + suspicion.what, suspicion.at});
    return reports;
}

ReportHealth Health::tell_together(Suspicion::Kind kind, Signs& signs)
{
    ReportHealth report{event::kSpoofing.code, Severity::warning, "link",
                        std::string(name(kind)) + ": seen " + std::to_string(signs.since) + " more times since " +
                            to_rfc3339(signs.told),
                        signs.latest};
    signs.since = 0;
    signs.told = signs.latest;
    return report;
}

std::vector<ReportHealth> Health::observe(const FeedClock& clock)
{
    if (!clocks_.contains(clock.feed) && clocks_.size() >= kFeeds) return {};
    const auto before = std::exchange(clocks_[clock.feed], clock);
    const auto is_corrected = [](const FeedClock& each) { return each.corrected != Duration{0}; };
    if (before.beyond == clock.beyond && (!clock.beyond || is_corrected(before) == is_corrected(clock))) return {};
    if (!clock.beyond) {
        return {{event::kWrongClock.code, Severity::notice, clock.feed,
                 "clock of the source is right again: " + off_by(clock.ahead), clock.at}};
    }
    return {{event::kWrongClock.code, Severity::warning, clock.feed,
             "clock skew: the source is " + off_by(clock.ahead) + " this machine" +
                 (zone_error(clock.ahead) ? ", as if its time zone were set wrongly" : "") +
                 (is_corrected(clock) ? "; its times are corrected by " + to_words(std::chrono::abs(clock.corrected))
                                      : "; times after calls are off by as much"),
             clock.at}};
}

std::vector<ReportHealth> Health::observe(const SightState& state)
{
    const std::pair place{state.subject, state.spot};
    const auto known = blind_.find(place);
    const bool capture = state.subject.starts_with("capture:");
    const auto code = capture ? event::kBlind.code : event::kStrangers.code;
    if (state.over) {
        if (known == blind_.end()) return {};
        const auto lasted = state.at - known->second.at;
        blind_.erase(known);
        return {
            {code, Severity::notice, state.subject, "over after " + to_words(lasted) + ": " + state.what, state.at}};
    }
    if (known != blind_.end()) known->second.what = state.what;  // its figures go on
    if (known != blind_.end() || blind_.size() >= kFeeds) return {};
    blind_.emplace(place, state);
    return {{code, state.severity, state.subject, state.what + "; likely cause, and what to change: " + state.change,
             state.at}};
}

std::vector<ReportHealth> Health::advance(Timestamp now)
{
    std::vector<ReportHealth> reports;
    for (auto& [of, refusals] : refusals_) {
        if (refusals.since > 0 && now - refusals.told >= kRefusalWindow) {
            reports.push_back(tell_together(of, refusals));
        }
    }
    for (auto& [kind, signs] : signs_) {
        if (signs.since > 0 && now - signs.told >= kRefusalWindow) reports.push_back(tell_together(kind, signs));
    }
    return reports;
}

std::vector<ReportHealth> Health::finish()
{
    std::vector<ReportHealth> reports;
    for (auto& [of, refusals] : refusals_) {
        if (refusals.since > 0) reports.push_back(tell_together(of, refusals));
    }
    for (auto& [kind, signs] : signs_) {
        if (signs.since > 0) reports.push_back(tell_together(kind, signs));
    }
    return reports;
}

std::vector<Health::Down> Health::down() const
{
    std::vector<Down> feeds;
    for (const auto& [feed, since] : down_) feeds.push_back({feed, since});
    return feeds;
}

std::vector<Health::Clock> Health::clocks() const
{
    std::vector<Clock> off;
    for (const auto& [feed, clock] : clocks_) {
        if (std::chrono::abs(clock.ahead) >= std::chrono::seconds{1})
            off.push_back({feed, clock.ahead, clock.corrected});
    }
    return off;
}

std::vector<std::string> Health::blind() const
{
    std::vector<std::string> texts;
    for (const auto& [place, state] : blind_) texts.push_back(state.what);
    return texts;
}

}  // namespace breakwatch
