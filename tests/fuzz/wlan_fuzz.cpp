// First octet: bit 0 says whether a radiotap header stands before the 802.11 frame.
#include "decode/wlan_frame.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    ByteReader in(Bytes(data, size));
    const bool radiotap = (in.u8() & 1U) != 0;
    const auto frame = radiotap ? decode_radiotap(in.rest()) : decode_wlan(in.rest());
    if (!frame) return 0;
    touch(frame->payload);
    promise(inside(frame->payload, in.rest()), "a payload lies in its frame");
    return 0;
}
