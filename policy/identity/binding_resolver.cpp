#include "policy/identity/binding_resolver.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "policy/identity/best_bindings.hpp"

namespace breakwatch {

namespace {

std::optional<Timestamp> told_end(const SessionSpan& span)
{
    return span.ended ? std::optional(span.until) : std::nullopt;
}

void weaken(std::vector<Binding>& claims, const std::string& why)
{
    for (auto& claim : claims) {
        claim.grade = Grade::weak;
        claim.reason += "; but " + why;
    }
}

// Told, and one source less: agreement that somebody disputes is not what strong means.
void doubt(std::vector<Binding>& claims, const std::string& why)
{
    for (auto& claim : claims) {
        claim.grade = std::max(claim.grade, Grade::medium);
        claim.doubts.push_back(why);
    }
}

// Whether at most one report is missing: where the address alone is asked, it may be another's by the second.
bool lately(const SessionSpan& span, Timestamp at)
{
    return at - std::min(span.last, at) < span.silence * 2 / 3;
}

}  // namespace

std::string BindingResolver::zone_of(const SessionSpan& span, const IpAddress& ip, std::uint16_t vlan) const
{
    const auto* rule =
        zones.find({span.ssid, span.access_point, span.vlan != 0 ? span.vlan : vlan, ip, span.access_point_name});
    return rule == nullptr ? "" : rule->zone;
}

// A central RADIUS server tells of other sites, which use the same private addresses.
bool BindingResolver::of_this_site(const SessionSpan& span) const
{
    if (!scope.nas.empty()) return scope.lists_nas(span.nas);
    return zones.find({span.ssid, span.access_point, span.vlan, {}, span.access_point_name}) != nullptr;
}

Binding BindingResolver::by_session(const EnrolledPerson& person, const SessionSpan& span, const IpAddress& ip,
                                    std::uint16_t vlan, Grade grade, const char* how) const
{
    return {person.staff,
            span.mac,
            ip,
            span.from,
            told_end(span),
            grade,
            zone_of(span, ip, vlan),
            "RADIUS session of the user since " + to_clock(span.started) + "Z, " + how,
            {}};
}

Binding BindingResolver::by_enrolled_mac(const EnrolledPerson& person, const MacAddress& mac, const IpAddress& ip,
                                         Timestamp at, const AddressClaim* claim, std::uint16_t vlan) const
{
    const auto* rule = zones.find({{}, {}, vlan, ip});
    Binding binding{person.staff, mac, ip, at, {}, Grade::medium, rule == nullptr ? "" : rule->zone, "", {}};
    if (claim == nullptr || (claim->framed && !claim->leased && claim->use.source == AddressUse::Source::frame)) {
        binding.reason = "enrolled MAC, seen on the frame itself";
        if (claim != nullptr) binding.from = addresses.stretch(ip, claim->use).from;
        return binding;
    }
    const auto whole = addresses.stretch(ip, claim->use);
    binding.from = whole.from;
    if (whole.until <= now) binding.to = whole.until;
    binding.reason = std::string("enrolled MAC, ") + (whole.is_lease() ? "DHCP lease of " : "ARP or ND since ") +
                     to_clock(whole.from) + "Z";
    return binding;
}

// The device has kept its address without a break since about the session's beginning: it has not left meanwhile.
bool BindingResolver::present_since(const SessionSpan& span, const IpAddress& ip, const AddressClaim* claim) const
{
    constexpr Duration kAbout = std::chrono::minutes{5};
    return claim != nullptr && claim->lease_runs && addresses.stretch(ip, claim->use).from <= span.started + kAbout;
}

// Those that may have held about then: bounds are as certain as the clocks behind them.
BindingResolver::Spans BindingResolver::spans_about(const MacAddress& mac, Timestamp at) const
{
    const auto reach = grace + SessionTable::kLargestError;
    auto spans = sessions.by_mac(mac, at - reach, at + reach);
    std::erase_if(spans, [&](const SessionSpan& span) { return !span.may_hold(at, grace); });
    return spans;
}

// Whose device this MAC was at `at`: by the users of its sessions, and by enrolment.
void BindingResolver::add_by_mac(std::vector<Binding>& claims, const MacAddress& mac, const IpAddress& ip, Timestamp at,
                                 const AddressClaim* claim, std::uint16_t vlan, const char* how) const
{
    // Some mirrors tag one direction only: the frame itself first, then what was said of the address.
    if (vlan == 0 && claim != nullptr) vlan = claim->vlan;
    const auto* enrolled = enrolment.by_mac(mac, at, now);
    const auto spans = spans_about(mac, at);
    const bool in_session = std::ranges::any_of(spans, [at](const SessionSpan& span) { return span.holds(at); });
    std::vector<Binding> found;
    std::string zone;
    bool other = false;
    for (const auto& span : spans) {
        if (!in_session && enrolled == nullptr) break;
        if (span.holds(at) || zone.empty()) zone = zone_of(span, ip, vlan);
        const auto* person = enrolment.by_radius_user(span.user, at, now);
        if (person == nullptr) {
            other = other || !is_stand_in(span.user);
            continue;
        }
        const bool sure = span.fresh(at) || present_since(span, ip, claim);
        found.push_back(by_session(*person, span, ip, vlan,
                                   span.fresh(at) ? Grade::strong
                                   : sure         ? Grade::medium
                                                  : Grade::weak,
                                   how));
        if (!sure) found.back().reason += "; but its NAS has not reported it for longer than usual";
    }
    if (enrolled != nullptr) {
        // A session that is too old to name its user takes nothing from whom the device is enrolled for.
        std::erase_if(found, [&](const Binding& b) { return b.grade == Grade::weak && b.staff != enrolled->staff; });
        found.push_back(by_enrolled_mac(*enrolled, mac, ip, at, claim, vlan));
        if (!zone.empty()) found.back().zone = zone;  // the session knows the access point
        other = other && !enrolled->radius_users.empty();
    }
    if (other) weaken(found, "somebody who is not enrolled had a session on the device about that time");
    if (doubts.about(mac, at)) weaken(found, "two devices seem to use its MAC");
    std::ranges::move(found, std::back_inserter(claims));
}

void BindingResolver::add_by_sessions(std::vector<Binding>& claims, std::string& against, const IpAddress& ip,
                                      Timestamp at, const Spans& spans, const std::vector<AddressClaim>& held) const
{
    // One whose Stop was lost says nothing any more once another session began to have the address.
    const auto superseded = [&](const SessionSpan& span) {
        return std::ranges::any_of(spans, [&](const SessionSpan& other) {
            return other.since > span.last && other.since + grace + other.error < at;
        });
    };
    // Nor once the address was leased to another device, nor against its lease by what a device remembered.
    const auto leased_away = [&](const SessionSpan& span) {
        return std::ranges::any_of(held, [&](const AddressClaim& claim) {
            const auto word = std::min(span.last, at) + grace + span.error;
            const bool other = claim.mac() != span.mac && claim.lease_runs;
            return other && (span.remembered || *claim.leased > word);
        });
    };
    for (const auto& span : spans) {
        if (superseded(span) || leased_away(span)) continue;
        if (!span.may_hold(at, grace)) {
            if (held.empty()) against = "a session that told the address later may have had it then";
            continue;
        }
        const bool confirmed = std::ranges::any_of(
            held, [&](const AddressClaim& claim) { return claim.mac() == span.mac && claim.lease_runs; });
        const bool sure = span.fresh(at) && (confirmed || (lately(span, at) && of_this_site(span) && !span.remembered));
        const auto why = !lately(span, at) ? "; but its NAS has not reported it for longer than usual"
                         : !of_this_site(span)
                             ? "; but nothing says that its NAS serves this site"
                             : "; but the address stands in its Start alone: it may be one that the device remembers";
        if (const auto* person = enrolment.by_radius_user(span.user, at, now)) {
            const auto grade = !sure ? Grade::weak : confirmed ? Grade::strong : Grade::medium;
            claims.push_back(by_session(*person, span, ip, 0, grade, "which has the address"));
            if (!sure) claims.back().reason += why;
        } else if (!is_stand_in(span.user)) {
            if (of_this_site(span))
                against = "somebody who is not enrolled had a session with the address about that time";
            continue;
        }
        if (const auto* person = enrolment.by_mac(span.mac, at, now)) {
            claims.push_back(by_enrolled_mac(*person, span.mac, ip, span.from, nullptr, 0));
            claims.back().zone = zone_of(span, ip, 0);
            claims.back().reason = "enrolled MAC, whose RADIUS session has the address";
            if (!sure) claims.back().grade = Grade::weak;
            if (!sure) claims.back().reason += why;
        }
    }
}

// Behind a router, where the address is all that a frame shows of the device.
void BindingResolver::add_by_address(std::vector<Binding>& claims, const IpAddress& ip, Timestamp at) const
{
    if (!scope.has_address(ip)) return;
    const auto reach = grace + SessionTable::kLargestError;
    auto spans = sessions.by_address(ip, at - reach, at + reach);
    const auto told_later = [at](const SessionSpan& span) {
        return !span.remembered && span.since <= at && at < span.from;
    };
    std::erase_if(spans, [&](const SessionSpan& span) { return !span.may_hold(at, grace) && !told_later(span); });
    std::optional<Timestamp> told;  // the latest report up to then that the address is a session's
    for (const auto& span : spans) {
        if (span.holds(at) && !span.remembered) told = std::max(told.value_or(span.from), std::min(span.last, at));
    }
    const bool in_session = std::ranges::any_of(spans, [at](const SessionSpan& span) { return span.holds(at); });
    const auto held = addresses.holders(ip, at, grace);
    if (!in_session && held.empty()) return;

    std::string against;
    add_by_sessions(claims, against, ip, at, spans, held);
    std::vector<Binding> seen;  // by ARP or ND alone
    for (const auto& claim : held) {
        // What was said before the session took the address says nothing any more, but for a lease that runs.
        if (told && std::min(claim.use.last, at) + grace < *told && !claim.lease_runs) continue;
        std::vector<Binding> found;
        if (!claim.mac().is_zero()) add_by_mac(found, claim.mac(), ip, at, &claim, 0, "address by its DHCP lease");
        if (found.empty()) against = "a device of nobody's had the address about that time";
        if (!claim.valid) continue;
        std::ranges::move(found, std::back_inserter(claim.lease_runs ? claims : seen));
        if (claim.framed && at - *claim.framed < AddressHistory::kSightingHolds)
            against = "the device that holds the address is on this link itself, and this came from elsewhere";
    }
    if (doubts.evidence_lost(at)) against = "statements about other devices were lost about that time";
    const bool told_of = std::ranges::any_of(claims, [](const Binding& b) { return b.grade != Grade::weak; });
    // A claim that anybody can make is against whoever is known to have the address, and for nobody.
    if (!told_of) weaken(seen, "the address is its device's by ARP or ND alone, which any device can claim");
    for (auto& claim : seen) claim.grade = std::max(claim.grade, Grade::medium);
    std::ranges::move(seen, std::back_inserter(claims));
    if (!against.empty()) return weaken(claims, against);
    // Hearsay makes nobody else ambiguous.
    if (told_of) std::erase_if(claims, [](const Binding& b) { return b.grade == Grade::weak; });
}

// Other devices that claim the address of the frame.
void BindingResolver::weigh_rivals(std::vector<Binding>& claims, const Device& device, Timestamp at,
                                   const std::vector<AddressClaim>& said) const
{
    const auto mine = std::ranges::find(said, device.mac, &AddressClaim::mac);
    const bool leased = mine != said.end() && mine->lease_runs;
    // Where no lease tells whose the address is: who has not been seen there for a while, and not since the device was,
    // has left it.
    const auto left = [&](const AddressClaim& rival) {
        const bool was_before =
            mine != said.end() && mine->seen && rival.latest < addresses.stretch(device.ip, mine->use).from;
        return was_before && !rival.lease_runs && at - rival.latest > AddressHistory::kSightingGap;
    };
    // What a device that is nobody's said itself is kept without its MAC: it does not contradict itself.
    const bool known = enrolment.by_mac(device.mac, at, now) != nullptr || sessions.knows(device.mac);
    std::vector<Binding> others;
    std::string against;
    for (const auto& rival : said) {
        if (rival.mac() == device.mac || !rival.seen || left(rival) || (!known && rival.mac().is_zero())) continue;
        if (leased && (!rival.lease_runs || *mine->leased > *rival.leased)) {
            if (!rival.lease_runs)
                doubt(claims, "another device claimed the address, too, at " + to_clock(rival.latest) + "Z");
            continue;
        }
        std::vector<Binding> found;
        if (!rival.mac().is_zero())
            add_by_mac(found, rival.mac(), device.ip, at, &rival, 0, "address by its DHCP lease");
        if (found.empty()) against = "the address is that of a device of nobody's";
        if (rival.valid) std::ranges::move(found, std::back_inserter(others));
    }
    if (!leased) add_sessions_elsewhere(others, against, device, at);
    for (auto& other : others) other.reason += "; but the frame is another device's";
    std::ranges::move(others, std::back_inserter(claims));
    if (!against.empty()) weaken(claims, against);
}

// Sessions of other devices that have the address of the frame.
void BindingResolver::add_sessions_elsewhere(std::vector<Binding>& others, std::string& against, const Device& device,
                                             Timestamp at) const
{
    const auto reach = grace + SessionTable::kLargestError;
    for (const auto& span : sessions.by_address(device.ip, at - reach, at + reach)) {
        const bool theirs = !span.mac.is_zero() && span.mac != device.mac && span.holds(at) && span.fresh(at) &&
                            !span.remembered && of_this_site(span);
        if (!theirs) continue;
        if (const auto* person = enrolment.by_radius_user(span.user, at, now)) {
            others.push_back(by_session(*person, span, device.ip, 0, Grade::medium, "which has the address"));
        } else {
            against = "the address is in another device's session";
        }
    }
}

// On a frame with its own MAC: sessions that tell of the address and of no MAC.
void BindingResolver::add_by_portal(std::vector<Binding>& claims, const Device& device, Timestamp at) const
{
    const auto said = addresses.claims(device.ip, at);
    for (const auto& span : sessions.by_address(device.ip, at, at)) {
        if (!span.mac.is_zero() || !span.holds(at) || !of_this_site(span)) continue;
        // A portal does not know the device: a lease since its last word may be another's.
        const auto word = std::min(span.last, at) + grace + span.error;
        if (std::ranges::any_of(said, [&](const AddressClaim& c) { return c.lease_runs && *c.leased > word; }))
            continue;
        const auto* person = enrolment.by_radius_user(span.user, at, now);
        if (person == nullptr) continue;
        claims.push_back(by_session(*person, span, device.ip, device.vlan,
                                    lately(span, at) ? Grade::medium : Grade::weak, "which has the address"));
        if (!lately(span, at)) claims.back().reason += "; but its NAS has not reported it for longer than usual";
    }
}

void BindingResolver::add_by_frame(std::vector<Binding>& claims, const Device& device, Timestamp at) const
{
    const auto said = addresses.claims(device.ip, at);
    const auto mine = std::ranges::find(said, device.mac, &AddressClaim::mac);
    const auto* claim = mine != said.end() && mine->valid ? &*mine : nullptr;
    add_by_mac(claims, device.mac, device.ip, at, claim, device.vlan, "on the MAC of the frame");
    add_by_portal(claims, device, at);
    if (claims.empty()) return;
    if (device.behind) return weaken(claims, "its packets came over one hop more: from a device behind it");
    weigh_rivals(claims, device, at, said);
}

std::vector<Binding> BindingResolver::on(const Device& device, Timestamp at) const
{
    std::vector<Binding> claims;
    if (device.mac.is_zero()) {
        add_by_address(claims, device.ip, at);
    } else {
        add_by_frame(claims, device, at);
    }
    if (const auto said = doubts.about(device.ip, at))
        doubt(claims, "something was said of its address that is not believed, at " + to_clock(*said) +
                          "Z; it may have been spoofing");
    return best_of_each(std::move(claims));
}

std::string BindingResolver::why_nobody(const Device& device, Timestamp at) const
{
    const auto bindings = on(device, at);
    if (bindings.size() == 1 && bindings.front().grade != Grade::weak) return "";
    if (bindings.size() == 1) return bindings.front().reason;
    if (bindings.size() > 1) {
        std::string all;
        for (const auto& binding : bindings) all += (all.empty() ? "" : "; or: ") + binding.reason;
        return all;
    }
    return device.mac.is_zero() ? "nobody's device had the address then, as far as is known"
                                : "the device on the frame is nobody's";
}

}  // namespace breakwatch
