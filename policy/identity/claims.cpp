#include "policy/identity/claims.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace breakwatch {

namespace {

// The better of two statements about one person: the stronger, then the one that began earlier.
bool better(const Binding& a, const Binding& b)
{
    return std::tie(a.grade, a.from, a.reason) < std::tie(b.grade, b.from, b.reason);
}

std::vector<Binding> best_of_each(std::vector<Binding> bindings)
{
    std::ranges::sort(bindings, better);
    std::set<StaffId> seen;
    std::erase_if(bindings, [&seen](const Binding& b) { return !seen.insert(b.staff).second; });
    return bindings;
}

std::optional<Timestamp> told_end(const SessionSpan& span)
{
    return span.ended ? std::optional(span.until) : std::nullopt;
}

}  // namespace

std::string Claims::zone_of(const SessionSpan& span, const IpAddress& ip, std::uint16_t vlan) const
{
    const auto* rule = zones.find({span.ssid, span.access_point, span.vlan != 0 ? span.vlan : vlan, ip,
                                   span.access_point_name});
    return rule == nullptr ? "" : rule->zone;
}

Binding Claims::by_session(const EnrolledPerson& person, const SessionSpan& span,
                           const IpAddress& ip, std::uint16_t vlan, const char* how) const
{
    // A portal that knows the address alone did not see whose device it is.
    const bool portal = span.mac.is_zero();
    return {person.staff,
            span.mac,
            ip,
            span.from,
            told_end(span),
            portal ? Grade::medium : Grade::strong,
            zone_of(span, ip, vlan),
            "RADIUS session of the user since " + to_clock(span.started) + "Z, " + how};
}

Binding Claims::by_enrolled_mac(const EnrolledPerson& person, const MacAddress& mac,
                                const IpAddress& ip, Timestamp at, const Holding* holding,
                                std::uint16_t vlan) const
{
    const auto* rule = zones.find({{}, {}, vlan, ip});
    Binding binding{
        person.staff, mac, ip, at, {}, Grade::medium, rule == nullptr ? "" : rule->zone, ""};
    if (holding == nullptr) {
        binding.reason = "enrolled MAC, seen on the frame itself";
        return binding;
    }
    const auto whole = addresses.stretch(ip, *holding);
    binding.from = whole.from;
    if (whole.until <= now) binding.to = whole.until;
    binding.reason =
        std::string("enrolled MAC, ") +
        (whole.source == Holding::Source::lease ? "DHCP lease of " : "ARP or ND since ") +
        to_clock(whole.from) + "Z";
    return binding;
}

// Whose device this MAC was at `at`: by the user of its session, and by enrolment.
void Claims::add_by_mac(std::vector<Binding>& claims, const MacAddress& mac, const IpAddress& ip,
                        Timestamp at, const Holding* holding, std::uint16_t vlan,
                        const char* how) const
{
    std::string zone;
    for (const auto& span : sessions.by_mac(mac, at, at)) {
        if (!span.holds(at)) continue;
        zone = zone_of(span, ip, vlan);
        if (const auto* person = enrolment.by_radius_user(span.user, at, now)) {
            claims.push_back(by_session(*person, span, ip, vlan, how));
        }
    }
    if (const auto* person = enrolment.by_mac(mac, at, now)) {
        claims.push_back(by_enrolled_mac(*person, mac, ip, at, holding, vlan));
        if (!zone.empty()) claims.back().zone = zone;  // the session knows the access point
    }
}

// On a frame with its own MAC: sessions that tell of the address and of no MAC.
void Claims::add_by_portal(std::vector<Binding>& claims, const IpAddress& ip, Timestamp at,
                           std::uint16_t vlan) const
{
    for (const auto& span : sessions.by_address(ip, at, at)) {
        if (!span.mac.is_zero() || !span.holds(at)) continue;
        if (const auto* person = enrolment.by_radius_user(span.user, at, now))
            claims.push_back(by_session(*person, span, ip, vlan, "which has the address"));
    }
}

void Claims::add_by_sessions(std::vector<Binding>& claims, const IpAddress& ip, Timestamp at,
                             const std::vector<SessionSpan>& spans) const
{
    // One whose Stop was lost says nothing any more once another session began to have the address.
    const auto superseded = [&](const SessionSpan& span) {
        return std::ranges::any_of(spans, [&](const SessionSpan& other) {
            return other.from > span.last && other.from + grace < at;
        });
    };
    for (const auto& span : spans) {
        if (!superseded(span)) add_session(claims, span, ip, at);
    }
}

// What a session that has the address says: by its user, and by its device.
void Claims::add_session(std::vector<Binding>& claims, const SessionSpan& span, const IpAddress& ip,
                         Timestamp at) const
{
    if (const auto* person = enrolment.by_radius_user(span.user, at, now)) {
        claims.push_back(by_session(*person, span, ip, 0, "which has the address"));
    }
    if (const auto* person = enrolment.by_mac(span.mac, at, now)) {
        claims.push_back(by_enrolled_mac(*person, span.mac, ip, span.from, nullptr, 0));
        claims.back().zone = zone_of(span, ip, 0);
        claims.back().reason = "enrolled MAC, whose RADIUS session has the address";
    }
}

void Claims::add_by_address(std::vector<Binding>& claims, const IpAddress& ip, Timestamp at) const
{
    const auto spans = sessions.by_address(ip, at - grace, at + grace);
    std::optional<Timestamp> told;  // the latest report up to then that the address is a session's
    for (const auto& span : spans) {
        if (span.holds(at)) told = std::max(told.value_or(span.from), std::min(span.last, at));
    }
    const auto held = addresses.holders(ip, at, grace);
    if (!told && held.empty()) return;

    add_by_sessions(claims, ip, at, spans);
    bool contested = false;
    for (const auto& holding : held) {
        // What was said before the session took the address says nothing any more.
        if (told && std::min(holding.last, at) + grace < *told) continue;
        const auto before = claims.size();
        if (!holding.mac.is_zero()) {
            add_by_mac(claims, holding.mac, ip, at, &holding, holding.vlan,
                       "address by its DHCP lease");
        }
        contested = contested || claims.size() == before;
    }
    if (!contested) return;
    for (auto& claim : claims) {
        claim.grade = Grade::weak;
        claim.reason += "; but a device of nobody's had the address about that time";
    }
}

std::vector<Binding> Claims::on(const Device& device, Timestamp at) const
{
    std::vector<Binding> claims;
    if (device.mac.is_zero()) {
        add_by_address(claims, device.ip, at);
    } else {
        const Holding* of_mac = nullptr;
        const auto held = addresses.holders(device.ip, at, Duration{0});
        for (const auto& holding : held) {
            if (holding.mac == device.mac) of_mac = &holding;
        }
        // Some mirrors tag one direction only: the frame itself first, then what was said of the address.
        const auto told = of_mac == nullptr ? std::uint16_t{0} : of_mac->vlan;
        add_by_mac(claims, device.mac, device.ip, at, of_mac, device.vlan != 0 ? device.vlan : told,
                   "on the MAC of the frame");
        add_by_portal(claims, device.ip, at, device.vlan);
    }
    return best_of_each(std::move(claims));
}

std::vector<Binding> Claims::all() const
{
    std::vector<Binding> every;
    sessions.each([&](const SessionSpan& span) {
        for (const auto& ip : span.addresses) {
            std::vector<Binding> said;
            add_session(said, span, ip, span.from);
            for (auto& binding : best_of_each(std::move(said))) {
                if (span.ended || span.until <= now) binding.to = span.until;
                every.push_back(std::move(binding));
            }
        }
    });
    addresses.each([&](const IpAddress& ip, const Holding& holding) {
        const auto before = every.size();
        add_by_mac(every, holding.mac, ip, holding.from, &holding, holding.vlan,
                   "address by its DHCP lease");
        for (auto i = before; i < every.size(); ++i) {
            if (every[i].grade == Grade::medium && holding.until <= now)
                every[i].to = holding.until;
        }
    });
    std::ranges::sort(every, {}, [](const Binding& b) {
        return std::tie(b.staff, b.from, b.ip, b.grade, b.mac, b.reason);
    });
    const auto repeated = std::ranges::unique(
        every, {}, [](const Binding& b) { return std::tie(b.staff, b.from, b.ip, b.grade); });
    every.erase(repeated.begin(), repeated.end());
    return every;
}

}  // namespace breakwatch
