#include "flow/flow_tracker.hpp"

#include <string>
#include <utility>

#include "decode/transport.hpp"
#include "flow/resolver_names.hpp"
#include "flow/steering.hpp"
#include "policy/keyed_hash.hpp"

namespace breakwatch {

namespace {

constexpr std::uint16_t kDnsOverTls = 853;  // RFC 7858; over QUIC (RFC 9250) the same number

// Never 0. `with`: what else has to be the same.
std::uint64_t hash_of(std::string_view name, std::uint64_t with)
{
    auto key = table_hash_key();
    key.high ^= with;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): octets of a text
    return keyed_hash({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()}, key) | 1U;
}

// Server names as the rest of the house knows them: lower case, no trailing dot. Nothing: no name.
std::optional<std::string> normal_name(std::string_view name)
{
    constexpr std::size_t kLongest = 255;
    while (!name.empty() && name.back() == '.') name.remove_suffix(1);
    if (name.empty() || name.size() > kLongest) return std::nullopt;
    std::string normal;
    normal.reserve(name.size());
    for (const char c : name) {
        if (c <= 0x20 || c >= 0x7f) return std::nullopt;
        normal += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return normal;
}

// Of a flow whose names were read, and neither its beginning nor its end.
bool is_body(const FlowEntry& flow, const IpPacket& packet)
{
    if (packet.protocol == ip_protocol::udp) return flow.settled || (flow.quic_named && !flow.quic);
    constexpr auto kMarks = tcp_flag::syn | tcp_flag::fin | tcp_flag::rst;
    return flow.settled && packet.payload.size() > 13 && (packet.payload[13] & kMarks) == 0;
}

}  // namespace

FlowTracker::FlowTracker(const DissectorLimits& limits, DissectorEvents& events, DecodeCounters& counters, OnEnd on_end)
    : events_(events),
      counters_(counters),
      on_end_(std::move(on_end)),
      flows_(limits.flows, limits.tcp_idle, limits.udp_idle,
             [this](FlowEntry& flow) {
                 on_end_(flow);
                 events_.on_flow_end(flow);
             }),
      cache_(limits.name_cache_bytes)
{}

FlowTracker::Place FlowTracker::of(const FiveTuple& tuple, const FrameContext& context)
{
    const auto key = FlowKey::of(tuple);
    const auto hash = flows_.hash_of(key);
    auto* flow = flows_.find(key, hash);
    if (flow == nullptr) flow = open(key, hash, tuple, context);
    if (flow == nullptr) return {};
    flows_.touch(*flow, context.time);
    // Some mirrors tag one direction only.
    if (flow->vlan == 0) flow->vlan = context.vlan;
    const auto direction = direction_of(*flow, tuple);
    if (!flow->answered && flow->first_sender != direction) answered(*flow, tuple, context);
    if (direction == Direction::from_responder) flow->answered_since_hello = true;
    ++counters_.wire.wanted;
    return {flow, direction};
}

std::uint32_t FlowTracker::expect(const FiveTuple& tuple) const
{
    const auto hash = flows_.hash_of(FlowKey::of(tuple));
    flows_.prefetch_slot(hash);
    return hash;
}

// A flow that a stranger began is its device's from the device's first packet on.
void FlowTracker::answered(FlowEntry& flow, const FiveTuple& tuple, const FrameContext& context)
{
    flows_.answered(flow);
    if (flow.share != SourceShares::kStrangers) return;
    const auto share = events_.share_of_sender(tuple, context);
    if (flows_.room_for(share)) flows_.count_to(flow, share);
}

FlowTracker::Place FlowTracker::restart(FlowEntry& old, const FiveTuple& tuple, const FrameContext& context)
{
    flows_.erase(old);
    const auto key = FlowKey::of(tuple);
    return {open(key, flows_.hash_of(key), tuple, context), Direction::from_originator};
}

FlowEntry* FlowTracker::open(const FlowKey& key, std::uint32_t hash, const FiveTuple& tuple,
                             const FrameContext& context)
{
    if (!events_.wants_flow(tuple, context)) return nullptr;
    const auto share = events_.share_of_sender(tuple, context);
    if (!flows_.room_for(share)) {
        counters_.count(Loss::flow_share_full);
        events_.on_loss(Loss::flow_share_full, context.time);
        return nullptr;
    }
    bool evicted = false;
    auto& flow = flows_.insert(key, hash, share, context.time, evicted);
    if (evicted) {
        counters_.count(Loss::flow_table_full);
        events_.on_loss(Loss::flow_table_full, context.time);
    }
    ++counters_.flows;
    flow.id = context.packet;
    flow.tuple = tuple;
    flow.originator_mac = context.source;
    flow.responder_mac = context.destination;
    flow.vlan = context.vlan;
    if (tuple.responder.port == kDnsOverTls) {
        counters_.count(tuple.protocol == Protocol::tcp ? Loss::dns_over_tls : Loss::dns_over_quic);
    }
    return &flow;
}

void FlowTracker::flip_roles(FlowEntry& flow)
{
    if (flow.opened || flow.attachment != 0) return;
    std::swap(flow.tuple.originator, flow.tuple.responder);
    flow.first_sender =
        flow.first_sender == Direction::from_originator ? Direction::from_responder : Direction::from_originator;
    std::swap(flow.originator_mac, flow.responder_mac);
    std::swap(flow.syn_sequence[0], flow.syn_sequence[1]);
    std::swap(flow.syn_seen[0], flow.syn_seen[1]);
    std::swap(flow.finished[0], flow.finished[1]);
    if (flow.tcp) std::swap(flow.tcp->sides[0], flow.tcp->sides[1]);
}

// Port 443 tells the server's side, whoever is taken for the originator. One side alone may turn out to be two later,
// when a download goes on for long without being acknowledged.
void FlowTracker::spoke(FlowEntry& flow, Direction direction)
{
    if (flow.sides == FlowEntry::Sides::both) return;
    constexpr unsigned kEnough = 8;
    const auto& sender = direction == Direction::from_originator ? flow.tuple.originator : flow.tuple.responder;
    const auto& receiver = direction == Direction::from_originator ? flow.tuple.responder : flow.tuple.originator;
    if ((sender.port == kHttpsPort) == (receiver.port == kHttpsPort)) return;
    auto& count = flow.spoke[sender.port == kHttpsPort ? 1 : 0];
    if (count < kEnough) ++count;
    const bool both = flow.spoke[0] > 0 && flow.spoke[1] > 0;
    if (flow.spoke[0] + flow.spoke[1] < kEnough || (!both && flow.sides == FlowEntry::Sides::one)) return;
    auto& wire = counters_.wire;
    if (both) {
        if (flow.sides == FlowEntry::Sides::one)
            --(flow.spoke[0] < flow.spoke[1] ? wire.only_from_servers : wire.only_to_servers);
        ++wire.two_way;
        count_name(flow);
    } else {
        ++(sender.port == kHttpsPort ? wire.only_from_servers : wire.only_to_servers);
    }
    flow.sides = both ? FlowEntry::Sides::both : FlowEntry::Sides::one;
}

void FlowTracker::count_name(const FlowEntry& flow)
{
    if (!flow.begun) return;
    auto& wire = counters_.wire;
    ++(flow.last_name == 0 ? wire.names_missing : flow.hidden ? wire.names_hidden : wire.names_read);
}

bool FlowTracker::publish_name(FlowEntry& flow, std::string_view name, NameOrigin origin, Timestamp at)
{
    auto normal = normal_name(name);
    if (normal) publish(flow, {.name = std::move(*normal), .origin = origin}, at);
    return normal.has_value();
}

// An encrypted hello shows only by its outer name: browsers put the same extension, filled with noise
// (GREASE), into every other hello.
bool FlowTracker::publish_hello(FlowEntry& flow, const ClientHello& hello, NameOrigin origin, Timestamp at)
{
    if (hello.first_alpn == "dot" && flow.tuple.responder.port != kDnsOverTls) counters_.count(Loss::dns_over_tls);
    if (hello.first_alpn == "doq" && flow.tuple.responder.port != kDnsOverTls) counters_.count(Loss::dns_over_quic);
    if (hello.server_name.empty()) {
        if (hello.encrypted_name) publish(flow, {.name = {}, .origin = origin, .encrypted = true}, at);
        publish_dns_name(flow, at);
        return true;
    }
    auto normal = normal_name(hello.server_name);
    if (!normal) return false;
    // Over QUIC another connection may follow on the same ports, when the first was answered.
    const bool another = origin == NameOrigin::quic && flow.answered_since_hello;
    const auto hello_name = hash_of(*normal, 0);
    if (origin != NameOrigin::dtls && flow.hello_name != hello_name) {
        if (flow.hello_name != 0 && !another) conflict(flow, at);
        flow.hello_name = hello_name;
        flow.answered_since_hello = false;
    }
    const bool encrypted = hello.encrypted_name || (hello.encrypted_hello && events_.is_outer_name(*normal));
    publish(flow, {.name = std::move(*normal), .origin = origin, .encrypted = encrypted}, at);
    return true;
}

void FlowTracker::publish_dns_name(FlowEntry& flow, Timestamp at)
{
    if (flow.named_by_dns || flow.last_name != 0) return;
    flow.named_by_dns = true;
    const auto known = cache_.find(flow.tuple.originator.ip, flow.tuple.responder.ip, at);
    if (known) publish(flow, {std::string(known->name), NameOrigin::dns, false, known->ambiguous}, at);
}

bool FlowTracker::is_shed(const ExpectedPacket& packet, const FrameContext& context)
{
    if (!packet.has_ports()) return false;
    const auto& ip = packet.frame->ip;
    if (is_for_everybody(ip.protocol, ip.payload.data())) return false;
    const auto tuple = ports_of(ip);
    auto* const flow = flows_.find(FlowKey::of(tuple), packet.hash);
    if (flow == nullptr) {
        if (events_.wants_flow(tuple, context)) return false;
        counters_.count(Loss::shed_stranger);
        return true;
    }
    if (shedding_ < Shedding::volumes || !flow->spare || !flow->answered ||
        direction_of(*flow, tuple) != Direction::from_responder || !is_body(*flow, ip))
        return false;
    flows_.touch(*flow, context.time);
    counters_.count(Loss::shed_volume);
    return true;
}

bool FlowTracker::gives_up_hello(FlowEntry& flow, Timestamp at)
{
    if (shedding_ < Shedding::hellos || flow.last_name != 0) return false;
    const auto known = cache_.find(flow.tuple.originator.ip, flow.tuple.responder.ip, at);
    if (!known || known->ambiguous || events_.may_matter(known->name)) return false;
    counters_.count(Loss::shed_hello);
    publish_dns_name(flow, at);
    return true;
}

void FlowTracker::conflict(FlowEntry& flow, Timestamp at)
{
    if (std::exchange(flow.conflicting, true)) return;
    counters_.count(Loss::conflicting_hello);
    events_.on_name_conflict(flow, at);
}

void FlowTracker::publish(FlowEntry& flow, const ServerName& name, Timestamp at)
{
    if (flow.conflicting) return;
    const auto told = hash_of(name.name, static_cast<std::uint64_t>(name.origin) << 1U | (name.encrypted ? 1U : 0U));
    if (told == flow.last_name) return;
    flow.last_name = told;
    flow.hidden = name.encrypted;
    ++counters_.names;
    if (name.encrypted) counters_.count(Loss::encrypted_hello);
    if (name.origin != NameOrigin::http && flow.tuple.responder.port != kDnsOverTls && is_public_resolver(name.name)) {
        counters_.count(Loss::dns_over_https);
    }
    events_.on_server_name(flow, name, at);
}

}  // namespace breakwatch
