// First octet: bit 0 chooses DHCPv6; then a message.
#include "decode/dhcp_message.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

void look_at_v4(Bytes payload)
{
    const auto message = decode_dhcp(payload);
    if (!message) return;
    touch(message->hostname);
    touch(message->client_id);
    promise(inside(as_bytes(message->hostname), payload) && inside(message->client_id, payload),
            "texts lie in the packet");
    promise(message->your_ip.family != IpAddress::Family::v6, "DHCP gives IPv4 addresses");
}

void look_at_v6(Bytes payload)
{
    const auto message = decode_dhcpv6(payload);
    if (!message) return;
    touch(message->client_duid);
    promise(inside(message->client_duid, payload), "a DUID lies in the packet");
    promise(message->addresses.size() <= Dhcpv6Message::kMostAddresses, "addresses are bounded");
    for (const auto& address : message->addresses) {
        promise(address.ip.family == IpAddress::Family::v6, "DHCPv6 gives IPv6 addresses");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    ByteReader in(Bytes(data, size));
    const bool v6 = (in.u8() & 1U) != 0;
    v6 ? look_at_v6(in.rest()) : look_at_v4(in.rest());
    return 0;
}
