#include "decode/link_layer.hpp"

#include <doctest/doctest.h>

#include "support/hex.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

enum : int {
    kNull = 0,
    kEthernet = 1,
    kPpp = 9,
    kFddi = 10,
    kRawLinux = 12,
    kRawOpenBsd = 14,
    kPppHdlc = 50,
    kPppEther = 51,
    kRaw = 101,
    kCiscoHdlc = 104,
    kLoop = 108,
    kCooked = 113,
    kIpv4 = 228,
    kIpv6 = 229,
    kNflog = 239,
    kCooked2 = 276,
};

const auto kMacs = hex("021a10000001 021a10001001");  // destination, source
const auto kIp4 = hex("45000014 00000000 40110000 0a4d141f 0a4d1401");
const auto kIp6 =
    hex("60000000 0000 3b 40") + hex("20010db8000000000000000000000031") + hex("20010db8000000000000000000000001");

// What is inside, when the frame was understood: "ipv4", "ipv6" with exactly our packet, or the error.
std::string inside(int link_type, const Octets& bytes)
{
    const auto frame = decode_link(link_type, bytes);
    if (!frame) return std::string(name(frame.error()));
    const Octets payload(frame->payload.begin(), frame->payload.end());
    if (frame->ether_type == ether_type::ipv4 && payload == kIp4) return "ipv4";
    if (frame->ether_type == ether_type::ipv6 && payload == kIp6) return "ipv6";
    return "type " + std::to_string(frame->ether_type) + " with " + std::to_string(payload.size());
}

}  // namespace

TEST_CASE("Ethernet gives both addresses, the type and what follows")
{
    const auto bytes = kMacs + hex("0800") + kIp4;
    const auto frame = decode_link(kEthernet, bytes);
    REQUIRE(frame);
    CHECK(frame->destination == mac("02:1a:10:00:00:01"));
    CHECK(frame->source == mac("02:1a:10:00:10:01"));
    CHECK(frame->vlan == 0);
    CHECK(frame->ether_type == ether_type::ipv4);
    CHECK(frame->payload.size() == 20);
}

TEST_CASE("the innermost VLAN of stacked tags is the frame's")
{
    const auto bytes = kMacs + hex("88a8 0064 8100 2014 9100 e015 0800") + kIp4;
    const auto frame = decode_link(kEthernet, bytes);
    REQUIRE(frame);
    CHECK(frame->vlan == 0x15);
    CHECK(inside(kEthernet, bytes) == "ipv4");
}

TEST_CASE("LLC is read when it is SNAP or names IP itself")
{
    CHECK(inside(kEthernet, kMacs + hex("001c aaaa03 000000 0800") + kIp4) == "ipv4");
    CHECK(inside(kEthernet, kMacs + hex("001c 060603") + kIp4) == "ipv4");
    CHECK(inside(kEthernet, kMacs + hex("0026 424203 0000000000")) == "unsupported");  // spanning tree
    CHECK(inside(kEthernet, kMacs + hex("0003 aaaa03 0000")) == "truncated");
    CHECK(inside(kEthernet, kMacs + hex("0003 aaaa")) == "truncated");
}

TEST_CASE("PPPoE sessions are opened; discovery is not ours")
{
    const auto session = [](const Octets& ppp) { return kMacs + hex("8864 11 00 0001 0016") + ppp; };
    CHECK(inside(kEthernet, session(hex("0021") + kIp4)) == "ipv4");
    CHECK(inside(kEthernet, session(hex("0057") + kIp6)) == "ipv6");
    CHECK(inside(kEthernet, session(hex("21") + kIp4)) == "ipv4");  // protocol field compressed
    CHECK(inside(kEthernet, session(hex("c021 01"))) == "unsupported");
    CHECK(inside(kEthernet, session(hex("00"))) == "truncated");
    CHECK(inside(kEthernet, kMacs + hex("8864 11 07 0001 0000")) == "unsupported");
    CHECK(inside(kEthernet, kMacs + hex("8864 11 00 00")) == "truncated");
    CHECK(inside(kPppEther, hex("11 00 0001 0016 0021") + kIp4) == "ipv4");
}

TEST_CASE("PPP is read with and without HDLC framing, and over MPLS")
{
    CHECK(inside(kPpp, hex("0021") + kIp4) == "ipv4");
    CHECK(inside(kPppHdlc, hex("ff03 0057") + kIp6) == "ipv6");
    CHECK(inside(kPpp, hex("0281 00001 1 ff") + kIp4) == "ipv4");
    CHECK(inside(kPpp, {}) == "truncated");
}

TEST_CASE("MPLS ends at the bottom of the stack, and what follows tells itself")
{
    CHECK(inside(kEthernet, kMacs + hex("8847 00010 0 40 00011 1 40") + kIp4) == "ipv4");
    CHECK(inside(kEthernet, kMacs + hex("8848 00011 1 40") + kIp6) == "ipv6");
    // A pseudowire with its control word.
    CHECK(inside(kEthernet, kMacs + hex("8847 00011 1 40 00000000") + kMacs + hex("0800") + kIp4) == "ipv4");
    CHECK(inside(kEthernet, kMacs + hex("8847 00011 1 40")) == "truncated");
    CHECK(inside(kEthernet, kMacs + hex("8847 000100")) == "truncated");
    Octets labels;
    for (int i = 0; i < 9; ++i) labels = labels + hex("00010040");
    CHECK(inside(kEthernet, kMacs + hex("8847") + labels) == "unsupported");
}

TEST_CASE("switch vendors' and provider tags are passed over")
{
    const auto inner = kMacs + hex("0800") + kIp4;
    CHECK(inside(kEthernet, kMacs + hex("8909 01 01 0001 0002 0800") + kIp4) == "ipv4");
    CHECK(inside(kEthernet, kMacs + hex("8926 00000000 0800") + kIp4) == "ipv4");
    CHECK(inside(kEthernet, kMacs + hex("893f 000000000000 0800") + kIp4) == "ipv4");
    CHECK(inside(kEthernet, kMacs + hex("88e7 00000001") + inner) == "ipv4");
    CHECK(inside(kEthernet, kMacs + hex("8903 0000") + inner) == "ipv4");
    CHECK(inside(kEthernet, kMacs + hex("8909 01 01")) == "truncated");
    CHECK(inside(kEthernet, kMacs + hex("88e7 00")) == "truncated");
    CHECK(inside(kEthernet, kMacs + hex("8903 00")) == "truncated");
    CHECK(inside(kEthernet, kMacs + hex("8926 00000000")) == "truncated");
    CHECK(inside(kEthernet, kMacs + hex("893f 00")) == "truncated");
}

TEST_CASE("tags upon tags end at a limit")
{
    Octets tags;
    for (int i = 0; i < 40; ++i) tags = tags + hex("8100 0001");
    CHECK(inside(kEthernet, kMacs + tags + hex("0800") + kIp4) == "unsupported");
}

TEST_CASE("frames in frames end at a limit, however large the packet")
{
    // Each of these stays well formed for ever: without a limit they would be as deep as the packet is long.
    const auto repeated = [](const Octets& unit) {
        Octets all;
        while (all.size() < 262'144) all.insert(all.end(), unit.begin(), unit.end());
        return all;
    };
    CHECK(inside(kEthernet, repeated(kMacs + hex("8903 0000"))) == "unsupported");
    CHECK(inside(kEthernet, repeated(kMacs + hex("88e7 00000000"))) == "unsupported");
    CHECK(inside(kEthernet, repeated(kMacs + hex("8847 00000100 00000000"))) == "unsupported");
    CHECK(inside(kEthernet, repeated(kMacs + hex("880b 0281 00000100 00000000"))) == "unsupported");
    CHECK(inside(kEthernet, kMacs + hex("0010") + repeated(hex("aaaa03 000000 0010"))) == "unsupported");
}

TEST_CASE("raw IP is told by its version")
{
    for (const int link : {int{kRaw}, int{kRawLinux}, int{kRawOpenBsd}, int{kIpv4}, int{kIpv6}}) {
        CHECK(inside(link, kIp4) == "ipv4");
        CHECK(inside(link, kIp6) == "ipv6");
    }
    CHECK(inside(kRaw, hex("50")) == "bad_value");
    CHECK(inside(kRaw, {}) == "truncated");
}

TEST_CASE("BSD loopback is read in either byte order and with each system's number for IPv6")
{
    CHECK(inside(kNull, hex("02000000") + kIp4) == "ipv4");
    CHECK(inside(kLoop, hex("00000002") + kIp4) == "ipv4");
    for (const auto* family : {"18000000", "1c000000", "1e000000", "0a000000", "00000017"}) {
        CHECK(inside(kNull, hex(family) + kIp6) == "ipv6");
    }
    CHECK(inside(kNull, hex("63000000") + kIp4) == "ipv4");  // an unknown family, and IP all the same
    CHECK(inside(kNull, hex("020000")) == "truncated");
}

TEST_CASE("Linux cooked captures give the sender's address")
{
    const auto cooked = hex("0000 0001 0006 021a100010010000 0800") + kIp4;
    const auto first = decode_link(kCooked, cooked);
    REQUIRE(first);
    CHECK(first->source == mac("02:1a:10:00:10:01"));
    CHECK(inside(kCooked, cooked) == "ipv4");
    CHECK(inside(kCooked, hex("0000 0001 0006 021a100010010000 0004 aaaa03 000000 86dd") + kIp6) == "ipv6");
    CHECK(inside(kCooked, hex("0000 0001 0006 021a10001001")) == "truncated");

    const auto cooked2 = hex("86dd 0000 00000002 0001 00 06 021a100010010000") + kIp6;
    const auto second = decode_link(kCooked2, cooked2);
    REQUIRE(second);
    CHECK(second->source == mac("02:1a:10:00:10:01"));
    CHECK(inside(kCooked2, cooked2) == "ipv6");
    CHECK(inside(kCooked2, hex("0004 0000 00000002 0001 00 00 0000000000000000 060603") + kIp4) == "ipv4");
    CHECK(inside(kCooked2, hex("86dd")) == "truncated");
    // Loopback has no address.
    const auto loopback = hex("0000 0304 0000 0000000000000000 0800") + kIp4;
    CHECK(decode_link(kCooked, loopback)->source.is_zero());
}

TEST_CASE("FDDI and Cisco HDLC are read")
{
    const auto fddi = hex("50") + kMacs + hex("aaaa03 000000 0800") + kIp4;
    CHECK(inside(kFddi, fddi) == "ipv4");
    CHECK(decode_link(kFddi, fddi)->source == mac("02:1a:10:00:10:01"));
    CHECK(inside(kFddi, hex("50 02")) == "truncated");
    CHECK(inside(kCiscoHdlc, hex("0f00 0800") + kIp4) == "ipv4");
    CHECK(inside(kCiscoHdlc, hex("0f00")) == "truncated");
}

TEST_CASE("a netfilter log's packet is found behind its other fields")
{
    CHECK(inside(kNflog, hex("02 00 0000 | 0500 0a00 41 000000 | 1800 0900") + kIp4) == "ipv4");
    CHECK(inside(kNflog, hex("0a 00 0000 | 2c00 0900") + kIp6) == "ipv6");
    CHECK(inside(kNflog, hex("00 00 0000 | 1800 0900") + kIp4) == "ipv4");
    CHECK(inside(kNflog, hex("02 00 0000 | 0300 0900")) == "bad_length");
    CHECK(inside(kNflog, hex("02 00 0000 | 0500 0a00 41 000000")) == "truncated");
    CHECK(inside(kNflog, hex("02 00")) == "truncated");
}

TEST_CASE("a link type that nobody taught us is unsupported")
{
    CHECK(inside(147, kIp4) == "unsupported");
    CHECK(inside(-1, {}) == "unsupported");
}

TEST_CASE("frames cut anywhere are errors or short payloads")
{
    const auto tagged = kMacs + hex("88a8 0064 8100 2014 8864 11 00 0001 0016 0021") + kIp4;
    for_each_prefix(tagged, [](const Octets& prefix) {
        const auto frame = decode_link(kEthernet, prefix);
        CHECK(frame.has_value() == (prefix.size() >= 30));
        if (!frame) CHECK(name(frame.error()) == "truncated");
    });
    const auto nflog = hex("02 00 0000 | 0500 0a00 41 000000 | 1800 0900") + kIp4;
    for_each_prefix(
        nflog, [](const Octets& prefix) { CHECK(decode_link(kNflog, prefix).has_value() == (prefix.size() >= 16)); });
}
