#include "policy/identity/binding_table.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "policy/identity/address_history.hpp"
#include "policy/identity/binding_resolver.hpp"
#include "policy/identity/session_table.hpp"

namespace breakwatch {

BindingTable::BindingTable(const BindingLimits& limits)
    : limits_(limits), sessions_({limits.session_silence, limits.session_longest})
{}

BindingResolver BindingTable::claims(Timestamp now) const
{
    return {enrolment_, zones_, addresses_, sessions_, limits_.scope, doubts_, now, limits_.grace};
}

std::vector<Binding> BindingTable::bindings_at(const Device& device, Timestamp at) const
{
    return claims(now_).on(device, at);
}

std::string BindingTable::why_nobody(const Device& device, Timestamp at) const
{
    return claims(now_).why_nobody(device, at);
}

std::vector<Binding> BindingTable::all(Timestamp now) const
{
    return claims(std::max(now, now_)).all();
}

std::vector<BoundAddress> BindingTable::bound(Timestamp now) const
{
    return claims(std::max(now, now_)).bound();
}

// The MAC if it is, or may turn out to be, an enrolled person's; zero stands for everybody else.
MacAddress BindingTable::named(const MacAddress& mac, Timestamp at) const
{
    const bool known = by_mac(mac, at) != nullptr || sessions_.knows(mac);
    return known || sessions_expected_ ? mac : MacAddress{};
}

bool BindingTable::room_for(const MacAddress& mac)
{
    const bool room = mac.is_zero() ? markers() < limits_.markers : size() < limits_.statements;
    if (!room) ++refused_full_;
    return room;
}

void BindingTable::hold(const IpAddress& ip, const AddressUse& use)
{
    compare(ip, use);
    if (!use.mac.is_zero() && addresses_.size_of(use.mac) >= limits_.of_one_device) {
        ++refused_full_;
        return suspect(Suspicion::Kind::evidence_lost,
                       "one device claims more addresses than a device has; the rest are not looked at", use.from);
    }
    if (room_for(use.mac)) {
        if (!use.mac.is_zero() && !addresses_.told_of(ip, use.mac)) note_met(ip, use);
        if (const auto whole = addresses_.add(ip, use)) keep(ip, *whole);
        return;
    }
    lose_evidence(use.from);
    suspect(Suspicion::Kind::evidence_lost,
            "more statements about addresses than there is room for; for now an address alone names nobody", use.from);
}

// Whom a session names is not asked here: then all is to be looked at again.
void BindingTable::note_met(const IpAddress& ip, const AddressUse& use)
{
    constexpr std::size_t kMost = 4'096;  // asked for each second
    if (by_mac(use.mac, use.from) != nullptr && met_.size() < kMost) {
        met_.push_back({use.mac, ip});
    } else if (by_mac(use.mac, use.from) != nullptr || sessions_.knows(use.mac)) {
        ++regroupings_;
    }
}

// Whether another device has a claim that the new statement contradicts; told where an enrolled one is concerned.
void BindingTable::compare(const IpAddress& ip, const AddressUse& said)
{
    for (const auto& rival : addresses_.claims(ip, said.from)) {
        const bool enrolled = by_mac(said.mac, said.from) != nullptr || by_mac(rival.mac(), said.from) != nullptr;
        if (rival.mac() == said.mac || !rival.seen || !enrolled) continue;
        if (said.is_lease() && rival.lease_runs && !rival.by_server)
            suspect(Suspicion::Kind::lease_conflict,
                    "the address of an enrolled device was granted while another device's lease of it ran", said.from);
        if (!said.is_lease() && (rival.lease_runs || said.from - rival.latest < AddressHistory::kSightingGap))
            suspect(Suspicion::Kind::address_conflict, "two devices, one of them enrolled, claim one address",
                    said.from);
    }
}

void BindingTable::suspect(Suspicion::Kind kind, const char* what, Timestamp at)
{
    constexpr std::size_t kWaiting = 64;  // asked for after each statement
    if (suspicions_.size() < kWaiting) suspicions_.push_back({kind, what, at, {}, {}});
}

void BindingTable::observe(const Suspicion& suspicion)
{
    now_ = std::max(now_, suspicion.at);
    keep(suspicion);
    if (suspicion.kind == Suspicion::Kind::evidence_lost) doubts_.lost_evidence(suspicion.at);
    if (suspicion.ip.family != IpAddress::Family::none) doubts_.add(suspicion.ip, suspicion.at);
    if (by_mac(suspicion.mac, suspicion.at) != nullptr || sessions_.knows(suspicion.mac)) {
        if (suspicion.kind == Suspicion::Kind::two_devices) doubts_.add(suspicion.mac, suspicion.at);
    }
}

void BindingTable::observe(const Lease& lease)
{
    if (lease.ip.family == IpAddress::Family::none) return;
    now_ = std::max({now_, lease.from, lease.ended.value_or(lease.from)});
    const auto mac = named(lease.mac, lease.from);
    if (!lease.ended || lease.from < *lease.ended) {
        const bool on_the_wire =
            lease.source == LeaseSource::dhcp_snooped || lease.source == LeaseSource::dhcpv6_snooped;
        const auto source = on_the_wire ? AddressUse::Source::wire_lease : AddressUse::Source::server_lease;
        hold(lease.ip, {lease.from, mac, lease.from, lease.until, source, lease.vlan});
    }
    if (!lease.ended || !room_for(mac)) return;
    addresses_.end(lease.ip, mac, *lease.ended);
    const auto* person = by_mac(mac, *lease.ended);
    const bool known = mac.is_zero() || person != nullptr || sessions_.knows(mac);
    if (limits_.keep)
        kept_.push_back({EndedAddress{lease.ip, mac, *lease.ended}, owner(person),
                         *lease.ended + (known ? limits_.horizon : limits_.unknown_wait)});
}

void BindingTable::observe(const AddressSighting& sighting)
{
    // RFC 5227: an ARP probe has no address yet.
    const bool unspecified = sighting.ip.octets == decltype(sighting.ip.octets){};
    if (unspecified || sighting.mac.group()) return;
    now_ = std::max(now_, sighting.at);
    hold(sighting.ip,
         {sighting.at, named(sighting.mac, sighting.at), sighting.at, sighting.at + AddressHistory::kSightingHolds,
          sighting.on_frame ? AddressUse::Source::frame : AddressUse::Source::sighting, sighting.vlan});
}

// Some portals tell the device as Called-Station-Id, and themselves or its address as Calling: an
// enrolled person's device is no access point.
SessionEvent BindingTable::oriented(SessionEvent event) const
{
    const auto called = parse_mac(event.access_point);
    if (!called || by_mac(event.mac, event.at) || !by_mac(*called, event.at)) return event;
    event.access_point = event.mac.is_zero() ? "" : to_string(event.mac);
    event.mac = *called;
    return event;
}

void BindingTable::observe(const SessionEvent& said)
{
    const auto event = oriented(said);
    now_ = std::max(now_, event.at);
    sessions_expected_ = true;
    if (event.kind == SessionEvent::Kind::nas_reset) {
        sessions_.reset(event.nas, event.at);
        return keep(event);
    }
    auto told = event;
    // MAC authentication: the network knows the device, nobody has logged in.
    if (parse_mac(event.user) == event.mac) told.user.clear();
    const bool known = by_user(told.user, told.at) != nullptr ||
                       (is_stand_in(told.user) &&
                        (by_mac(told.mac, told.at) != nullptr || sessions_.knows(told.nas, told.session_id)));
    if (!known) return observe_somebodys(std::move(told));
    if (!room_for(told.mac)) return;
    const bool news = limits_.keep && !sessions_.knows(told.mac);
    sessions_.add(told);
    keep(told);
    if (news && sessions_.knows(told.mac)) keep_all_of(told.mac);
}

// A user who is nobody's here. That another user is on the device now is kept as long as the device may be an enrolled
// person's, and that the address is not: not which user.
void BindingTable::observe_somebodys(SessionEvent event)
{
    event.user = SessionTable::kSomebody;
    if (markers() + sessions_.others() < limits_.markers && room_for(event.mac)) {
        sessions_.add(event);
        keep(event);
    } else {
        ++refused_full_;
        lose_evidence(event.at);
    }
    const bool here = limits_.scope.nas.empty() ? zones_.find({event.ssid, event.access_point, 0, {}}) != nullptr
                                                : limits_.scope.lists_nas(event.nas);
    if (event.kind == SessionEvent::Kind::stop || !here || by_mac(event.mac, event.at) != nullptr) return;
    for (const auto& ip : event.addresses)
        hold(ip, {event.at, {}, event.at, event.at + limits_.session_silence, AddressUse::Source::sighting, 0});
}

void BindingTable::set_enrolment(const Enrolment& enrolment)
{
    enrolment_ = enrolment;
    enrolment_.set_realms(limits_.scope.realms);
    next_withdrawal_ = Timestamp::min();
    tidy();
}

void BindingTable::expire(Timestamp now)
{
    now_ = std::max(now_, now);
    tidy();
}

void BindingTable::tidy()
{
    const auto since = now_ - limits_.horizon;
    if (now_ >= next_withdrawal_) forget_the_withdrawn();
    if (now_ - sessions_tidied_ >= AddressHistory::kRest) {
        sessions_tidied_ = now_;
        sessions_.tidy(now_, since);
        sessions_.forget_somebodys(now_ - limits_.unknown_wait,
                                   [this](const MacAddress& mac) { return by_mac(mac, now_) != nullptr; });
        doubts_.tidy(since,
                     [this](const MacAddress& mac) { return by_mac(mac, now_) != nullptr || sessions_.knows(mac); });
    }
    using Fate = AddressHistory::Fate;
    const auto fate = [this](const AddressUse& use) {
        if (by_mac(use.mac, now_) != nullptr || sessions_.knows(use.mac)) return Fate::named;
        const bool wait = sessions_expected_ && now_ - use.last < limits_.unknown_wait;
        return wait ? Fate::waiting : Fate::nobody;
    };
    addresses_.tidy(now_, since, fate, [this](const IpAddress& ip) { return sessions_.knows(ip); });
}

// Also those whom a new enrolment does not have any more.
void BindingTable::forget_the_withdrawn()
{
    next_withdrawal_ = Timestamp::max();
    for (const auto& person : enrolment_.people()) {
        if (person.withdrawn && *person.withdrawn > now_)
            next_withdrawal_ = std::min(next_withdrawal_, *person.withdrawn);
    }
    sessions_.keep_only([this](const std::string& user, const MacAddress& mac) {
        return by_user(user, now_) != nullptr || by_mac(mac, now_) != nullptr;
    });
    doubts_.tidy(Timestamp::min(), [this](const MacAddress& mac) { return by_mac(mac, now_) != nullptr; });
    addresses_.wake();
}

EnrolmentStatus BindingTable::enrolment_status(const Device& device, Timestamp at) const
{
    if (!device.mac.is_zero()) {
        if (by_mac(device.mac, at) != nullptr || sessions_.knows(device.mac)) {
            return EnrolmentStatus::enrolled;
        }
        if (!sessions_expected_) return EnrolmentStatus::stranger;
        return bindings_at(device, at).empty() ? EnrolmentStatus::unknown
                                               : EnrolmentStatus::enrolled;  // a portal's user
    }
    if (enrolment_.people().empty()) return EnrolmentStatus::stranger;
    return bindings_at(device, at).empty() ? EnrolmentStatus::unknown : EnrolmentStatus::enrolled;
}

std::vector<MacAddress> BindingTable::macs_behind(const Device& device, Timestamp at) const
{
    if (!device.mac.is_zero()) return {device.mac};
    std::vector<MacAddress> macs;
    for (const auto& claim : addresses_.holders(device.ip, at, limits_.grace)) {
        if (!claim.mac().is_zero()) macs.push_back(claim.mac());
    }
    for (const auto& span : sessions_.by_address(device.ip, at - limits_.grace, at + limits_.grace)) {
        macs.push_back(span.mac);
    }
    return macs;
}

std::size_t BindingTable::devices() const
{
    std::set<MacAddress> macs;
    sessions_.each([&](const SessionSpan& span) { macs.insert(span.mac); });
    addresses_.each([&](const IpAddress&, const AddressUse& use) { macs.insert(use.mac); });
    return macs.size();
}

}  // namespace breakwatch
