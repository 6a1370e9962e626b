// First two octets: where the stream is cut; then the stream, looked at whole and as it was before the cut.
#include <algorithm>

#include "decode/http_request.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    ByteReader in(Bytes(data, size));
    const std::size_t cut = in.u16();
    const auto stream = in.rest();
    const auto prefix = stream.first(std::min(cut, stream.size()));
    const auto whole = scan_http_request(stream);
    const auto before = scan_http_request(prefix);
    touch(whole.request.host);
    promise(whole.request.host.empty() || inside(as_bytes(whole.request.host), stream), "a host lies in the stream");
    const auto cut_host = host_in_cut_head(prefix);
    promise(cut_host.empty() || inside(as_bytes(cut_host), prefix), "a host of a cut head lies in it");
    promise(whole.request.head_length <= stream.size(), "a head ends in the stream");
    promise((whole.match == StreamMatch::yes) == (whole.request.head_length > 0), "a whole head has a length");
    promise(whole.match == StreamMatch::no || may_be_http_request(stream), "a request passes the cheap look");
    if (!prefix.empty() && before.match == StreamMatch::no) {
        promise(whole.match == StreamMatch::no, "what is no request stays none");
    }
    if (before.match == StreamMatch::yes) {
        promise(whole.match == StreamMatch::yes, "a request stays one");
        promise(whole.request.host == before.request.host, "a request keeps its host");
        promise(whole.request.head_length == before.request.head_length, "a request keeps its length");
    }
    return 0;
}
