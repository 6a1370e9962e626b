// First octet: bit 0 clear: a datagram as it is. Set: a CHLO message, cut anywhere by the second octet.
#include "decode/gquic.hpp"

#include <algorithm>

#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    ByteReader in(Bytes(data, size));
    if ((in.u8() & 1U) == 0) {
        const auto name = gquic_server_name(in.rest());
        if (name) promise(name->empty() || inside(as_bytes(*name), in.rest()), "a name lies in its datagram");
        if (name) touch(*name);
        return 0;
    }
    const std::size_t cut = in.u8();
    const auto whole = scan_gquic_hello(in.rest());
    const auto before = scan_gquic_hello(in.rest().first(std::min(cut, in.size())));
    touch(whole.hello.server_name);
    promise(whole.match == StreamMatch::yes || whole.hello.server_name.empty(), "only a hello has a name");
    if (before.match == StreamMatch::no) promise(whole.match == StreamMatch::no, "what is no hello stays none");
    if (before.match != StreamMatch::yes) return 0;
    promise(whole.match == StreamMatch::yes, "a hello stays one");
    promise(whole.hello.server_name == before.hello.server_name, "a hello keeps its name");
    return 0;
}
