#include "policy/sight/sight_watch.hpp"

#include <algorithm>

namespace breakwatch {
namespace {

// So many call events of nobody enrolled, and none of anybody, are no chance where some of the agents are enrolled.
constexpr std::uint64_t kEnoughEvents = 20;

SightSpan span_of(const SightSample& earlier, const SightSample& later)
{
    const auto difference = [](std::uint64_t before, std::uint64_t now) { return now - std::min(before, now); };
    return {.length = later.at - earlier.at,
            .wire = between(earlier.wire, later.wire),
            .received = difference(earlier.received, later.received),
            .dropped = difference(earlier.dropped, later.dropped),
            .facts = difference(earlier.facts, later.facts),
            .radius_facts = difference(earlier.radius_facts, later.radius_facts)};
}

// Seldom enough that two minutes say nothing: judged since the start.
bool is_slow(BlindSpot spot)
{
    return spot == BlindSpot::nobody || spot == BlindSpot::other_vlans || spot == BlindSpot::no_addresses ||
           spot == BlindSpot::no_radius || spot == BlindSpot::names_hidden;
}

std::string counted(std::uint64_t number, const char* one, const char* many)
{
    return std::to_string(number) + " " + (number == 1 ? one : many);
}

Sight of_calls(const NamesSeen& names)
{
    Sight sight{
        .spot = BlindSpot::strangers, .severity = Severity::error, .what = {}, .change = {}, .subject = names.feed};
    sight.blind = names.mapped == 0;
    if (!sight.blind) return sight;
    sight.what = "none of its " + std::to_string(names.unmapped) + " events is of anybody enrolled";
    sight.change =
        "enter into the enrolment, as agent aliases, the names that this system uses; breakwatchd intake shows them";
    return sight;
}

Sight of_roster(const NamesSeen& names)
{
    Sight sight{.spot = BlindSpot::unrostered, .what = {}, .change = {}, .subject = names.feed};
    // People on leave are in no roster, people who are not enrolled are; both at once may be one name in two spellings.
    sight.blind = names.unrostered > 0 && (names.unmapped > 0 || names.unrostered == names.people);
    if (!sight.blind) return sight;
    if (names.unrostered == names.people) sight.severity = Severity::error;
    sight.what = counted(names.unrostered, "enrolled person is", "enrolled people are") + " in no roster (of " +
                 std::to_string(names.people) + "), and " +
                 counted(names.unmapped, "row of a roster is", "rows of rosters are") + " of nobody enrolled";
    sight.change =
        "where these are the same people, enter the roster's names as aliases into the enrolment; breakwatchd check "
        "lists them";
    return sight;
}

}  // namespace

std::vector<Sight> assess_names(const std::vector<NamesSeen>& names)
{
    std::vector<Sight> sights;
    for (const auto& each : names) {
        if (each.people > 0) {
            sights.push_back(of_roster(each));
        } else if (each.mapped > 0 || each.unmapped >= kEnoughEvents) {
            sights.push_back(of_calls(each));
        }
    }
    return sights;
}

std::vector<BlindSpot> SightWatch::spots() const
{
    std::vector<BlindSpot> spots;
    for (const auto& [place, sight] : present_) spots.push_back(place.spot);
    return spots;
}

std::vector<Sight> SightWatch::judge(const SightSample& sample) const
{
    std::vector<Sight> sights;
    const auto since = sample.at - first_->at;
    if (since < kWindow) return sights;
    for (auto& sight : assess(span_of(samples_.front(), sample), expectation_, spots()))
        if (!is_slow(sight.spot)) sights.push_back(std::move(sight));
    for (auto& sight : assess(span_of(*first_, sample), expectation_, spots()))
        if (is_slow(sight.spot)) sights.push_back(std::move(sight));
    return sights;
}

std::vector<SightState> SightWatch::look(const SightSample& sample)
{
    std::vector<SightState> told;
    for (const auto& sight : assess_names(sample.names)) take(sight, sample.at, told);
    // A capture that is down is told as such; one that was opened anew counts from zero.
    const bool anew = first_ && (sample.wire.packets < samples_.back().wire.packets || sample.at < samples_.back().at);
    if (!sample.open || anew) {
        first_.reset();
        samples_.clear();
        silence_.begin_anew();
        if (!sample.open) return told;
    }
    if (!first_) first_ = sample;
    if (samples_.empty() || sample.at - samples_.back().at >= kBetween) samples_.push_back(sample);
    while (samples_.size() > 1 && sample.at - samples_[1].at >= kWindow) samples_.pop_front();
    for (const auto& sight : judge(sample)) {
        if (sight.spot != BlindSpot::silent) take(sight, sample.at, told);
    }
    if (!live_) return told;
    if (const auto silence = silence_.look(sample.at, sample.wire.packets, sample.link))
        take(*silence, sample.at, told);
    return told;
}

std::vector<SightState> SightWatch::look(Timestamp at, const std::string& interface, const ShedSums& shed)
{
    std::vector<SightState> told;
    auto sight = shed_.look(at, shed);
    if (!sight) return told;
    sight->subject = "capture:" + interface;
    take(*sight, at, told);
    return told;
}

void SightWatch::take(const Sight& sight, Timestamp at, std::vector<SightState>& told)
{
    const Place place{sight.spot, sight.subject};
    const auto found = present_.find(place);
    if (found == present_.end() && !sight.blind) return;
    const auto subject = !sight.subject.empty() ? sight.subject : "capture:" + expectation_.interface;
    if (found == present_.end()) {
        present_.emplace(place, sight);
        told.push_back({std::string(name(sight.spot)), subject, false, sight.severity, sight.what, sight.change, at});
    } else if (!sight.blind) {
        told.push_back({std::string(name(sight.spot)), subject, true, Severity::notice, found->second.what, "", at});
        present_.erase(found);
    } else {
        // The figures of now; incidents of the time are to have them, too.
        if (sight.spot == BlindSpot::shed && sight.what != found->second.what)
            told.push_back(
                {std::string(name(sight.spot)), subject, false, sight.severity, sight.what, sight.change, at});
        found->second = sight;
    }
}

std::vector<std::string> SightWatch::present() const
{
    std::vector<std::string> texts;
    const auto here = expectation_.one_of_several ? expectation_.interface : "";
    for (const auto& [place, sight] : present_) {
        const auto& subject = place.subject.empty() ? here : place.subject;
        texts.push_back((subject.empty() ? "" : subject + ": ") + sight.what + ": " + sight.change);
    }
    return texts;
}

}  // namespace breakwatch
