// First octet: bit 0 chooses ICMPv6 instead of ARP; then a packet.
#include "decode/address_resolution.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::array<std::uint8_t, 16> kSource{0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x31};
    ByteReader in(Bytes(data, size));
    const bool v6 = (in.u8() & 1U) != 0;
    const auto binding = v6 ? decode_neighbor_discovery(in.rest(), IpAddress::v6(kSource)) : decode_arp(in.rest());
    if (!binding || !*binding) return 0;
    const auto family = v6 ? IpAddress::Family::v6 : IpAddress::Family::v4;
    promise((*binding)->ip.family == family, "an address is of its protocol's family");
    promise((*binding)->ip.octets != IpAddress{}.octets, "nobody has the unspecified address");
    return 0;
}
