#include "policy/incident/story.hpp"

#include <algorithm>
#include <cmath>

#include "policy/zone_error.hpp"

namespace breakwatch {

namespace {

std::string percent(double share)
{
    return std::to_string(std::lround(share * 100)) + " %";
}

std::string kilobytes(std::uint64_t bytes)
{
    return std::to_string((bytes + 512) / 1024) + " KiB";
}

std::string call_in_words(const Incident& incident)
{
    const auto& call = incident.call;
    const auto queue = call.queue.empty() ? std::string() : ", queue " + call.queue;
    if (incident.after_call.count() >= 0 && call.ended) {
        auto by = call.ended_by.empty() ? std::string() : ", ended by " + call.ended_by;
        if (call.wrap_up && incident.after_call < *call.wrap_up) by += "; its wrap-up still went on";
        return std::string(contact_in_words(call.channel)) + " had ended " + to_words(incident.after_call) +
               " before, at " + to_clock(*call.ended) + "Z" + queue + by;
    }
    auto text = "during " + std::string(contact_in_words(call.channel)) + queue;
    if (call.answered) text += ", answered at " + to_clock(*call.answered) + "Z";
    return text + (call.ended ? ", ended at " + to_clock(*call.ended) + "Z" : std::string());
}

std::string duty_in_words(const IncidentDuty& duty)
{
    if (!duty.shift_start) return "";
    const auto span = [](Timestamp start, const std::optional<Timestamp>& end) {
        return end ? to_clock(start) + "Z to " + to_clock(*end) + "Z" : "since " + to_clock(start) + "Z";
    };
    auto text = duty.from_call_system ? std::string("logged in to the call system ") : "on shift ";
    text += span(*duty.shift_start, duty.shift_end);
    if (!duty.site.empty()) text += " at " + duty.site;
    if (duty.pause_start) text += ", on a break " + span(*duty.pause_start, duty.pause_end);
    return text;
}

std::string binding_in_words(const IncidentBinding& binding)
{
    auto text = "whose device: " + std::string(name(binding.grade)) + ", " + binding.reason;
    if (!binding.zone.empty()) text += "; zone " + binding.zone;
    return text;
}

void add(std::vector<std::string>& texts, std::string text)
{
    if (!text.empty()) texts.push_back(std::move(text));
}

std::string confidence_in_words(const Incident& incident)
{
    const auto surest = std::ranges::max(incident.findings, {}, &Finding::confidence).confidence;
    return "the surest of them " + percent(surest) + ", taken together " + percent(incident.confidence);
}

std::vector<std::string> gaps_of_findings(const Incident& incident)
{
    static constexpr auto kNotMeasured =
        "how often such a finding is wrong on this platform was not measured on this site, so no percentage is given";
    std::vector<std::string> gaps;
    if (incident.findings.empty()) return gaps;
    if (incident.tier == Tier::b) {
        gaps.push_back(
            "judged by the shape of the traffic, on a server that serves browsing too: what was "
            "sent is not known; " +
            (incident.measured ? "confidence " + percent(incident.confidence) : std::string(kNotMeasured)));
    } else if (incident.tier == Tier::corroborated) {
        gaps.push_back(
            "that the post which was seen is this one is inferred from platform, time and shape: what was sent is not "
            "known");
    } else {
        gaps.push_back("what was sent is not known, nor whether it was made public");
    }
    const auto guessed = [](const Finding& f) { return f.name_origin == NameOrigin::dns; };
    if (std::ranges::any_of(incident.findings, guessed)) {
        gaps.emplace_back("the server's name is a guess from the device's own DNS answers");
    }
    return gaps;
}

std::string clock_in_words(const Health::Clock& clock)
{
    auto text = "the clock of " + clock.feed + " is about " + to_words(std::chrono::abs(clock.ahead)) +
                (clock.ahead.count() < 0 ? " behind" : " ahead of") + " this machine's";
    if (zone_error(clock.ahead)) text += ", as if its time zone were set wrongly";
    if (clock.corrected == Duration{0}) return text + ": the time after the call is uncertain by as much";
    return text + ": its times are corrected by " + to_words(std::chrono::abs(clock.corrected));
}

std::vector<std::string> gaps_of_coverage(const Coverage& coverage)
{
    std::vector<std::string> gaps;
    if (coverage.falls_short()) {
        gaps.push_back("the network's accounting counted " + kilobytes(coverage.network) +
                       " of the device about that time, of which " + kilobytes(coverage.seen) +
                       " were seen here: the rest went past the capture");
    }
    const auto all = coverage.total();
    if (all == 0) {
        gaps.emplace_back("how much of the device's traffic could be named is not known");
        return gaps;
    }
    if (const auto hidden = 1.0 - coverage.share(); hidden >= 0.005) {
        gaps.push_back(percent(hidden) + " of the device's traffic about that time had no server name");
    }
    if (coverage.encrypted > 0) {
        gaps.push_back(percent(static_cast<double>(coverage.encrypted) / static_cast<double>(all)) +
                       " of it went to names hidden by Encrypted Client Hello");
    }
    return gaps;
}

}  // namespace

std::string rank_in_words(unsigned rank)
{
    return "more post-like than " + std::to_string(rank) + " of 100 such findings here in the last two weeks";
}

std::vector<std::string> reasons_of(const Incident& incident)
{
    std::vector<std::string> reasons;
    if (!incident.findings.empty()) {
        const auto& first = incident.findings.front();
        for (const auto& reason : first.reasons) add(reasons, reason);
        if (incident.finding_count > 1) {
            reasons.push_back(std::to_string(incident.finding_count - 1) +
                              " more on the same platform after this call, the last of those kept at " +
                              to_clock(incident.findings.back().at) + "Z");
            if (incident.measured) reasons.push_back(confidence_in_words(incident));
        }
        if (!incident.measured) reasons.emplace_back("write-like; not measured on this site");
        if (incident.rank) reasons.push_back(rank_in_words(*incident.rank));
        reasons.push_back(call_in_words(incident));
    }
    add(reasons, duty_in_words(incident.duty));
    reasons.push_back(binding_in_words(incident.binding));
    return reasons;
}

std::vector<std::string> gaps_of(const Incident& incident, const Health& health)
{
    auto gaps = gaps_of_findings(incident);
    if (!incident.findings.empty()) {
        for (auto& gap : gaps_of_coverage(incident.coverage)) gaps.push_back(std::move(gap));
        if (!incident.call.ended) gaps.emplace_back("the end of the call is not known yet");
        gaps.emplace_back("cellular data and other networks are not visible, nor what goes through a VPN");
    }
    gaps.emplace_back(incident.binding.grade == Grade::strong
                          ? "the device logged in as this person; who held it is not known"
                          : "the device is enrolled for this person; who held it is not known");
    for (const auto& doubt : incident.binding.doubts) gaps.push_back("whose device: " + doubt);
    if (!incident.duty.conflict.empty()) gaps.push_back(incident.duty.conflict);
    for (const auto& clock : health.clocks()) {
        if (incident.findings.empty() || !clock.feed.starts_with("calls:")) continue;
        gaps.push_back(clock_in_words(clock));
    }
    for (const auto& feed : health.down()) {
        gaps.push_back("feed " + feed.feed + " is down since " + to_clock(feed.since) +
                       "Z: what it would have told is missing");
    }
    for (auto& blind : health.blind()) gaps.push_back("breakwatch could not see everything: " + blind);
    return gaps;
}

}  // namespace breakwatch
