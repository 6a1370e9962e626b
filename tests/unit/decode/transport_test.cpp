#include "decode/transport.hpp"

#include <doctest/doctest.h>

#include "support/hex.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

TEST_CASE("a TCP header is read with its options skipped")
{
    // A SYN with MSS, SACK permitted, timestamps, window scale; then two octets of early data.
    const auto bytes =
        hex("c350 01bb 00000001 00000002 a0 02 ffff 0000 0000"
            "020405b4 0402 080a 0000000a 00000000 01 030307 | 4142");
    const auto segment = decode_tcp(bytes);
    REQUIRE(segment);
    CHECK(segment->source == 50000);
    CHECK(segment->destination == 443);
    CHECK(segment->sequence == 1);
    CHECK(segment->acknowledgement == 2);
    CHECK(segment->flags == tcp_flag::syn);
    CHECK(segment->header_length == 40);
    CHECK(as_text(segment->payload) == "AB");
}

TEST_CASE("a TCP header cut anywhere is truncated, one that claims under 20 octets is wrong")
{
    auto bytes = hex("c350 01bb 00000001 00000002 60 10 ffff 0000 0000 01010101");
    for_each_prefix(bytes, [](const Octets& prefix) {
        const auto segment = decode_tcp(prefix);
        REQUIRE_FALSE(segment);
        CHECK(segment.error() == DecodeError::truncated);
    });
    REQUIRE(decode_tcp(bytes));
    bytes[12] = 0x40;
    CHECK(decode_tcp(bytes).error() == DecodeError::bad_length);
}

TEST_CASE("a UDP length above what was captured is a short snapshot, one below leaves padding out")
{
    const auto cut = decode_udp(hex("0035 c350 0064 0000 0102"));
    REQUIRE(cut);
    CHECK(cut->source == 53);
    CHECK(cut->destination == 50000);
    CHECK(cut->payload_length == 92);
    CHECK(cut->payload.size() == 2);

    const auto bytes = hex("0035 c350 0009 0000 01 0000");
    const auto padded = decode_udp(bytes);
    REQUIRE(padded);
    CHECK(padded->payload.size() == 1);
}

TEST_CASE("a UDP length of zero means what there is; one under the header's is wrong")
{
    const auto bytes = hex("0035 c350 0000 0000 010203");
    const auto jumbo = decode_udp(bytes);
    REQUIRE(jumbo);
    CHECK(jumbo->payload_length == 3);
    CHECK(decode_udp(hex("0035 c350 0007 0000")).error() == DecodeError::bad_length);
    for_each_prefix(hex("0035 c350 0008 0000"),
                    [](const Octets& prefix) { CHECK(decode_udp(prefix).error() == DecodeError::truncated); });
}
