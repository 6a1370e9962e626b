#include "decode/address_resolution.hpp"

#include <doctest/doctest.h>

#include "support/hex.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const auto kArpReply = hex("0001 0800 06 04 0002 | 021a10001001 0a4d141f | 021a10000001 0a4d1401");
const auto kAdvertisement = hex("88 00 0000 60000000 20010db8000000000000000000000031 | 02 01 021a10001001");
const auto kSolicitation = hex("87 00 0000 00000000 20010db8000000000000000000000001 | 01 01 021a10001001");
const IpAddress kPhone = ip("2001:db8::31");

}  // namespace

TEST_CASE("an ARP sender states its own address")
{
    const auto binding = decode_arp(kArpReply);
    REQUIRE(binding);
    REQUIRE(*binding);
    CHECK((*binding)->mac == mac("02:1a:10:00:10:01"));
    CHECK((*binding)->ip == ip("10.77.20.31"));
}

TEST_CASE("an ARP probe states nothing")
{
    const auto probe = decode_arp(hex("0001 0800 06 04 0001 | 021a10001001 00000000 | 000000000000 0a4d141f"));
    REQUIRE(probe);
    CHECK_FALSE(*probe);
}

TEST_CASE("ARP of another hardware, protocol or length is not ours; the sender's part must be whole")
{
    auto other = kArpReply;
    other[1] = 6;  // IEEE 802 networks other than Ethernet write the same
    CHECK(decode_arp(other).has_value());
    other[1] = 24;
    CHECK_FALSE(decode_arp(other).has_value());
    CHECK(decode_arp(other).error() == DecodeError::unsupported);
    other = kArpReply;
    other[2] = 0x86;
    CHECK(decode_arp(other).error() == DecodeError::unsupported);
    other = kArpReply;
    other[4] = 8;
    CHECK(decode_arp(other).error() == DecodeError::bad_length);
    for_each_prefix(kArpReply, [](const Octets& prefix) {
        const auto binding = decode_arp(prefix);
        CHECK(binding.has_value() == (prefix.size() >= 18));
    });
}

TEST_CASE("a neighbor advertisement states its target, a solicitation its source")
{
    const auto advertised = decode_neighbor_discovery(kAdvertisement, ip("fe80::1"));
    REQUIRE(advertised);
    REQUIRE(*advertised);
    CHECK((*advertised)->mac == mac("02:1a:10:00:10:01"));
    CHECK((*advertised)->ip == kPhone);

    const auto solicited = decode_neighbor_discovery(kSolicitation, kPhone);
    REQUIRE(solicited);
    REQUIRE(*solicited);
    CHECK((*solicited)->ip == kPhone);
}

TEST_CASE("neighbor discovery without the option, with another, or of another type states nothing")
{
    const auto nothing = [](const Octets& message) {
        const auto binding = decode_neighbor_discovery(message, kPhone);
        return binding.has_value() && !binding->has_value();
    };
    const auto target = hex("20010db8000000000000000000000031");
    CHECK(nothing(hex("88 00 0000 60000000") + target));
    CHECK(nothing(hex("88 00 0000 60000000") + target + hex("01 01 021a10001001")));
    CHECK(nothing(hex("88 00 0000 60000000") + target + hex("0e 00 021a10001001")));  // length zero
    CHECK(nothing(hex("88 00 0000 60000000") + target + hex("02 02 021a10001001")));  // longer than there is
    CHECK(nothing(hex("80 00 0000 00010001")));                                       // echo request
    // Another option first, then the wanted one.
    const auto second = hex("88 00 0000 60000000") + target + hex("0e 01 000000000000 02 01 021a10001001");
    CHECK_FALSE(nothing(second));
}

TEST_CASE("duplicate address detection, from the unspecified address, states nothing")
{
    const auto binding = decode_neighbor_discovery(kSolicitation, ip("::"));
    REQUIRE(binding);
    CHECK_FALSE(*binding);
}

TEST_CASE("neighbor discovery cut anywhere is an error or states nothing")
{
    for_each_prefix(kAdvertisement, [](const Octets& prefix) {
        const auto binding = decode_neighbor_discovery(prefix, kPhone);
        if (prefix.size() < 24) CHECK(binding.error() == DecodeError::truncated);
        if (prefix.size() >= 24) CHECK_FALSE(*binding);
    });
}
