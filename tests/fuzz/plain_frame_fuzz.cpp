// An ordinary frame read in one pass, beside the general decoders.
#include "decode/plain_frame.hpp"

#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const Bytes octets(data, size);
    const auto plain = decode_plain_frame(1, octets);
    if (!plain) return 0;
    const auto link = decode_link(1, octets);
    promise(link && !link->framed_inside, "what is ordinary has one frame");
    promise(link->source == plain->link.source && link->destination == plain->link.destination, "the same addresses");
    promise(link->vlan == plain->link.vlan && link->ether_type == plain->link.ether_type, "the same tag and type");
    const auto packet = decode_ip(link->payload);
    promise(packet && !packet->fragment, "what is ordinary is one packet");
    const auto& ip = plain->ip;
    promise(packet->source == ip.source && packet->destination == ip.destination, "the same addresses of IP");
    promise(packet->protocol == ip.protocol && packet->hop_limit == ip.hop_limit, "the same protocol and hops");
    promise(packet->identification == ip.identification, "the same number");
    promise(packet->payload_length == ip.payload_length, "the same length");
    promise(packet->payload.data() == ip.payload.data() && packet->payload.size() == ip.payload.size(),
            "the same rest");
    return 0;
}
