// What is said on the wire about who has which address, and what in it is a sign of spoofing.
#include <algorithm>
#include <utility>

#include "capture/sensor.hpp"

namespace breakwatch {
namespace {

using std::chrono::minutes;

// A lease without a stated time: what is assumed before the server says more (RFC 2131 section 3.3
// leaves it to the server; a day is the usual default).
constexpr std::uint32_t kUnstatedLease = 86'400;
constexpr std::uint32_t kForEver = 0xffffffff;

Timestamp lease_end(Timestamp from, std::uint32_t seconds)
{
    return seconds == kForEver ? Timestamp::max() : from + std::chrono::seconds{seconds};
}

}  // namespace

void Sensor::suspect(SuspicionSaid said)
{
    said.known = said.ip.family != IpAddress::Family::none && address_known(said.ip, said.at);
    say(std::move(said));
}

// Only frames that the device sent tell of its VLAN; untagged ones of a mirror tell nothing.
void Sensor::note_vlan(const MacAddress& mac, std::uint16_t vlan, Timestamp at, bool mine)
{
    if (vlan != 0 && mine) say(VlanSaid{mac, vlan, at});
}

// RFC 2131 section 4: what the server acknowledged holds; a client's RELEASE or DECLINE ends it.
void Sensor::on_dhcp(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context)
{
    pass(context.time);
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
    if (context.source == message.client) note_vlan(message.client, context.vlan, context.time, shard_.first());
    if (dhcp_.another_client(message, context.time) && shard_.first())
        suspect({.kind = Suspicion::Kind::two_devices,
                 .what = "the MAC of an enrolled device asks for an address with other software than before",
                 .at = context.time,
                 .mac = message.client});
}

void Sensor::on_answer(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context)
{
    const auto answer = dhcp_.answer(message, tuple, context);
    if (answer == DhcpWatch::Answer::unknown_server) {
        if (!shard_.first()) return;
        return suspect(
            {.kind = Suspicion::Kind::unknown_dhcp_server,
             .at = context.time,
             .ip = message.your_ip,
             .made = to_string(message.server_id.value_or(tuple.originator.ip)) + " at " + to_string(context.source) +
                     " answers as a DHCP server and is not believed; if it is the network's, name it in capture: "
                     "dhcp_servers"});
    }
    if (answer == DhcpWatch::Answer::repeated) return;
    if (context.destination == message.client) note_local(message.your_ip);
    note_lease({.mac = message.client,
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
        if (shard_.first() && (filter_->wants(message.client) || address_known(ip, context.time)))
            suspect(
                {.kind = Suspicion::Kind::forged_dhcp,
                 .what = "a release of an enrolled device's address that the device did not send; it is not believed",
                 .at = context.time,
                 .ip = ip});
        return;
    }
    note_lease({.mac = message.client,
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
    const auto at = context.time;
    pass(at);
    if (!message.client_mac || !filter_->wants(*message.client_mac)) return;
    const bool ends = message.type == Dhcpv6Type::release || message.type == Dhcpv6Type::decline;
    if (!ends && message.type != Dhcpv6Type::reply) return;
    if (ends ? !context.source.is_zero() && context.source != *message.client_mac && !routers_.is_router(context.source)
             : dhcp_.answer6(tuple, context) != DhcpWatch::Answer::believed) {
        if (!shard_.first()) return;
        if (ends)
            return suspect(
                {.kind = Suspicion::Kind::forged_dhcp,
                 .what = "a DHCPv6 release of an enrolled device that the device did not send; it is not believed",
                 .at = at});
        return suspect({.kind = Suspicion::Kind::unknown_dhcp_server,
                        .at = at,
                        .made = to_string(tuple.originator.ip) + " answers as a DHCPv6 server and is not believed"});
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
        note_lease(lease);
    }
}

void Sensor::note_lease(const Lease& lease)
{
    // A client on a link without Ethernet addresses (RFC 2131 section 4.1, htype) is no device of ours.
    if (lease.ip.family == IpAddress::Family::none || lease.mac.is_zero()) return;
    const auto known = learned_.find(lease.ip);
    const bool of_it = known != learned_.end() && known->second.first == lease.mac;
    if (!filter_->wants(lease.mac)) {
        if (shard_.first()) say(OtherLeaseSaid{lease, address_known(lease.ip, lease.from), filter_->late_names});
        if (known != learned_.end() && !of_it && !lease.ended) learned_.erase(known);
        return;
    }
    if (lease.ended) {
        if (of_it) learned_.erase(known);
    } else if (known != learned_.end() || learned_.size() < limits_.addresses) {
        learned_[lease.ip] = {lease.mac, lease.until};
    } else if (shard_.first()) {
        ++counters_.addresses_refused;
    }
    if (shard_.first()) say(LeaseSaid{lease});
}

void Sensor::note_local(const IpAddress& ip)
{
    routers_.is_local(ip);
    if (routers_.learns() && shard_.first()) say(LocalSaid{ip});
}

void Sensor::on_address(const MacAddress& mac, const IpAddress& ip, const FrameContext& context)
{
    pass(context.time);
    if (mac.is_zero() || mac.group()) return;
    // A router may answer for others (proxy ARP, RFC 1027; ND proxy, RFC 4389): it says nothing of whose an address is.
    if (routers_.is_router(mac) || routers_.is_router(context.source)) return;
    const bool enrolled = filter_->wants(mac);
    const bool known = address_known(ip, context.time);
    if (!context.source.is_zero() && context.source != mac) {
        if (shard_.first() && (enrolled || known))
            suspect({.kind = Suspicion::Kind::forged_address,
                     .what = "an ARP or ND message about an enrolled device or its address came in another device's "
                             "frame; it is not believed",
                     .at = context.time,
                     .ip = ip});
        return;
    }
    note_local(ip);
    if (!shard_.first()) return;
    const AddressSighting sighting{.mac = mac, .ip = ip, .at = context.time, .vlan = context.vlan};
    if (!enrolled) return say(OtherSightingSaid{sighting, known, filter_->late_names});
    note_vlan(mac, context.vlan, context.time, true);
    say(SightingSaid{sighting});
}

void Sensor::note_stranger(const MacAddress& mac, const IpAddress& ip, Timestamp at)
{
    if (!routers_.is_router(mac)) say(StrangerSaid{mac, ip, at, filter_->late_names});
}

}  // namespace breakwatch
