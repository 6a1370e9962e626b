#include "capture/sensor.hpp"

#include <algorithm>
#include <utility>

#include "policy/share.hpp"

namespace breakwatch {
namespace {

using std::chrono::minutes;

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
    : Sensor(catalog, std::move(filter), std::make_unique<Teller>(std::move(handler), limits, link), nullptr, limits,
             link, {})
{}

Sensor::Sensor(const PlatformCatalog& catalog, std::shared_ptr<const DeviceFilter> filter, StatementSink& sink,
               const SensorLimits& limits, const LinkConfig& link, Shard shard)
    : Sensor(catalog, std::move(filter), nullptr, &sink, limits, link, shard)
{}

Sensor::Sensor(const PlatformCatalog& catalog, std::shared_ptr<const DeviceFilter> filter,
               std::unique_ptr<Teller> teller, StatementSink* sink, const SensorLimits& limits, const LinkConfig& link,
               Shard shard)
    : catalog_(&catalog),
      limits_(limits),
      shard_(shard),
      teller_(std::move(teller)),
      sink_(sink != nullptr ? sink : teller_.get()),
      in_force_(std::move(filter)),
      filter_(in_force_.get(filter_version_)),
      meter_(catalog, limits_.volume_entries),
      attached_(1),
      flows_of_(share_of(limits_.flows)),
      trackers_of_(share_of(limits_.trackers)),
      routers_(link.routers, link.learn_routers),
      dhcp_(link)
{}

Sensor::~Sensor() = default;

void Sensor::set_filter(std::shared_ptr<const DeviceFilter> filter)
{
    in_force_.replace(std::move(filter));
}

void Sensor::renew_filter()
{
    if (!in_force_.changed_since(filter_version_)) return;
    const auto before = std::exchange(filter_, in_force_.get(filter_version_));
    if (filter_->adds_to(before)) return;
    const auto wanted = [this](const MacAddress& mac) { return filter_->wants(mac); };
    std::erase_if(learned_, [&](const auto& entry) { return !wanted(entry.second.first); });
    if (teller_) teller_->keep_only(*filter_);
    dhcp_.keep_only(wanted);
    for (auto& attached : attached_) {
        const auto& device = attached.device;
        const bool known = device.mac.is_zero() ? address_known(device.ip, now_)
                                                : wanted(device.mac) || filter_->from_portal(device.ip);
        if (attached.in_use && !known) forget(attached);
    }
}

bool Sensor::address_known(const IpAddress& ip, Timestamp at) const
{
    if (filter_->known(ip)) return true;
    const auto lease = learned_.find(ip);
    return lease != learned_.end() && at < lease->second.second;
}

// The frame's own MAC is asked first wherever the link shows one. The address alone tells of a device only behind a
// router, and where the link has no MACs.
Sensor::Side Sensor::side_of(const MacAddress& mac, const IpAddress& ip, Timestamp at) const
{
    if (filter_->wants(mac) || (!mac.is_zero() && filter_->from_portal(ip))) return Side::by_mac;
    const bool alone = mac.is_zero() || routers_.may_carry(mac, ip);
    return alone && address_known(ip, at) ? Side::by_address : Side::nobodys;
}

bool Sensor::wants_flow(const FiveTuple& tuple, const FrameContext& context)
{
    renew_filter();
    const auto& source = context.source;
    const auto& ip = tuple.originator.ip;
    const auto at = context.time;
    const bool wanted = side_of(source, ip, at) != Side::nobodys ||
                        side_of(context.destination, tuple.responder.ip, at) != Side::nobodys;
    if (!wanted && !source.is_zero() && address_known(ip, at) && shard_.owns(ip, tuple.responder.ip))
        note_stranger(source, ip, at);
    return wanted;
}

// Enrolled devices by their MAC, behind a router by their address. Others begin few flows with them: what a server is
// seen to say first was begun before the capture was.
SourceShares::Bucket Sensor::share_of_sender(const FiveTuple& tuple, const FrameContext& context)
{
    const auto& source = context.source;
    if (side_of(source, tuple.originator.ip, context.time) == Side::nobodys) return SourceShares::kStrangers;
    return filter_->enrolled(source) ? SourceShares::bucket_of(source) : SourceShares::bucket_of(tuple.originator.ip);
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
    const auto originator = side_of(flow.originator_mac, flow.tuple.originator.ip, flow.last_seen);
    const auto responder = side_of(flow.responder_mac, flow.tuple.responder.ip, flow.last_seen);
    const bool originator_known = originator != Side::nobodys;
    const bool responder_known = responder != Side::nobodys;
    if (!originator_known && !responder_known) return nullptr;
    // What others send at a device is nothing of it until it speaks.
    if (!originator_known && !flow.answered) return nullptr;
    const bool server_first = is_service(flow.tuple.originator.port) && !is_service(flow.tuple.responder.port);
    const bool is_responder = !originator_known || (responder_known && server_first);
    const auto& end = is_responder ? flow.tuple.responder : flow.tuple.originator;
    Device device{is_responder ? flow.responder_mac : flow.originator_mac, end.ip};
    // Behind a router the frame's MAC is the router's, and so is its VLAN: the address alone tells whose flow it is.
    if ((is_responder ? responder : originator) == Side::by_address) device.mac = {};
    // A portal's address comes with any MAC.
    const auto share = filter_->wants(device.mac) ? SourceShares::bucket_of(device.mac, device.ip)
                                                  : SourceShares::bucket_of(device.ip);
    const bool full = free_.empty() && attached_.size() > limits_.flows;
    if (full || !flows_of_.room(share)) {
        ++counters_.flows_refused;
        say_flood(full ? "more connections of enrolled devices than there is room for; new ones are not looked at"
                       : "one device has more connections than a device has; new ones of it are not looked at",
                  flow.last_seen);
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
    if (!attached.device.mac.is_zero() && !attached.device_is_responder)
        note_vlan(attached.device.mac, flow.vlan, flow.last_seen, true);
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

bool Sensor::may_matter(std::string_view name)
{
    return catalog_->find(name).has_value();
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
    flow.spare = !name.name.empty() && !name.encrypted && !match && !attached->device_is_responder;
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
    pass(at);
    if (loss != Loss::tunnel_untrusted) return say(LossSaid{loss, at});
    suspect({.kind = Suspicion::Kind::foreign_tunnel,
             .what = "packets inside packets came from nobody that capture: mirrors names; they are not opened",
             .at = at});
}

// Which of the two its server took is not known: what the flow carries counts as traffic without a name.
void Sensor::on_name_conflict(Flow& flow, Timestamp at)
{
    pass(at);
    auto* attached = attach(flow);
    if (attached == nullptr) return;
    ++counters_.name_conflicts;
    say(SuspicionSaid{.kind = Suspicion::Kind::decoy_hello,
                      .what = "a connection of an enrolled device carries two hellos, or one that its server does not "
                              "get; what went over it is not judged",
                      .at = at},
        flow.id);
    flow.spare = false;
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
    say_slice();
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
        return say_flood(
            "more connections to platforms than there is room for, in all or of one device; of new ones "
            "only the volume is counted",
            flow.last_seen);
    }
    attached.tracker = std::make_unique<ExchangeTracker>(kind_of(attached.transport));
    attached.server_name = name.name;
    ++trackers_;
    trackers_of_.take(attached.share);
}

void Sensor::on_segment(Flow& flow, const Segment& segment)
{
    pass(segment.time);
    auto* attached = attach(flow);
    if (attached == nullptr) return;
    const bool upstream = (segment.direction == Direction::from_originator) != attached->device_is_responder;
    if (!attached->device.mac.is_zero()) attached->device.vlan = flow.vlan;
    measure(*attached, segment, upstream);
    if (upstream && !attached->device.mac.is_zero()) {
        ++(hop_limit_as_sent(segment.hop_limit) ? attached->straight : attached->hopped);
        if (attached->hopped <= attached->straight && segment.time >= attached->sight_again) {
            attached->sight_again = segment.time + kSightingEvery;
            say(SightingSaid{{attached->device.mac, attached->device.ip, segment.time, attached->device.vlan, true}});
        }
    }
    if (!attached->tracker) return;
    attached->round_trip = flow.server_round_trip;
    say_exchange(*attached, attached->tracker->observe(segment, upstream), segment.time, flow.id);
    if (attached->tracker->open() && !std::exchange(attached->ticking, true))
        open_.push_back({flow.attachment, flow.id, segment.packet});
}

void Sensor::measure(Attached& attached, const Segment& segment, bool upstream)
{
    if (segment.payload_length == 0) return;
    if (attached.volume == nullptr) {
        const auto platform = attached.match ? std::optional{attached.match->platform} : std::nullopt;
        attached.volume = meter_.entry(attached.device, platform, segment.packet);
    }
    if (attached.volume != nullptr) count(*attached.volume, attached.named, upstream, segment.payload_length);
}

void Sensor::say_exchange(const Attached& attached, const std::optional<ExchangeShape>& shape, Timestamp at,
                          std::uint64_t order)
{
    if (!shape) return;
    ExchangeSaid said{.exchange = {}, .share = attached.share, .at = at};
    auto& exchange = said.exchange;
    static_cast<ExchangeShape&>(exchange) = *shape;
    exchange.device = attached.device;
    exchange.device.behind = attached.hopped > attached.straight;
    exchange.flow = attached.flow;
    exchange.match = *attached.match;
    exchange.server_name = attached.server_name;
    exchange.name_origin = attached.origin;
    exchange.transport = attached.transport;
    exchange.server_round_trip = attached.round_trip;
    say(std::move(said), order);
}

void Sensor::say_flood(std::string_view what, Timestamp at)
{
    suspect({.kind = Suspicion::Kind::flood, .what = what, .at = at});
}

}  // namespace breakwatch
