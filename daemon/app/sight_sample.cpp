#include "app/sight_sample.hpp"

#include <algorithm>
#include <fstream>
#include <set>

#include "config/read_values.hpp"

namespace breakwatch {
namespace {

bool is_radius(const FeedStatus& feed)
{
    return feed.name.starts_with("radius");
}
bool is_calls(const FeedStatus& feed)
{
    return feed.name.starts_with("calls:");
}
// Says nothing of who has which address.
bool is_no_network(const FeedStatus& feed)
{
    return feed.name == "people" || feed.name.starts_with("mentions:");
}

}  // namespace

SightExpectation sight_expected(const Config& config, const Enrolment& enrolment, Timestamp now)
{
    SightExpectation expected;
    expected.interface = listed(config.capture.interfaces);
    expected.filter = config.capture.filter;
    expected.snaplen = config.capture.snaplen;
    expected.radius = !config.radius.empty() || !config.radius_detail.empty();
    expected.leases = !config.dnsmasq_leases.empty() || !config.kea_leases.empty();
    for (const auto& person : enrolment.people()) {
        if (!person.active_at(now)) continue;
        expected.enrolled_devices += person.macs.size();
        expected.private_macs_enrolled |= std::ranges::any_of(person.macs, &MacAddress::locally_administered);
    }
    for (const auto& zone : config.zones)
        expected.vlans.insert(expected.vlans.end(), zone.vlans.begin(), zone.vlans.end());
    return expected;
}

SightSample sight_sample(const CaptureStatus& capture, const std::vector<FeedStatus>& feeds, Timestamp now)
{
    SightSample sample;
    sample.at = now;
    sample.open = capture.up;
    sample.wire = capture.decode.wire;
    sample.received = capture.source.received;
    sample.dropped = capture.source.dropped_by_kernel + capture.source.dropped_by_interface;
    sample.facts = capture.sensor.sightings + capture.sensor.leases;
    for (const auto& feed : feeds) {
        if (is_calls(feed)) {
            // An event that says nothing of anybody is neither.
            sample.names.push_back({.feed = feed.name,
                                    .mapped = feed.taken - std::min(feed.taken, feed.unmapped),
                                    .unmapped = feed.unmapped});
        } else if (!is_no_network(feed)) {
            sample.facts += feed.taken;
            if (is_radius(feed)) sample.radius_facts += feed.taken;
        }
    }
    return sample;
}

std::vector<SightSample> sight_samples(const std::vector<CaptureStatus>& captures, const std::vector<FeedStatus>& feeds,
                                       Timestamp now)
{
    std::vector<SightSample> samples;
    for (const auto& capture : captures) samples.push_back(sight_sample(capture, feeds, now));
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (i > 0) samples[i].names.clear();
        for (std::size_t other = 0; other < captures.size(); ++other) {
            if (other == i) continue;
            const auto& wire = captures[other].decode.wire;
            const auto& sensor = captures[other].sensor;
            samples[i].facts += sensor.sightings + sensor.leases + wire.address_facts + wire.dhcp;
            samples[i].wire.vlans |= wire.vlans;
        }
    }
    return samples;
}

ShedSums shed_by(const CaptureStatus& capture)
{
    const auto& decode = capture.decode;
    return {.strangers = decode.of(Loss::shed_stranger),
            .volumes = decode.of(Loss::shed_volume),
            .hellos = decode.of(Loss::shed_hello)};
}

std::optional<NamesSeen> names_in_rosters(const Config& config, const FeedStatus& people, const Enrolment& enrolment,
                                          const Roster& roster, Timestamp now)
{
    if (config.rosters.empty() || config.roster.duty == DutyBasis::call_system) return std::nullopt;
    std::set<StaffId> rostered;
    for (const auto& interval : roster.intervals()) rostered.insert(interval.staff);
    std::set<StaffId> enrolled;
    for (const auto& person : enrolment.people())
        if (person.active_at(now)) enrolled.insert(person.staff);
    NamesSeen names{.feed = people.name, .unmapped = people.unmapped, .people = enrolled.size()};
    names.unrostered = static_cast<std::size_t>(
        std::ranges::count_if(enrolled, [&](const auto& staff) { return !rostered.contains(staff); }));
    names.mapped = enrolled.size() - names.unrostered;
    return names;
}

std::optional<bool> link_of(const std::string& interface)
{
    if (interface.empty() || interface.find('/') != std::string::npos) return std::nullopt;
    std::ifstream in("/sys/class/net/" + interface + "/carrier");
    int carrier = -1;
    if (in >> carrier) return carrier == 1;
    return std::nullopt;
}

}  // namespace breakwatch
