// First two octets: where the stream is cut; then the stream, looked at whole and as it was before the cut.
#include <algorithm>
#include <string>
#include <vector>

#include "decode/tls_client_hello.hpp"
#include "fuzz/target.hpp"

using namespace breakwatch;
using namespace breakwatch::fuzz;

namespace {

void look_at(const ClientHelloScan& scan)
{
    touch(scan.hello.server_name);
    touch(scan.hello.first_alpn);
    promise(scan.match == StreamMatch::yes || scan.hello.server_name.empty(), "only a hello has a name");
}

// An answer given once stays, however the stream goes on.
void check_prefix(const ClientHelloScan& before, const ClientHelloScan& after)
{
    if (before.match == StreamMatch::no) promise(after.match == StreamMatch::no, "what is no hello stays none");
    if (before.match != StreamMatch::yes) return;
    promise(after.match == StreamMatch::yes, "a hello stays one");
    promise(before.hello.server_name == after.hello.server_name, "a hello keeps its name");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    ByteReader in(Bytes(data, size));
    const std::size_t cut = in.u16();
    const auto stream = in.rest();
    const auto prefix = stream.first(std::min(cut, stream.size()));

    std::vector<std::uint8_t> joined, joined_before;
    const auto whole = scan_client_hello(stream, joined);
    const auto before = scan_client_hello(prefix, joined_before);
    look_at(whole);
    look_at(before);
    // An SSL 2.0 hello cannot be told by less than its fixed part of eleven octets.
    if (prefix.size() >= 11) check_prefix(before, whole);
    promise(whole.match == StreamMatch::no || may_be_client_hello(stream), "a hello passes the cheap look");

    touch(name_in_cut_hello(prefix, joined_before));
    look_at(scan_dtls_hello(stream));
    look_at(scan_handshake(stream));
    check_prefix(scan_handshake(prefix), scan_handshake(stream));
    return 0;
}
