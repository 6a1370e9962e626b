// What is said on the wire about who has which address, and what in it is a sign of spoofing.
#include <algorithm>
#include <utility>

#include "capture/sensor.hpp"

namespace breakwatch {
namespace {

using std::chrono::minutes;

// The same about the same device or address again: how soon, and how many are told apart.
constexpr std::chrono::seconds kSuspicionEvery{1};
constexpr std::size_t kMostSuspected = 4096;

// A device that is back in a VLAN so soon after it left is in both: it is two devices.
constexpr Duration kVlanFlip = minutes{1};

// A lease without a stated time: what is assumed before the server says more (RFC 2131 section 3.3
// leaves it to the server; a day is the usual default).
constexpr std::uint32_t kUnstatedLease = 86'400;
constexpr std::uint32_t kForEver = 0xffffffff;

Timestamp lease_end(Timestamp from, std::uint32_t seconds)
{
    return seconds == kForEver ? Timestamp::max() : from + std::chrono::seconds{seconds};
}

}  // namespace

// The first of a kind about a device or address says it; a flood of them, whatever addresses it invents, must not drown
// what else is told.
bool Sensor::suspicion_due(Suspicion::Kind kind, Timestamp at, const MacAddress& mac, const IpAddress& ip)
{
    ++counters_.suspicions;
    const auto just_told = [at](Timestamp before) { return at >= before && at - before < kSuspicionEvery; };
    if (mac.is_zero() && ip.family == IpAddress::Family::none) {
        auto& before = suspected_of_nobody_[static_cast<std::size_t>(kind)];
        if (before && just_told(*before)) return false;
        before = at;
        return true;
    }
    const auto told = suspected_.find({kind, mac, ip});
    if (told != suspected_.end() && just_told(told->second)) return false;
    if (ip.family != IpAddress::Family::none && !may_tell_other(ip, at)) return false;
    if (suspected_.size() >= kMostSuspected) suspected_.clear();
    suspected_[{kind, mac, ip}] = at;
    return true;
}

void Sensor::suspect(Suspicion::Kind kind, std::string_view what, Timestamp at, const MacAddress& mac,
                     const IpAddress& ip)
{
    if (suspicion_due(kind, at, mac, ip)) handler_(Observation{Suspicion{kind, std::string(what), at, mac, ip}});
}

// Only frames that the device sent tell of its VLAN; untagged ones of a mirror tell nothing.
void Sensor::note_vlan(const MacAddress& mac, std::uint16_t vlan, Timestamp at)
{
    if (vlan == 0) return;
    auto& seen = vlans_[mac];
    if (seen.now == vlan) return;
    if (seen.before == vlan && at - seen.moved < kVlanFlip)
        suspect(Suspicion::Kind::two_devices, "the MAC of an enrolled device is in two VLANs at once", at, mac);
    seen = {vlan, seen.now, at};
}

// RFC 2131 section 4: what the server acknowledged holds; a client's RELEASE or DECLINE ends it.
void Sensor::on_dhcp(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context)
{
    renew_filter();
    advance(context.time);
    if (message.reply) {
        if (message.type == DhcpType::ack && message.your_ip.family == IpAddress::Family::v4)
            on_answer(message, tuple, context);
        return;
    }
    if (message.type == DhcpType::release || message.type == DhcpType::decline)
        return on_ending(message, tuple, context);
    if (message.type != DhcpType::request) return;
    if (!filter_->wants(message.client)) {
        if (filter_->late_names) dhcp_.note_unknown(message, context.time);
        return;
    }
    if (context.source == message.client) note_vlan(message.client, context.vlan, context.time);
    if (dhcp_.another_client(message, context.time))
        suspect(Suspicion::Kind::two_devices,
                "the MAC of an enrolled device asks for an address with other software than before", context.time,
                message.client);
}

void Sensor::on_answer(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context)
{
    const auto answer = dhcp_.answer(message, tuple, context);
    if (answer == DhcpWatch::Answer::unknown_server) {
        const auto& ip = message.your_ip;
        if (!suspicion_due(Suspicion::Kind::unknown_dhcp_server, context.time, {}, ip)) return;
        auto what =
            to_string(message.server_id.value_or(tuple.originator.ip)) + " at " + to_string(context.source) +
            " answers as a DHCP server and is not believed; if it is the network's, name it in capture: dhcp_servers";
        return handler_(
            Observation{Suspicion{Suspicion::Kind::unknown_dhcp_server, std::move(what), context.time, {}, ip}});
    }
    if (answer == DhcpWatch::Answer::repeated) return;
    if (context.destination == message.client) routers_.is_local(message.your_ip);
    tell_lease({.mac = message.client,
                .ip = message.your_ip,
                .from = context.time,
                .until = lease_end(context.time, message.lease_seconds.value_or(kUnstatedLease)),
                .ended = {},
                .source = LeaseSource::dhcp_snooped,
                .vlan = context.vlan});
}

void Sensor::on_ending(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context)
{
    const bool release = message.type == DhcpType::release;
    const auto ip = release ? message.client_ip : message.requested_ip.value_or(IpAddress{});
    const bool by_router = routers_.is_router(context.source);
    if (!DhcpWatch::may_be_clients(message, tuple, context, by_router)) {
        if (filter_->wants(message.client) || address_known(ip))
            suspect(Suspicion::Kind::forged_dhcp,
                    "a release of an enrolled device's address that the device did not send; it is not believed",
                    context.time, {}, ip);
        return;
    }
    tell_lease({.mac = message.client,
                .ip = ip,
                .from = context.time,
                .until = context.time,
                .ended = context.time,
                .source = LeaseSource::dhcp_snooped,
                .vlan = context.vlan});
}

// Of devices that are nobody's nothing is told: a DUID need not hold the MAC that the device uses here.
void Sensor::on_dhcpv6(const Dhcpv6Message& message, const FiveTuple& tuple, const FrameContext& context)
{
    renew_filter();
    const auto at = context.time;
    advance(at);
    if (!message.client_mac || !filter_->wants(*message.client_mac)) return;
    const bool ends = message.type == Dhcpv6Type::release || message.type == Dhcpv6Type::decline;
    if (!ends && message.type != Dhcpv6Type::reply) return;
    if (ends ? !context.source.is_zero() && context.source != *message.client_mac && !routers_.is_router(context.source)
             : dhcp_.answer6(tuple, context) != DhcpWatch::Answer::believed) {
        if (ends)
            return suspect(Suspicion::Kind::forged_dhcp,
                           "a DHCPv6 release of an enrolled device that the device did not send; it is not believed",
                           at);
        return suspect(Suspicion::Kind::unknown_dhcp_server,
                       to_string(tuple.originator.ip) + " answers as a DHCPv6 server and is not believed", at);
    }
    for (const auto& address : message.addresses) {
        Lease lease{.mac = *message.client_mac,
                    .ip = address.ip,
                    .from = at,
                    .until = at,
                    .ended = {},
                    .source = LeaseSource::dhcpv6_snooped,
                    .vlan = context.vlan};
        // RFC 8415 section 18.2.10.1: a valid lifetime of zero takes the address away.
        if (ends || address.valid_seconds == 0) {
            lease.ended = at;
        } else {
            lease.until = lease_end(at, address.valid_seconds);
        }
        tell_lease(lease);
    }
}

// Statements about devices that are nobody's: those about addresses of enrolled ones always, the rest as far as a
// budget goes, so that no device can drown the others in them.
bool Sensor::may_tell_other(const IpAddress& ip, Timestamp at)
{
    if (address_known(ip)) return true;
    if (at - budget_since_ >= std::chrono::seconds{1}) {
        budget_since_ = at;
        budget_spent_ = 0;
    }
    if (budget_spent_ == limits_.others_per_second) {
        suspect(Suspicion::Kind::evidence_lost,
                "more statements about addresses in a second than are looked at; for now an address alone names nobody",
                at);
    }
    if (++budget_spent_ <= limits_.others_per_second) return true;
    ++counters_.others_refused;
    return false;
}

void Sensor::tell_lease(Lease lease)
{
    // A client on a link without Ethernet addresses (RFC 2131 section 4.1, htype) is no device of ours.
    if (lease.ip.family == IpAddress::Family::none || lease.mac.is_zero()) return;
    if (!filter_->wants(lease.mac)) {
        if (!may_tell_other(lease.ip, lease.from)) return;
        ++counters_.others;
        const auto known = learned_.find(lease.ip);
        if (known != learned_.end() && known->second.first != lease.mac && !lease.ended) learned_.erase(known);
        if (!filter_->late_names) lease.mac = {};
        return handler_(Observation{lease});
    }
    const auto known = learned_.find(lease.ip);
    if (lease.ended) {
        if (known != learned_.end() && known->second.first == lease.mac) learned_.erase(known);
    } else if (known != learned_.end() || learned_.size() < limits_.addresses) {
        learned_[lease.ip] = {lease.mac, lease.until};
    } else {
        ++counters_.addresses_refused;
    }
    ++counters_.leases;
    handler_(Observation{lease});
}

void Sensor::on_address(const MacAddress& mac, const IpAddress& ip, const FrameContext& context)
{
    renew_filter();
    advance(context.time);
    if (mac.is_zero() || mac.group()) return;
    // A router may answer for others (proxy ARP, RFC 1027; ND proxy, RFC 4389): it says nothing of whose an address is.
    if (routers_.is_router(mac) || routers_.is_router(context.source)) return;
    const bool enrolled = filter_->wants(mac);
    if (!context.source.is_zero() && context.source != mac) {
        if (enrolled || address_known(ip))
            suspect(Suspicion::Kind::forged_address,
                    "an ARP or ND message about an enrolled device or its address came in another device's frame; it "
                    "is not believed",
                    context.time, {}, ip);
        return;
    }
    const AddressSighting sighting{.mac = mac, .ip = ip, .at = context.time, .vlan = context.vlan};
    routers_.is_local(ip);
    if (!enrolled) return tell_other_sighting(sighting);
    note_vlan(mac, context.vlan, context.time);
    tell_sighting(sighting);
}

void Sensor::tell_sighting(const AddressSighting& sighting)
{
    const Sighted key{sighting.mac, sighting.ip, sighting.on_frame};
    const auto found = sighted_.find(key);
    if (found != sighted_.end() && sighting.at < found->second + kSightingEvery) return;
    if (!statements_of_.spend(SourceShares::bucket_of(sighting.mac), sighting.at)) {
        ++counters_.addresses_refused;
        return suspect(
            Suspicion::Kind::evidence_lost,
            "one device claims more addresses in a second than are looked at; for now an address alone names nobody",
            sighting.at);
    }
    if (found == sighted_.end()) {
        const auto first = sighted_.lower_bound({sighting.mac, {}, false});
        std::size_t many = 0;
        for (auto each = first; each != sighted_.end() && std::get<MacAddress>(each->first) == sighting.mac; ++each)
            ++many;
        if (many >= limits_.addresses_of_device || sighted_.size() >= limits_.addresses) {
            ++counters_.addresses_refused;
            sighted_.erase(many > 0 ? first : sighted_.begin());
        }
    }
    sighted_[key] = sighting.at;
    if (sighting.on_frame) routers_.is_local(sighting.ip);
    ++counters_.sightings;
    handler_(Observation{sighting});
}

void Sensor::tell_other_sighting(AddressSighting sighting)
{
    if (sighting.at - others_since_ >= kSightingEvery) {
        others_since_ = sighting.at;
        others_.clear();
    }
    if (others_.contains({sighting.mac, sighting.ip}) || !may_tell_other(sighting.ip, sighting.at)) return;
    if (others_.size() < limits_.addresses) others_.insert({sighting.mac, sighting.ip});
    ++counters_.others;
    if (!filter_->late_names) sighting.mac = {};
    handler_(Observation{sighting});
}

// A device that is nobody's sends with the address of an enrolled one: a router, somebody who took over the address, or
// one who pretends.
void Sensor::note_stranger(const MacAddress& mac, const IpAddress& ip)
{
    if (routers_.saw(mac, ip)) {
        const auto what =
            to_string(mac) +
            " carries the addresses of enrolled devices that are not on this link; name it in capture: routers";
        return suspect(Suspicion::Kind::router_learnt, what, now_);
    }
    if (routers_.is_router(mac) || now_ == Timestamp{}) return;  // the capture's first packet: it is not known when
    const auto before = counters_.others;
    tell_other_sighting({mac, ip, now_, 0, true});
    if (counters_.others == before) return;
    suspect(Suspicion::Kind::stranger_at_address,
            "packets with the address of an enrolled device came from a device that is not enrolled; nobody is named "
            "for them",
            now_, {}, ip);
}

}  // namespace breakwatch
