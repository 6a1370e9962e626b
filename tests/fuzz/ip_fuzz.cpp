// An IP packet, its TCP or UDP header, and the same packet as if put together from fragments.
#include "decode/ip.hpp"
#include "decode/transport.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

void look_inside(const IpPacket& packet, Bytes whole)
{
    touch(packet.payload);
    promise(inside(packet.payload, whole), "a payload lies in its packet");
    if (const auto segment = decode_tcp(packet.payload)) {
        promise(segment->header_length >= 20 && segment->header_length <= 60, "a TCP header has 20 to 60 octets");
        promise(inside(segment->payload, packet.payload), "a TCP payload lies in its segment");
    }
    if (const auto datagram = decode_udp(packet.payload)) {
        promise(datagram->payload.size() <= datagram->payload_length, "no more is captured than was sent");
        promise(inside(datagram->payload, packet.payload), "a UDP payload lies in its datagram");
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Bytes whole(data, size);
    const auto packet = decode_ip(whole);
    if (!packet) return 0;
    promise(packet->fragment == (packet->more_fragments || packet->fragment_offset != 0), "a fragment says so");
    promise(packet->fragment_offset <= 65'528 && packet->fragment_offset % 8 == 0, "an offset counts eights of octets");
    promise(packet->source.family == packet->destination.family, "both addresses are of one family");
    look_inside(*packet, whole);
    const auto reassembled = decode_reassembled(*packet);
    if (reassembled) look_inside(*reassembled, whole);
    return 0;
}
