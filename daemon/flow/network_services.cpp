#include "flow/network_services.hpp"

namespace breakwatch {

struct NetworkServices::Entry {
    std::uint16_t port;
    void (NetworkServices::*take)(const FiveTuple&, Bytes, const FrameContext&);
};

const NetworkServices::Entry NetworkServices::kByPort[] = {
    {kDnsPort, &NetworkServices::take_dns}, {5353, &NetworkServices::take_mdns},
    {5355, &NetworkServices::take_llmnr},   {67, &NetworkServices::take_dhcp},
    {68, &NetworkServices::take_dhcp},      {546, &NetworkServices::take_dhcpv6},
    {547, &NetworkServices::take_dhcpv6},   {1813, &NetworkServices::take_radius},
    {1646, &NetworkServices::take_radius},  // before RFC 2866
};

bool NetworkServices::take(const FiveTuple& tuple, Bytes payload, const FrameContext& context)
{
    for (const auto& entry : kByPort) {
        if (tuple.originator.port != entry.port && tuple.responder.port != entry.port) continue;
        (this->*entry.take)(tuple, payload, context);
        return true;
    }
    return false;
}

template <typename Message, typename Tell>
void NetworkServices::tell(const std::expected<Message, DecodeError>& message, Layer layer, const Tell& told)
{
    if (message) {
        told(*message);
    } else {
        counters_.count(layer, message.error());
    }
}

void NetworkServices::take_dns(const FiveTuple& tuple, Bytes message, const FrameContext& context)
{
    if (!looks_at(tuple, context)) return;
    tell(decode_dns(message), Layer::dns, [&](const DnsMessage& dns) {
        remember(dns, tuple, context);
        events_.on_dns(dns, tuple, context.time);
    });
}

// Devices that nobody looks at leave nothing here. A message can be made so that it costs a hundred others: of each
// client so many are read in a second.
bool NetworkServices::looks_at(const FiveTuple& tuple, const FrameContext& context)
{
    if (!events_.wants_flow(tuple, context)) return false;
    const bool answer = tuple.originator.port == kDnsPort && tuple.responder.port != kDnsPort;
    const auto& client = answer ? tuple.responder.ip : tuple.originator.ip;
    const auto& device = answer ? context.destination : context.source;
    if (of_client_.spend(SourceShares::bucket_of(client), context.time) &&
        (device.is_zero() || of_device_.spend(SourceShares::bucket_of(device), context.time)))
        return true;
    counters_.count(Loss::dns_share_full);
    if (shard_.owns(tuple.originator.ip, tuple.responder.ip)) events_.on_loss(Loss::dns_share_full, context.time);
    return false;
}

void NetworkServices::remember(const DnsMessage& dns, const FiveTuple& tuple, const FrameContext& context)
{
    if (!dns.response) return asked_.asked(tuple, dns.id, dns.question, context.time);
    if (!asked_.was_asked(tuple, dns.id, dns.question, context.time)) return counters_.count(Loss::dns_unasked);
    cache_.learn(tuple.responder.ip, dns, context.time);
}

// RFC 6762 and 4795 name neighbours on the link, never a server: not for the name cache.
void NetworkServices::take_mdns(const FiveTuple& tuple, Bytes message, const FrameContext& context)
{
    if (!looks_at(tuple, context)) return;
    tell(decode_dns(message), Layer::dns,
         [&](const DnsMessage& dns) { events_.on_link_dns(dns, LinkDns::mdns, tuple, context.time); });
}

void NetworkServices::take_llmnr(const FiveTuple& tuple, Bytes message, const FrameContext& context)
{
    if (!looks_at(tuple, context)) return;
    tell(decode_dns(message), Layer::dns,
         [&](const DnsMessage& dns) { events_.on_link_dns(dns, LinkDns::llmnr, tuple, context.time); });
}

void NetworkServices::take_dhcp(const FiveTuple& tuple, Bytes message, const FrameContext& context)
{
    tell(decode_dhcp(message), Layer::dhcp, [&](const DhcpMessage& dhcp) {
        ++counters_.wire.dhcp;
        events_.on_dhcp(dhcp, tuple, context);
    });
}

void NetworkServices::take_dhcpv6(const FiveTuple& tuple, Bytes message, const FrameContext& context)
{
    tell(decode_dhcpv6(message), Layer::dhcpv6, [&](const Dhcpv6Message& dhcp) {
        ++counters_.wire.dhcp;
        events_.on_dhcpv6(dhcp, tuple, context);
    });
}

void NetworkServices::take_radius(const FiveTuple& tuple, Bytes message, const FrameContext& context)
{
    tell(decode_radius(message), Layer::radius, [&](const RadiusMessage& radius) {
        ++counters_.wire.radius;
        if (radius.code == radius_code::accounting_request) events_.on_radius_accounting(radius, tuple, context.time);
    });
}

}  // namespace breakwatch
