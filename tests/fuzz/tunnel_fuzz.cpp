// First octet: which wrap to open; then its bytes.
#include <array>

#include "decode/ip.hpp"
#include "decode/link_layer.hpp"
#include "decode/tunnel.hpp"
#include "decode/wlan_frame.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

constexpr std::array<std::uint16_t, 10> kPorts{4789, 8472, 4790, 6081, 2152, 3544, 5072, 1701, 5247, 4341};
constexpr std::array<std::uint16_t, 3> kMorePorts{4754, 37008, 6635};
constexpr std::array kProtocols{ip_protocol::ipv4, ip_protocol::ipv6, ip_protocol::gre, ip_protocol::etherip};
constexpr std::size_t kFirst = kPorts.size() + kProtocols.size() + 1;  // of the wraps that came later
constexpr std::size_t kChoices = kFirst + kMorePorts.size();

// Teredo, IP in IP and MPLS in UDP may hand on all they got.
bool adds_nothing(std::size_t choice)
{
    return choice == 5 || choice == 10 || choice == 11 || choice == kChoices - 1;
}

std::optional<TunnelPayload> open(std::size_t choice, Bytes bytes)
{
    if (choice >= kFirst) return open_udp_tunnel(40'000, kMorePorts.at(choice - kFirst), bytes);
    if (choice < kPorts.size()) return open_udp_tunnel(40'000, kPorts[choice], bytes);
    if (choice < kPorts.size() + kProtocols.size()) return open_ip_tunnel(kProtocols[choice - kPorts.size()], bytes);
    return open_nsh(bytes);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    ByteReader in(Bytes(data, size));
    const std::size_t choice = in.u8() % kChoices;
    const auto inner = open(choice, in.rest());
    if (!inner) return 0;
    promise(!inner->bytes.empty() && inside(inner->bytes, in.rest()), "what is inside lies in its wrap");
    promise(inner->bytes.size() < in.size() || adds_nothing(choice), "a wrap adds something of its own");
    touch(inner->bytes);
    if (inner->wlan) {
        (void)decode_wlan(inner->bytes);
    } else if (inner->ether_type == ether_type::ethernet) {
        (void)decode_ethernet(inner->bytes);
    } else if (inner->ether_type == 0) {
        (void)decode_ip(inner->bytes);
    } else {
        (void)decode_tags({{}, {}, 0, inner->ether_type, inner->bytes, 0});
    }
    return 0;
}
