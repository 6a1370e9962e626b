#include "capture/sensor.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr Duration kTick = milliseconds{100};
// An address in use is told again this often, not with each ARP.
constexpr Duration kSightingEvery = minutes{1};

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
               const SensorLimits& limits)
    : catalog_(catalog),
      limits_(limits),
      handler_(std::move(handler)),
      in_force_(std::move(filter)),
      filter_(in_force_.get(filter_version_)),
      meter_(catalog_, limits_.volume_entries, handler_),
      attached_(1)
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
    std::erase_if(learned_, [&](const auto& entry) { return !filter_->wants(entry.second.first); });
    std::erase_if(sighted_, [&](const auto& entry) { return !filter_->wants(entry.first.first); });
    for (auto& attached : attached_) {
        if (attached.in_use && !device_known(attached.device.mac, attached.device.ip)) forget(attached);
    }
}

bool Sensor::device_known(const MacAddress& mac, const IpAddress& ip) const
{
    if (filter_->wants(mac) || filter_->ips.contains(ip)) return true;
    const auto lease = learned_.find(ip);
    return lease != learned_.end() && now_ < lease->second.second;
}

bool Sensor::wants_flow(const FiveTuple& tuple, const MacAddress& source, const MacAddress& destination)
{
    renew_filter();
    return device_known(source, tuple.originator.ip) || device_known(destination, tuple.responder.ip);
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
    const bool originator_known = device_known(flow.originator_mac, flow.tuple.originator.ip);
    const bool responder_known = device_known(flow.responder_mac, flow.tuple.responder.ip);
    if (!originator_known && !responder_known) return nullptr;
    if (free_.empty() && attached_.size() > limits_.flows) {
        ++counters_.flows_refused;
        return nullptr;
    }
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(attached_.size()));
        attached_.emplace_back();
    }
    flow.attachment = free_.back();
    free_.pop_back();
    auto& attached = attached_[flow.attachment];
    const bool server_first = is_service(flow.tuple.originator.port) && !is_service(flow.tuple.responder.port);
    attached.device_is_responder = !originator_known || (responder_known && server_first);
    const auto& end = attached.device_is_responder ? flow.tuple.responder : flow.tuple.originator;
    attached.device = {attached.device_is_responder ? flow.responder_mac : flow.originator_mac, end.ip};
    // Behind a router the frame's MAC is the router's, and so is its VLAN: the address alone tells whose flow it is.
    if (!filter_->wants(attached.device.mac)) attached.device.mac = {};
    if (!attached.device.mac.is_zero()) attached.device.vlan = flow.vlan;
    attached.flow = flow.id;
    attached.in_use = true;
    return &attached;
}

void Sensor::forget(Attached& attached)
{
    if (attached.tracker) --trackers_;
    const auto index = static_cast<std::uint32_t>(&attached - attached_.data());
    if (attached.ticking) std::erase(open_, index);
    attached = {};
    free_.push_back(index);
}

bool Sensor::is_outer_name(std::string_view name)
{
    const auto match = catalog_.find(name);
    return match && match->role == Role::outer;
}

void Sensor::on_server_name(Flow& flow, const ServerName& name, Timestamp)
{
    auto* attached = attach(flow);
    if (attached == nullptr) return;
    const auto match = catalog_.find(name.name);
    if (name.encrypted || (match && match->role == Role::outer)) {
        if (attached->named != NameClass::encrypted) ++counters_.encrypted_hellos;
        attached->named = NameClass::encrypted;
        return;
    }
    if (!name.name.empty()) attached->named = class_of(name.origin);
    attached->volume = nullptr;
    if (match && name.origin != NameOrigin::dtls) track(*attached, flow, name, *match);
}

// Which of the two its server took is not known: what the flow carries counts as traffic without a name.
void Sensor::on_name_conflict(Flow& flow, Timestamp)
{
    auto* attached = attach(flow);
    if (attached == nullptr) return;
    ++counters_.name_conflicts;
    attached->match.reset();
    attached->server_name.clear();
    attached->named = NameClass::unnamed;
    attached->volume = nullptr;
    if (!attached->tracker) return;
    attached->tracker.reset();
    --trackers_;
    if (std::exchange(attached->ticking, false)) std::erase(open_, flow.attachment);
}

void Sensor::track(Attached& attached, const Flow& flow, const ServerName& name, const PlatformMatch& match)
{
    attached.match = match;
    attached.server_name = name.name;
    attached.origin = name.origin;
    attached.transport = transport_of(flow.tuple, name.origin);
    if (attached.tracker) return;
    if (trackers_ >= limits_.trackers) {
        ++counters_.trackers_refused;
        return;
    }
    attached.tracker = std::make_unique<ExchangeTracker>(kind_of(attached.transport));
    ++trackers_;
}

void Sensor::on_segment(Flow& flow, const Segment& segment)
{
    advance(segment.time);
    auto* attached = attach(flow);
    if (attached == nullptr) return;
    const bool upstream = (segment.direction == Direction::from_originator) != attached->device_is_responder;
    if (!attached->device.mac.is_zero()) attached->device.vlan = flow.vlan;
    measure(*attached, segment, upstream);
    if (!attached->tracker) return;
    attached->round_trip = flow.server_round_trip;
    tell(*attached, attached->tracker->observe(segment, upstream));
    if (attached->tracker->open() && !std::exchange(attached->ticking, true)) open_.push_back(flow.attachment);
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

void Sensor::tell(const Attached& attached, const std::optional<ExchangeShape>& shape)
{
    if (!shape) return;
    Exchange exchange;
    static_cast<ExchangeShape&>(exchange) = *shape;
    exchange.device = attached.device;
    exchange.flow = attached.flow;
    exchange.match = *attached.match;
    exchange.server_name = attached.server_name;
    exchange.name_origin = attached.origin;
    exchange.transport = attached.transport;
    exchange.server_round_trip = attached.round_trip;
    ++counters_.exchanges;
    handler_(Observation{std::move(exchange)});
}

void Sensor::advance(Timestamp now)
{
    if (now <= now_) return;
    now_ = now;
    renew_filter();
    if (meter_.advance(now)) {
        for (auto& attached : attached_) attached.volume = nullptr;
    }
    if (now >= next_tick_) tick(now);
}

void Sensor::tick(Timestamp now)
{
    next_tick_ = now + kTick;
    std::erase_if(open_, [&](std::uint32_t index) {
        auto& attached = attached_[index];
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
void Sensor::on_dhcp(const DhcpMessage& message, const FiveTuple&, const FrameContext& frame)
{
    const auto at = frame.time;
    renew_filter();
    if (!filter_->wants(message.client)) return;
    Lease lease{.mac = message.client, .ip = {}, .from = at, .until = at, .ended = {}, .source = LeaseSource::dhcp_snooped,
                .vlan = frame.vlan};
    if (message.type == DhcpType::ack && message.reply && message.your_ip.family == IpAddress::Family::v4) {
        lease.ip = message.your_ip;
        lease.until = lease_end(at, message.lease_seconds.value_or(kUnstatedLease));
    } else if (message.type == DhcpType::release || message.type == DhcpType::decline) {
        lease.ip = message.type == DhcpType::release ? message.client_ip : message.requested_ip.value_or(IpAddress{});
        lease.ended = at;
    }
    tell_lease(lease);
}

void Sensor::on_dhcpv6(const Dhcpv6Message& message, const FiveTuple&, const FrameContext& frame)
{
    const auto at = frame.time;
    renew_filter();
    if (!message.client_mac || !filter_->wants(*message.client_mac)) return;
    const bool ends = message.type == Dhcpv6Type::release || message.type == Dhcpv6Type::decline;
    if (!ends && message.type != Dhcpv6Type::reply) return;
    for (const auto& address : message.addresses) {
        Lease lease{.mac = *message.client_mac, .ip = address.ip, .from = at, .until = at, .ended = {},
                    .source = LeaseSource::dhcpv6_snooped, .vlan = frame.vlan};
        // RFC 8415 section 18.2.10.1: a valid lifetime of zero takes the address away.
        if (ends || address.valid_seconds == 0) {
            lease.ended = at;
        } else {
            lease.until = lease_end(at, address.valid_seconds);
        }
        tell_lease(lease);
    }
}

void Sensor::tell_lease(const Lease& lease)
{
    // A client on a link without Ethernet addresses (RFC 2131 section 4.1, htype) is no device of ours.
    if (lease.ip.family == IpAddress::Family::none || lease.mac.is_zero()) return;
    if (lease.ended) {
        learned_.erase(lease.ip);
    } else if (learned_.size() < limits_.addresses || learned_.contains(lease.ip)) {
        learned_[lease.ip] = {lease.mac, lease.until};
    } else {
        ++counters_.addresses_refused;
    }
    ++counters_.leases;
    handler_(Observation{lease});
}

void Sensor::on_address(const MacAddress& mac, const IpAddress& ip, const FrameContext& frame)
{
    const auto at = frame.time;
    renew_filter();
    if (!filter_->wants(mac)) return;
    const auto found = sighted_.find({mac, ip});
    if (found != sighted_.end() && at < found->second + kSightingEvery) return;
    if (found == sighted_.end() && sighted_.size() >= limits_.addresses) {
        ++counters_.addresses_refused;
        sighted_.erase(sighted_.begin());
    }
    sighted_[{mac, ip}] = at;
    ++counters_.sightings;
    handler_(Observation{AddressSighting{.mac = mac, .ip = ip, .at = at, .vlan = frame.vlan}});
}

void Sensor::finish()
{
    for (const auto index : open_) tell(attached_[index], attached_[index].tracker->finish());
    open_.clear();
    meter_.flush();
}

SensorCounters Sensor::counters() const
{
    auto counters = counters_;
    counters.volumes_refused = meter_.refused();
    return counters;
}

}  // namespace breakwatch
