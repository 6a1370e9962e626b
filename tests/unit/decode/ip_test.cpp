#include "decode/ip.hpp"

#include <doctest/doctest.h>

#include "support/hex.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const auto kPhone4 = hex("0a4d141f"), kServer4 = hex("c6336407");
const auto kPhone6 = hex("20010db8000000000000000000000031");
const auto kServer6 = hex("20010db8000000000000000000000080");

Octets ipv4(const char* first_twelve, const Octets& rest)
{
    return hex(first_twelve) + kPhone4 + kServer4 + rest;
}

Octets ipv6(std::uint8_t next, const Octets& rest, std::uint16_t length)
{
    return hex("60000000") + big_endian(length, 2) + Octets{next, 64} + kPhone6 + kServer6 + rest;
}
Octets ipv6(std::uint8_t next, const Octets& rest)
{
    return ipv6(next, rest, static_cast<std::uint16_t>(rest.size()));
}

std::string text(const std::expected<IpPacket, DecodeError>& packet)
{
    return packet ? std::string(as_text(packet->payload)) : std::string(name(packet.error()));
}

}  // namespace

TEST_CASE("an IPv4 header is read, options skipped, trailing padding left out")
{
    const auto bytes = ipv4("46000020 1234 4000 40 11 0000", hex("94040000") + octets_of("datagram") + hex("000000"));
    const auto packet = decode_ip(bytes);
    REQUIRE(packet);
    CHECK(packet->source == ip("10.77.20.31"));
    CHECK(packet->destination == ip("198.51.100.7"));
    CHECK(packet->protocol == ip_protocol::udp);
    CHECK(packet->payload_length == 8);
    CHECK(text(packet) == "datagram");
    CHECK_FALSE(packet->fragment);
}

TEST_CASE("IPv4 fragments say where they belong")
{
    const auto first = decode_ip(ipv4("4500001c 1234 2000 40 11 0000", octets_of("datagram")));
    REQUIRE(first);
    CHECK(first->fragment);
    CHECK(first->more_fragments);
    CHECK(first->fragment_offset == 0);
    CHECK(first->identification == 0x1234);
    const auto last = decode_ip(ipv4("4500001c 1234 00b9 40 11 0000", octets_of("datagram")));
    REQUIRE(last);
    CHECK(last->fragment);
    CHECK_FALSE(last->more_fragments);
    CHECK(last->fragment_offset == 0xb9 * 8);
}

TEST_CASE("an IPv4 total length of zero means the frame's; one below the header is wrong")
{
    const auto offloaded = ipv4("45000000 0000 4000 40 11 0000", octets_of("datagram"));
    const auto packet = decode_ip(offloaded);
    REQUIRE(packet);
    CHECK(packet->payload_length == 8);
    CHECK(decode_ip(ipv4("45000013 0000 4000 40 11 0000", {})).error() == DecodeError::bad_length);
    CHECK(decode_ip(ipv4("44000014 0000 4000 40 11 0000", {})).error() == DecodeError::bad_length);
    CHECK(decode_ip(ipv4("46000018 0000 4000 40 11 0000", hex("9404"))).error() == DecodeError::truncated);
}

TEST_CASE("an IPv4 packet cut by the snapshot keeps its length on the wire")
{
    const auto bytes = ipv4("450005dc 0000 4000 40 06 0000", octets_of("begin"));
    const auto packet = decode_ip(bytes);
    REQUIRE(packet);
    CHECK(packet->payload_length == 1480);
    CHECK(text(packet) == "begin");
}

TEST_CASE("an IPv6 header is read")
{
    const auto bytes = ipv6(17, octets_of("datagram")) + hex("0000");
    const auto packet = decode_ip(bytes);
    REQUIRE(packet);
    CHECK(packet->source == ip("2001:db8::31"));
    CHECK(packet->destination == ip("2001:db8::80"));
    CHECK(packet->protocol == ip_protocol::udp);
    CHECK(packet->payload_length == 8);
    CHECK(text(packet) == "datagram");
    const auto offloaded = ipv6(17, octets_of("datagram"), 0);
    CHECK(decode_ip(offloaded)->payload_length == 8);
}

TEST_CASE("IPv6 extension headers are skipped, each by its own length")
{
    const auto hop_by_hop = hex("2b 00 050200000000"), routing = hex("33 01") + Octets(14);
    const auto authentication = hex("3c 04") + Octets(22), options = hex("06 00 010400000000");
    const auto bytes = ipv6(0, hop_by_hop + routing + authentication + options + octets_of("segment"));
    const auto packet = decode_ip(bytes);
    REQUIRE(packet);
    CHECK(packet->protocol == ip_protocol::tcp);
    CHECK(packet->payload_length == 7);
    CHECK(text(packet) == "segment");
}

TEST_CASE("an atomic IPv6 fragment is a whole packet")
{
    const auto bytes = ipv6(44, hex("11 00 0000 0000002a") + octets_of("datagram"));
    const auto packet = decode_ip(bytes);
    REQUIRE(packet);
    CHECK_FALSE(packet->fragment);
    CHECK(text(packet) == "datagram");
}

TEST_CASE("a later IPv6 fragment is not searched for headers")
{
    const auto bytes = ipv6(44, hex("3c 00 0009 0000002a") + octets_of("datagram"));
    const auto packet = decode_ip(bytes);
    REQUIRE(packet);
    CHECK(packet->fragment);
    CHECK(packet->more_fragments);
    CHECK(packet->fragment_offset == 8);
    CHECK(packet->identification == 0x2a);
    CHECK(packet->protocol == 60);
    CHECK(text(packet) == "datagram");
}

TEST_CASE("a first IPv6 fragment begins at the fragment header's end")
{
    // Its destination options are the fragment's first octets: offsets of later fragments count them.
    const auto bytes = ipv6(44, hex("3c 00 0001 0000002a") + hex("11 00 010400000000") + octets_of("datagram"));
    const auto packet = decode_ip(bytes);
    REQUIRE(packet);
    CHECK(packet->fragment);
    CHECK(packet->fragment_offset == 0);
    CHECK(packet->payload.size() == 16);
    CHECK(packet->payload_length == 16);
}

TEST_CASE("a datagram put together has its remaining IPv6 headers skipped, an IPv4 one has none")
{
    const auto bytes = hex("11 00 010400000000") + octets_of("datagram");
    IpPacket whole;
    whole.source = ip("2001:db8::31");
    whole.protocol = 60;
    whole.payload = bytes;
    whole.payload_length = 16;
    const auto packet = decode_reassembled(whole);
    REQUIRE(packet);
    CHECK(packet->protocol == ip_protocol::udp);
    CHECK(packet->payload_length == 8);
    CHECK(text(packet) == "datagram");
    whole.source = ip("10.77.20.31");
    CHECK(decode_reassembled(whole)->payload.size() == 16);
}

TEST_CASE("a fragment inside a datagram put together from fragments is refused")
{
    const auto bytes = hex("11 00 0009 0000002a") + octets_of("datagram");
    IpPacket whole;
    whole.source = ip("2001:db8::31");
    whole.protocol = 44;
    whole.payload = bytes;
    CHECK(decode_reassembled(whole).error() == DecodeError::bad_value);
}

TEST_CASE("no next header ends it; headers without end are refused")
{
    CHECK(decode_ip(ipv6(59, {}))->protocol == 59);
    Octets headers;
    for (int i = 0; i < 20; ++i) headers = headers + hex("3c 00 010400000000");
    CHECK(decode_ip(ipv6(60, headers)).error() == DecodeError::unsupported);
}

TEST_CASE("another version, and nothing at all, are named")
{
    CHECK(decode_ip(hex("50")).error() == DecodeError::bad_value);
    CHECK(decode_ip({}).error() == DecodeError::truncated);
}

TEST_CASE("packets cut anywhere are errors or short payloads")
{
    for_each_prefix(ipv4("46000020 1234 4000 40 11 0000", hex("94040000") + octets_of("datagram")),
                    [](const Octets& prefix) {
                        const auto packet = decode_ip(prefix);
                        CHECK(packet.has_value() == (prefix.size() >= 24));
                        if (packet) CHECK(packet->payload.size() == prefix.size() - 24);
                    });
    for_each_prefix(ipv6(0, hex("33 00 050200000000") + hex("11 04") + Octets(22) + octets_of("datagram")),
                    [](const Octets& prefix) {
                        const auto packet = decode_ip(prefix);
                        CHECK(packet.has_value() == (prefix.size() >= 40 + 8 + 24));
                    });
}
