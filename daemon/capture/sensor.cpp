#include "capture/sensor.hpp"

#include <algorithm>
#include <utility>

#include "flow/heap_octets.hpp"

namespace breakwatch {
namespace {

// The same about the same device or address again: how soon, and how many are told apart.
constexpr std::chrono::seconds kSuspicionEvery{1};
constexpr std::size_t kMostSuspected = 4096;

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr Duration kTick = milliseconds{100};
// An address in use is told again this often, not with each ARP.
constexpr Duration kSightingEvery = minutes{1};
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

// Name service, address assignment and time keep a network going; they say nothing about how much of a
// person's traffic could be named.
bool is_infrastructure(std::uint16_t port)
{
    constexpr std::uint16_t kPorts[] = {53, 67, 68, 123, 546, 547, 1900, 5353, 5355};
    return std::ranges::find(kPorts, port) != std::end(kPorts);
}

bool is_service(std::uint16_t port)
{
    return port == 443 || port == 80;
}

// What systems send is a power of two or the greatest: anything less has been over a router, which on the link of the
// device itself is a hotspot or travel router behind it.
bool hop_limit_as_sent(std::uint8_t hop_limit)
{
    constexpr std::uint8_t kSent[] = {32, 64, 128, 255};
    return std::ranges::find(kSent, hop_limit) != std::end(kSent);
}

NameClass class_of(NameOrigin origin)
{
    return origin == NameOrigin::dns ? NameClass::by_dns : NameClass::named;
}

Transport transport_of(const FiveTuple& tuple, NameOrigin origin)
{
    if (tuple.protocol == Protocol::udp) return Transport::quic;
    const bool clear = origin == NameOrigin::http || (origin == NameOrigin::dns && tuple.responder.port == 80);
    return clear ? Transport::clear : Transport::tls;
}

// A device may have this part of a table; small ones are not divided further.
std::size_t share_of(std::size_t rows)
{
    constexpr std::size_t kShares = 8, kLeast = 64;
    return std::max(rows / kShares, kLeast);
}

ExchangeTracker::Kind kind_of(Transport transport)
{
    switch (transport) {
        case Transport::quic: return ExchangeTracker::Kind::quic;
        case Transport::clear: return ExchangeTracker::Kind::clear;
        case Transport::tls: break;
    }
    return ExchangeTracker::Kind::tls;
}

}  // namespace

Sensor::Sensor(const PlatformCatalog& catalog, std::shared_ptr<const DeviceFilter> filter, Handler handler,
               const SensorLimits& limits, const LinkConfig& link)
    : catalog_(&catalog),
      limits_(limits),
      handler_(std::move(handler)),
      in_force_(std::move(filter)),
      filter_(in_force_.get(filter_version_)),
      meter_(catalog, limits_.volume_entries, handler_),
      attached_(1),
      flows_of_(share_of(limits_.flows)),
      trackers_of_(share_of(limits_.trackers)),
      exchanges_of_(limits_.of_device_per_second),
      statements_of_(limits_.of_device_per_second),
      routers_(link.routers),
      dhcp_(link)
{
}

Sensor::~Sensor() = default;

void Sensor::set_filter(std::shared_ptr<const DeviceFilter> filter)
{
    in_force_.replace(std::move(filter));
}

void Sensor::renew_filter()
{
    if (!in_force_.changed_since(filter_version_)) return;
    filter_ = in_force_.get(filter_version_);
    const auto wanted = [&](const MacAddress& mac) { return filter_->wants(mac); };
    std::erase_if(learned_, [&](const auto& entry) { return !wanted(entry.second.first); });
    std::erase_if(sighted_, [&](const auto& entry) { return !wanted(std::get<MacAddress>(entry.first)); });
    std::erase_if(vlans_, [&](const auto& entry) { return !wanted(entry.first); });
    dhcp_.keep_only(wanted);
    for (auto& attached : attached_) {
        const auto& device = attached.device;
        const bool known = device.mac.is_zero() ? address_known(device.ip) : wanted(device.mac) || filter_->portal_ips.contains(device.ip);
        if (attached.in_use && !known) forget(attached);
    }
}

bool Sensor::address_known(const IpAddress& ip) const
{
    if (filter_->ips.contains(ip)) return true;
    const auto lease = learned_.find(ip);
    return lease != learned_.end() && now_ < lease->second.second;
}

// The frame's own MAC is asked first wherever the link shows one. The address alone tells of a device only behind a
// router, and where the link has no MACs.
Sensor::Side Sensor::side_of(const MacAddress& mac, const IpAddress& ip) const
{
    if (filter_->wants(mac) || (!mac.is_zero() && filter_->portal_ips.contains(ip))) return Side::by_mac;
    const bool alone = mac.is_zero() || routers_.may_carry(mac, ip);
    return alone && address_known(ip) ? Side::by_address : Side::nobodys;
}

bool Sensor::wants_flow(const FiveTuple& tuple, const MacAddress& source, const MacAddress& destination)
{
    renew_filter();
    const bool wanted = side_of(source, tuple.originator.ip) != Side::nobodys ||
                        side_of(destination, tuple.responder.ip) != Side::nobodys;
    if (!wanted && !source.is_zero() && address_known(tuple.originator.ip)) note_stranger(source, tuple.originator.ip);
    return wanted;
}

// A device that is nobody's sends with the address of an enrolled one: a router, somebody who took over the address, or
// one who pretends.
void Sensor::note_stranger(const MacAddress& mac, const IpAddress& ip)
{
    if (routers_.saw(mac, ip)) {
        const auto what = to_string(mac) + " carries the addresses of enrolled devices that are not on this link; name it in capture: routers";
        return suspect(Suspicion::Kind::router_learnt, what, now_);
    }
    if (routers_.is_router(mac) || now_ == Timestamp{}) return;  // the capture's first packet: it is not known when
    const auto before = counters_.others;
    tell_other_sighting({mac, ip, now_, 0, true});
    if (counters_.others == before) return;
    suspect(Suspicion::Kind::stranger_at_address,
            "packets with the address of an enrolled device came from a device that is not enrolled; nobody is named for them", now_, {}, ip);
}

// Which side is the device: the originator, except where only the other side is known, or where the
// capture began inside the conversation with a packet of the server.
Sensor::Attached* Sensor::attach(Flow& flow)
{
    if (flow.attachment != 0) {
        auto& attached = attached_[flow.attachment];
        return attached.in_use && attached.flow == flow.id ? &attached : nullptr;
    }
    if (is_infrastructure(flow.tuple.responder.port) || is_infrastructure(flow.tuple.originator.port)) return nullptr;
    const auto originator = side_of(flow.originator_mac, flow.tuple.originator.ip);
    const auto responder = side_of(flow.responder_mac, flow.tuple.responder.ip);
    const bool originator_known = originator != Side::nobodys;
    const bool responder_known = responder != Side::nobodys;
    if (!originator_known && !responder_known) return nullptr;
    const bool server_first = is_service(flow.tuple.originator.port) && !is_service(flow.tuple.responder.port);
    const bool is_responder = !originator_known || (responder_known && server_first);
    const auto& end = is_responder ? flow.tuple.responder : flow.tuple.originator;
    Device device{is_responder ? flow.responder_mac : flow.originator_mac, end.ip};
    // Behind a router the frame's MAC is the router's, and so is its VLAN: the address alone tells whose flow it is.
    if ((is_responder ? responder : originator) == Side::by_address) device.mac = {};
    const auto share = SourceShares::bucket_of(device.mac, device.ip);
    const bool full = free_.empty() && attached_.size() > limits_.flows;
    if (full || !flows_of_.room(share)) {
        ++counters_.flows_refused;
        suspect(Suspicion::Kind::flood, full ? "more connections of enrolled devices than there is room for; new ones are not looked at"
                                             : "one device has more connections than a device has; new ones of it are not looked at", now_);
        return nullptr;
    }
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(attached_.size()));
        attached_.emplace_back();
    }
    flow.attachment = free_.back();
    free_.pop_back();
    auto& attached = attached_[flow.attachment];
    attached.index = flow.attachment;
    attached.device_is_responder = is_responder;
    attached.device = device;
    attached.share = share;
    flows_of_.take(share);
    attached.flow = flow.id;
    attached.in_use = true;
    if (!attached.device.mac.is_zero()) attached.device.vlan = flow.vlan;
    if (!attached.device.mac.is_zero() && !attached.device_is_responder) note_vlan(attached.device.mac, flow.vlan, flow.last_seen);
    return &attached;
}

void Sensor::forget(Attached& attached)
{
    untrack(attached);
    flows_of_.give_back(attached.share);
    const auto index = attached.index;
    attached = {};
    free_.push_back(index);
}

bool Sensor::is_outer_name(std::string_view name)
{
    const auto match = catalog_->find(name);
    return match && match->role == Role::outer;
}

void Sensor::on_server_name(Flow& flow, const ServerName& name, Timestamp)
{
    auto* attached = attach(flow);
    if (attached == nullptr) return;
    const auto match = catalog_->find(name.name);
    if (name.encrypted || (match && match->role == Role::outer)) {
        if (attached->named != NameClass::encrypted) ++counters_.encrypted_hellos;
        attached->named = NameClass::encrypted;
        return;
    }
    if (!name.name.empty()) attached->named = class_of(name.origin);
    attached->volume = nullptr;
    if (match && name.origin != NameOrigin::dtls) track(*attached, flow, name, *match);
}

void Sensor::on_loss(Loss loss, Timestamp at)
{
    advance(at);
    if (loss == Loss::tunnel_untrusted) {
        return suspect(Suspicion::Kind::foreign_tunnel,
                       "packets inside packets came from nobody that capture: mirrors names; they are not opened", at);
    }
    if (!suspicion_due(Suspicion::Kind::flood, at)) return;
    auto what = "more than is followed (" + std::string(name(loss)) + "); what is new of the sender with most of it goes unread";
    handler_(Observation{Suspicion{Suspicion::Kind::flood, std::move(what), at, {}, {}}});
}

// Which of the two its server took is not known: what the flow carries counts as traffic without a name.
void Sensor::on_name_conflict(Flow& flow, Timestamp at)
{
    advance(at);
    auto* attached = attach(flow);
    if (attached == nullptr) return;
    ++counters_.name_conflicts;
    suspect(Suspicion::Kind::decoy_hello,
            "a connection of an enrolled device carries two hellos, or one that its server does not get; what went over it is not judged", at);
    attached->named = NameClass::unnamed;
    attached->volume = nullptr;
    untrack(*attached);
}

void Sensor::untrack(Attached& attached)
{
    attached.match.reset();
    attached.server_name.clear();
    if (!attached.tracker) return;
    attached.tracker.reset();
    attached.ticking = false;
    --trackers_;
    trackers_of_.give_back(attached.share);
}

void Sensor::use(const PlatformCatalog& catalog)
{
    catalog_ = &catalog;
    meter_.use(catalog);
    for (auto& attached : attached_) {
        attached.volume = nullptr;
        if (!attached.in_use || !attached.match) continue;
        attached.match = catalog.find(attached.server_name);
        if (attached.match && attached.match->role != Role::outer) continue;
        if (attached.match) attached.named = NameClass::encrypted;
        untrack(attached);
    }
}

void Sensor::track(Attached& attached, const Flow& flow, const ServerName& name, const PlatformMatch& match)
{
    attached.match = match;
    attached.origin = name.origin;
    attached.transport = transport_of(flow.tuple, name.origin);
    if (attached.tracker) {
        attached.server_name = name.name;
        return;
    }
    if (trackers_ >= limits_.trackers || !trackers_of_.room(attached.share)) {
        ++counters_.trackers_refused;
        return suspect(Suspicion::Kind::flood, "more connections to platforms than there is room for, in all or of one device; of new ones only the volume is counted", now_);
    }
    attached.tracker = std::make_unique<ExchangeTracker>(kind_of(attached.transport));
    attached.server_name = name.name;
    ++trackers_;
    trackers_of_.take(attached.share);
}

void Sensor::on_segment(Flow& flow, const Segment& segment)
{
    advance(segment.time);
    auto* attached = attach(flow);
    if (attached == nullptr) return;
    const bool upstream = (segment.direction == Direction::from_originator) != attached->device_is_responder;
    if (!attached->device.mac.is_zero()) attached->device.vlan = flow.vlan;
    measure(*attached, segment, upstream);
    if (upstream && !attached->device.mac.is_zero()) {
        ++(hop_limit_as_sent(segment.hop_limit) ? attached->straight : attached->hopped);
        if (attached->hopped <= attached->straight && segment.time >= attached->sight_again) {
            attached->sight_again = segment.time + kSightingEvery;
            tell_sighting({attached->device.mac, attached->device.ip, segment.time, attached->device.vlan, true});
        }
    }
    if (!attached->tracker) return;
    attached->round_trip = flow.server_round_trip;
    tell(*attached, attached->tracker->observe(segment, upstream));
    if (attached->tracker->open() && !std::exchange(attached->ticking, true)) open_.emplace_back(flow.attachment, flow.id);
}

void Sensor::measure(Attached& attached, const Segment& segment, bool upstream)
{
    if (segment.payload_length == 0) return;
    if (attached.volume == nullptr) {
        const auto platform = attached.match ? std::optional{attached.match->platform} : std::nullopt;
        attached.volume = meter_.entry(attached.device, platform);
    }
    if (attached.volume != nullptr) count(*attached.volume, attached.named, upstream, segment.payload_length);
}

// The first of a kind about a device or address says it; a flood of them, whatever addresses it invents, must not drown
// what else is told.
bool Sensor::suspicion_due(Suspicion::Kind kind, Timestamp at, const MacAddress& mac, const IpAddress& ip)
{
    ++counters_.suspicions;
    const auto told = suspected_.find({kind, mac, ip});
    if (told != suspected_.end() && at >= told->second && at - told->second < kSuspicionEvery) return false;
    if (ip.family != IpAddress::Family::none && !may_tell_other(ip, at)) return false;
    if (suspected_.size() >= kMostSuspected) suspected_.clear();
    suspected_[{kind, mac, ip}] = at;
    return true;
}

void Sensor::suspect(Suspicion::Kind kind, std::string_view what, Timestamp at, const MacAddress& mac, const IpAddress& ip)
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

void Sensor::tell(const Attached& attached, const std::optional<ExchangeShape>& shape)
{
    if (!shape) return;
    if (!exchanges_of_.spend(attached.share, now_)) {
        ++counters_.exchanges_refused;
        return suspect(Suspicion::Kind::flood, "one device talks to platforms more often than a device does; what exceeds it is not looked at", now_);
    }
    Exchange exchange;
    static_cast<ExchangeShape&>(exchange) = *shape;
    exchange.device = attached.device;
    exchange.device.behind = attached.hopped > attached.straight;
    if (exchange.device.behind)
        suspect(Suspicion::Kind::device_behind, "packets of an enrolled device came from a device behind it (a hotspot or travel router); nobody is named for them", now_);
    exchange.flow = attached.flow;
    exchange.match = *attached.match;
    exchange.server_name = attached.server_name;
    exchange.name_origin = attached.origin;
    exchange.transport = attached.transport;
    exchange.server_round_trip = attached.round_trip;
    ++counters_.exchanges;
    handler_(Observation{std::move(exchange)});
}

// Exchanges first: they ended before `now`, and whoever hears of `now` no longer waits for them.
void Sensor::advance(Timestamp now)
{
    if (now <= now_) return;
    now_ = now;
    renew_filter();
    if (now >= next_tick_) tick(now);
    if (meter_.advance(now)) {
        for (auto& attached : attached_) attached.volume = nullptr;
    }
}

void Sensor::tick(Timestamp now)
{
    next_tick_ = now + kTick;
    std::erase_if(open_, [&](const auto& open) {
        auto& attached = attached_[open.first];
        if (attached.flow != open.second || !attached.ticking) return true;
        tell(attached, attached.tracker->advance(now));
        attached.ticking = attached.tracker->open();
        return !attached.ticking;
    });
}

void Sensor::on_flow_end(Flow& flow)
{
    if (flow.attachment == 0) return;
    auto& attached = attached_[flow.attachment];
    if (!attached.in_use || attached.flow != flow.id) return;
    if (attached.tracker) tell(attached, attached.tracker->finish());
    forget(attached);
}

// RFC 2131 section 4: what the server acknowledged holds; a client's RELEASE or DECLINE ends it.
void Sensor::on_dhcp(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context)
{
    renew_filter();
    advance(context.time);
    if (message.reply) {
        if (message.type == DhcpType::ack && message.your_ip.family == IpAddress::Family::v4) on_answer(message, tuple, context);
        return;
    }
    if (message.type == DhcpType::release || message.type == DhcpType::decline) return on_ending(message, tuple, context);
    if (message.type != DhcpType::request) return;
    if (!filter_->wants(message.client)) {
        if (filter_->late_names) dhcp_.note_unknown(message, context.time);
        return;
    }
    if (context.source == message.client) note_vlan(message.client, context.vlan, context.time);
    if (dhcp_.another_client(message, context.time))
        suspect(Suspicion::Kind::two_devices, "the MAC of an enrolled device asks for an address with other software than before", context.time, message.client);
}

void Sensor::on_answer(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context)
{
    const auto answer = dhcp_.answer(message, tuple, context);
    if (answer == DhcpWatch::Answer::unknown_server) {
        const auto& ip = message.your_ip;
        if (!suspicion_due(Suspicion::Kind::unknown_dhcp_server, context.time, {}, ip)) return;
        auto what = to_string(message.server_id.value_or(tuple.originator.ip)) + " at " + to_string(context.source) +
                    " answers as a DHCP server and is not believed; if it is the network's, name it in capture: dhcp_servers";
        return handler_(Observation{Suspicion{Suspicion::Kind::unknown_dhcp_server, std::move(what), context.time, {}, ip}});
    }
    if (answer == DhcpWatch::Answer::repeated) return;
    if (context.destination == message.client) routers_.is_local(message.your_ip);
    tell_lease({.mac = message.client, .ip = message.your_ip, .from = context.time,
                .until = lease_end(context.time, message.lease_seconds.value_or(kUnstatedLease)), .ended = {},
                .source = LeaseSource::dhcp_snooped, .vlan = context.vlan});
}

void Sensor::on_ending(const DhcpMessage& message, const FiveTuple& tuple, const FrameContext& context)
{
    const bool release = message.type == DhcpType::release;
    const auto ip = release ? message.client_ip : message.requested_ip.value_or(IpAddress{});
    const bool by_router = routers_.is_router(context.source);
    if (!DhcpWatch::may_be_clients(message, tuple, context, by_router)) {
        if (filter_->wants(message.client) || address_known(ip))
            suspect(Suspicion::Kind::forged_dhcp, "a release of an enrolled device's address that the device did not send; it is not believed", context.time, {}, ip);
        return;
    }
    tell_lease({.mac = message.client, .ip = ip, .from = context.time, .until = context.time, .ended = context.time,
                .source = LeaseSource::dhcp_snooped, .vlan = context.vlan});
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
            return suspect(Suspicion::Kind::forged_dhcp, "a DHCPv6 release of an enrolled device that the device did not send; it is not believed", at);
        return suspect(Suspicion::Kind::unknown_dhcp_server, to_string(tuple.originator.ip) + " answers as a DHCPv6 server and is not believed", at);
    }
    for (const auto& address : message.addresses) {
        Lease lease{.mac = *message.client_mac, .ip = address.ip, .from = at, .until = at, .ended = {},
                    .source = LeaseSource::dhcpv6_snooped, .vlan = context.vlan};
        // RFC 8415 section 18.2.10.1: a valid lifetime of zero takes the address away.
        if (ends || address.valid_seconds == 0) {
            lease.ended = at;
        } else {
            lease.until = lease_end(at, address.valid_seconds);
        }
        tell_lease(lease);
    }
}

// Statements about devices that are nobody's: those about addresses of enrolled ones always, the rest as far as a budget
// goes, so that no device can drown the others in them.
bool Sensor::may_tell_other(const IpAddress& ip, Timestamp at)
{
    if (address_known(ip)) return true;
    if (at - budget_since_ >= std::chrono::seconds{1}) {
        budget_since_ = at;
        budget_spent_ = 0;
    }
    if (budget_spent_ == limits_.others_per_second) {
        suspect(Suspicion::Kind::evidence_lost, "more statements about addresses in a second than are looked at; for now an address alone names nobody", at);
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
            suspect(Suspicion::Kind::forged_address, "an ARP or ND message about an enrolled device or its address came in another device's frame; it is not believed", context.time, {}, ip);
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
        return suspect(Suspicion::Kind::evidence_lost, "one device claims more addresses in a second than are looked at; for now an address alone names nobody", sighting.at);
    }
    if (found == sighted_.end()) {
        const auto first = sighted_.lower_bound({sighting.mac, {}, false});
        std::size_t many = 0;
        for (auto each = first; each != sighted_.end() && std::get<MacAddress>(each->first) == sighting.mac; ++each) ++many;
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

void Sensor::finish()
{
    for (const auto& [index, flow] : open_) {
        auto& attached = attached_[index];
        if (attached.flow == flow && attached.ticking) tell(attached, attached.tracker->finish());
    }
    open_.clear();
    meter_.flush();
}

Sensor::Rows Sensor::rows() const
{
    return {.flows = attached_.size() - 1 - free_.size(), .trackers = trackers_, .volumes = meter_.size(),
            .addresses = std::max({learned_.size(), sighted_.size(), others_.size()})};
}

std::size_t Sensor::octets_per_connection() { return sizeof(Attached) + 2 * sizeof(std::uint32_t); }
// With the longest name that a server can have, and its place among those with an exchange open.
std::size_t Sensor::octets_per_tracker() { return heap_octets(sizeof(ExchangeTracker)) + heap_octets(256) + 2 * sizeof(open_[0]); }

SensorCounters Sensor::counters() const
{
    auto counters = counters_;
    counters.volumes_refused = meter_.refused();
    return counters;
}

}  // namespace breakwatch
