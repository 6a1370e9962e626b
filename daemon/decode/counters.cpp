#include "decode/counters.hpp"

namespace breakwatch {

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(DecodeError::count)> kErrors{
    "truncated", "bad_length", "bad_value", "unsupported"};
constexpr std::array<std::string_view, static_cast<std::size_t>(Layer::count)> kLayers{
    "link", "arp",  "ip",  "fragment", "tcp",    "udp", "tunnel", "tls",
    "quic", "http", "dns", "dhcp",     "dhcpv6", "nd",  "radius"};
constexpr std::array<std::string_view, static_cast<std::size_t>(Loss::count)> kLosses{
    "flow_table_full",     "flow_share_full",   "hello_flows_full", "hello_memory_full", "hello_share_full",
    "decoy_segment",       "conflicting_hello", "hello_too_long",   "stream_gap",        "fragments_full",
    "fragment_share_full", "fragment_overlap",  "fragment_expired", "tunnel_too_deep",   "tunnel_untrusted",
    "quic_undecryptable",  "encrypted_hello",   "dns_over_tls",     "dns_over_https",    "dns_over_quic",
    "dns_share_full",      "dns_unasked",       "shed_stranger",    "shed_volume",       "shed_hello"};

}  // namespace

std::string_view name(DecodeError error)
{
    return kErrors.at(static_cast<std::size_t>(error));
}
std::string_view name(Layer layer)
{
    return kLayers.at(static_cast<std::size_t>(layer));
}
std::string_view name(Loss loss)
{
    return kLosses.at(static_cast<std::size_t>(loss));
}

void DecodeCounters::add(const DecodeCounters& other)
{
    packets += other.packets;
    bytes += other.bytes;
    flows += other.flows;
    names += other.names;
    for (std::size_t layer = 0; layer < errors.size(); ++layer) {
        for (std::size_t error = 0; error < errors[layer].size(); ++error)
            errors[layer][error] += other.errors[layer][error];
    }
    for (std::size_t loss = 0; loss < losses.size(); ++loss) losses[loss] += other.losses[loss];
}

void DecodeCounters::for_each(const std::function<void(const std::string&, std::uint64_t)>& visit) const
{
    for (std::size_t layer = 0; layer < errors.size(); ++layer) {
        for (std::size_t error = 0; error < errors[layer].size(); ++error) {
            if (errors[layer][error] == 0) continue;
            visit(std::string(kLayers[layer]) + "." + std::string(kErrors[error]), errors[layer][error]);
        }
    }
    for (std::size_t loss = 0; loss < losses.size(); ++loss) {
        if (losses[loss] != 0) visit("loss." + std::string(kLosses[loss]), losses[loss]);
    }
}

}  // namespace breakwatch
