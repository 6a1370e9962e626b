#include "slow_join.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <tuple>

#include "policy/identity/address_history.hpp"

namespace breakwatch::test {

namespace {

void improve(std::map<std::string, Grade>& people, const std::string& staff, Grade grade)
{
    if (staff.empty()) return;
    const auto [entry, fresh] = people.try_emplace(staff, grade);
    if (!fresh) entry->second = std::min(entry->second, grade);
}

}  // namespace

std::string SlowJoin::owner_of(const MacAddress& mac) const
{
    for (const auto& person : history_.people) {
        if (std::ranges::count(person.macs, mac) > 0) return person.staff.value;
    }
    return "";
}

std::string SlowJoin::owner_of(const std::string& user) const
{
    for (const auto& person : history_.people) {
        if (person.staff.value == user) return user;
    }
    return "";
}

// What each device said of the address up to then.
SlowJoin::Sayings SlowJoin::said_of(const IpAddress& ip, Timestamp at) const
{
    Sayings all;
    const auto released = [&](const MacAddress& mac, Timestamp said) {
        return std::ranges::any_of(history_.leases, [&](const Lease& lease) {
            return lease.ended && lease.mac == mac && lease.ip == ip && *lease.ended > said && *lease.ended <= at;
        });
    };
    for (const auto& lease : history_.leases) {
        if (lease.ip != ip || lease.from > at || lease.ended) continue;
        auto& saying = all[lease.mac];
        saying.latest = std::max(saying.latest, lease.from);
        saying.leased = std::max(saying.leased.value_or(lease.from), lease.from);
        if (at < lease.until && !released(lease.mac, lease.from)) saying.lease_runs = true;
    }
    for (const auto& seen : history_.sightings) {
        if (seen.ip != ip || seen.at > at) continue;
        auto& saying = all[seen.mac];
        saying.latest = std::max(saying.latest, seen.at);
        if (at < seen.at + AddressHistory::kSightingHolds && !released(seen.mac, seen.at)) saying.seen_lately = true;
    }
    return all;
}

// The latest speaker, while what it said is valid, and the device whose lease is the latest lease, while that runs.
SlowJoin::Sayings SlowJoin::holders(const IpAddress& ip, Timestamp at) const
{
    const auto all = said_of(ip, at);
    Sayings held;
    for (const auto& [mac, saying] : all) {
        const bool speaks_last =
            std::ranges::none_of(all, [&](const auto& o) { return o.second.latest > saying.latest; });
        const bool leased_last = saying.lease_runs && std::ranges::none_of(all, [&](const auto& o) {
                                     return o.second.leased && *o.second.leased > *saying.leased;
                                 });
        if (saying.counts() && (speaks_last || leased_last)) held[mac] = saying;
    }
    return held;
}

// Then, and every moment about then at which something changed.
std::vector<Timestamp> SlowJoin::moments_about(Timestamp at) const
{
    std::vector<Timestamp> moments{at, at - limits_.grace, at + limits_.grace};
    const auto note = [&](Timestamp change) {
        if (change > at - limits_.grace && change < at + limits_.grace) {
            moments.push_back(change);
            moments.push_back(change - std::chrono::nanoseconds{1});
        }
    };
    for (const auto& lease : history_.leases) {
        if (!lease.ended) note(lease.from);
    }
    for (const auto& seen : history_.sightings) note(seen.at);
    return moments;
}

std::vector<SlowJoin::Stay> SlowJoin::stays_about(Timestamp at) const
{
    if (asked_ == at) return stays_;
    asked_ = at;
    stays_ = stays(at + limits_.grace + std::chrono::minutes{5});
    std::erase_if(stays_, [&](const Stay& s) { return !s.may_hold(at, limits_.grace) && !s.told_later(at); });
    return stays_;
}

SlowJoin::People SlowJoin::of_mac(const MacAddress& mac, const IpAddress& ip, Timestamp at, bool lease_runs) const
{
    People people;
    auto stays = stays_about(at);
    std::erase_if(stays, [&](const Stay& s) { return s.mac != mac || !s.may_hold(at, limits_.grace); });
    const bool in_session = std::ranges::any_of(stays, [&](const Stay& s) { return s.holds(at); });
    const auto enrolled = owner_of(mac);
    for (const auto& stay : stays) {
        const auto user = owner_of(stay.user);
        if ((!in_session && enrolled.empty()) || user.empty()) continue;
        const bool present = lease_runs && held_since(mac, ip, at) <= stay.started + std::chrono::minutes{5};
        const auto grade = stay.fresh(at) ? Grade::strong : present ? Grade::medium : Grade::weak;
        if (grade == Grade::weak && !enrolled.empty() && user != enrolled) continue;
        improve(people, user, grade);
    }
    improve(people, enrolled, Grade::medium);
    return people;
}

// Since when the device has the address without a break.
Timestamp SlowJoin::held_since(const MacAddress& mac, const IpAddress& ip, Timestamp at) const
{
    AddressHistory only;
    for (const auto& lease : history_.leases) {
        if (lease.ip != ip) continue;
        if (lease.ended) {
            only.end(ip, lease.mac, *lease.ended);
        } else {
            only.add(ip, {lease.from, lease.mac, lease.from, lease.until, AddressUse::Source::server_lease, 0});
        }
    }
    for (const auto& seen : history_.sightings) {
        if (seen.ip == ip)
            only.add(ip, {seen.at, seen.mac, seen.at, seen.at + AddressHistory::kSightingHolds,
                          AddressUse::Source::sighting, 0});
    }
    for (const auto& claim : only.claims(ip, at)) {
        if (claim.mac() == mac) return only.stretch(ip, claim.use).from;
    }
    return at;
}

SlowJoin::People SlowJoin::who_by_frame(const Device& device, Timestamp at) const
{
    const auto said = said_of(device.ip, at);
    const auto mine = said.find(device.mac);
    const bool leased = mine != said.end() && mine->second.lease_runs;
    auto people = of_mac(device.mac, device.ip, at, leased);
    if (people.empty()) return people;
    bool contested = false;
    bool disputed = false;
    People others;
    for (const auto& [mac, rival] : said) {
        if (mac == device.mac || !rival.counts()) continue;
        const bool mine_since =
            mine != said.end() && mine->second.counts() && rival.latest < held_since(device.mac, device.ip, at);
        if (mine_since && !rival.lease_runs && at - rival.latest > AddressHistory::kSightingGap) continue;
        if (leased && (!rival.lease_runs || *mine->second.leased > *rival.leased)) {
            disputed = disputed || !rival.lease_runs;
            continue;
        }
        const auto of_rival = of_mac(mac, device.ip, at, rival.lease_runs);
        contested = contested || of_rival.empty();
        if (!rival.binds()) continue;
        for (const auto& [staff, grade] : of_rival) improve(others, staff, grade);
    }
    if (!leased) {
        for (const auto& stay : stays_about(at)) {
            if (stay.mac == device.mac || !stay.holds(at) || !stay.has(device.ip) || !stay.fresh(at) || stay.remembered)
                continue;
            if (owner_of(stay.user).empty())
                contested = true;
            else
                improve(others, owner_of(stay.user), Grade::medium);
        }
    }
    for (auto& [staff, grade] : people) {
        if (disputed) grade = std::max(grade, Grade::medium);
    }
    for (const auto& [staff, grade] : others) improve(people, staff, grade);
    if (contested) {
        for (auto& [staff, grade] : people) grade = Grade::weak;
    }
    return people;
}

SlowJoin::People SlowJoin::who_by_address(const IpAddress& ip, Timestamp at) const
{
    People people;
    auto having = stays_about(at);
    std::erase_if(having, [&](const Stay& s) { return !s.has(ip); });
    const bool in_session = std::ranges::any_of(having, [&](const Stay& s) { return s.holds(at); });
    std::optional<Timestamp> confirmed;
    for (const auto& stay : having) {
        if (stay.holds(at) && !stay.remembered)
            confirmed = std::max(confirmed.value_or(stay.from), std::min(stay.last, at));
    }
    auto held = holders(ip, at);
    if (!in_session && held.empty()) return people;
    if (!held.empty()) {
        for (const auto moment : moments_about(at)) {
            for (const auto& [mac, saying] : holders(ip, moment)) held.try_emplace(mac, saying);
        }
    }
    bool contested = false;
    for (const auto& stay : having) {
        const bool superseded = std::ranges::any_of(
            having, [&](const Stay& other) { return other.since > stay.last && other.since + limits_.grace < at; });
        const bool leased_away = std::ranges::any_of(held, [&](const auto& h) {
            return h.first != stay.mac && h.second.lease_runs &&
                   (stay.remembered || *h.second.leased > std::min(stay.last, at) + limits_.grace);
        });
        if (superseded || leased_away) continue;
        if (!stay.may_hold(at, limits_.grace)) {
            contested = contested || held.empty();
            continue;
        }
        const auto holder = held.find(stay.mac);
        const bool leased_to_it = holder != held.end() && holder->second.lease_runs;
        const bool lately = at - std::min(stay.last, at) < stay.silence * 2 / 3;
        const bool sure = stay.fresh(at) && (leased_to_it || (lately && !stay.remembered));
        const auto user = owner_of(stay.user);
        if (!user.empty()) improve(people, user, !sure ? Grade::weak : leased_to_it ? Grade::strong : Grade::medium);
        improve(people, owner_of(stay.mac), sure ? Grade::medium : Grade::weak);
    }
    const auto certain = [](const auto& p) { return p.second != Grade::weak; };
    const bool told_of = std::ranges::any_of(people, certain) || std::ranges::any_of(held, [&](const auto& h) {
                             return h.second.lease_runs && std::ranges::any_of(of_mac(h.first, ip, at, true), certain);
                         });
    for (const auto& [mac, saying] : held) {
        if (confirmed && std::min(saying.latest, at) + limits_.grace < *confirmed && !saying.lease_runs) continue;
        const auto of = of_mac(mac, ip, at, saying.lease_runs);
        contested = contested || of.empty();
        if (!saying.binds()) continue;
        for (const auto& [staff, grade] : of)
            improve(people, staff, saying.lease_runs ? grade : told_of ? std::max(grade, Grade::medium) : Grade::weak);
    }
    for (auto& [staff, grade] : people) {
        if (contested) grade = Grade::weak;
    }
    if (std::ranges::any_of(people, [](const auto& p) { return p.second != Grade::weak; }))
        std::erase_if(people, [](const auto& p) { return p.second == Grade::weak; });
    return people;
}

std::map<std::string, Grade> SlowJoin::who(const Device& device, Timestamp at) const
{
    return device.mac.is_zero() ? who_by_address(device.ip, at) : who_by_frame(device, at);
}

Conclusions SlowJoin::conclusions() const
{
    auto findings = history_.findings;
    std::ranges::sort(findings, {}, &Finding::at);
    Conclusions all;
    std::map<std::string, std::vector<double>> confidences;
    for (const auto& finding : findings) {
        if (finding.confidence < history_.rule.weak_confidence) continue;
        if (catalog_.row(catalog_.find(finding.server_name)->row).surface == Surface::private_) continue;
        const auto people = who(finding.device, finding.at);
        if (people.size() != 1 || people.begin()->second == Grade::weak) continue;
        const StaffId staff{people.begin()->first};
        if (!on_shift(staff, finding.at)) continue;
        const auto call = nearest_call(staff, finding.at);
        if (!call) continue;
        const auto id =
            incident_id(Pseudonym{"p-" + staff.value},
                        {staff, history_.rule.id, finding.platform, {Occasion::Kind::call, call->source, call->id}});
        auto& conclusion = all[id];
        if (conclusion.count++ == 0) conclusion.grade = people.begin()->second;
        if (conclusion.findings.size() < kIncidentFindings) conclusion.findings.push_back(finding.at);
        conclusion.call = call->id;
        conclusion.answered = call->answered;
        conclusion.ended = call->ended;
        confidences[id].push_back(finding.confidence);
        conclusion.confidence = combined_confidence(confidences[id]);
    }
    std::erase_if(
        all, [this](const auto& entry) { return entry.second.confidence < history_.rule.least_confidence - 1e-9; });
    for (auto& [id, conclusion] : all) conclusion.confidence = std::round(conclusion.confidence * 1e4) / 1e4;
    return all;
}

}  // namespace breakwatch::test
