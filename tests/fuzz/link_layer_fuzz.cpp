// First octet: which link type; then a frame.
#include <array>

#include "decode/link_layer.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::array kLinks{1, 0, 9, 10, 12, 14, 50, 51, 101, 104, 105, 108, 113, 127, 228, 229, 239, 276, 147};
    ByteReader in(Bytes(data, size));
    const int link = kLinks.at(in.u8() % kLinks.size());
    const auto frame = decode_link(link, in.rest());
    if (!frame) return 0;
    touch(frame->payload);
    promise(inside(frame->payload, in.rest()), "a payload lies in its frame");
    promise(frame->vlan <= 0x0fff, "a VLAN has twelve bits");
    promise(frame->ether_type >= 0x0600, "what is inside has an EtherType");
    return 0;
}
