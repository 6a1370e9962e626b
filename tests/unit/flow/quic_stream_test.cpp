#include "flow/quic_stream.hpp"

#include <doctest/doctest.h>

#include "support/quic_seal.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

std::uint32_t application(const Octets& datagram)
{
    return quic_application_length(datagram, static_cast<std::uint32_t>(datagram.size()));
}

Octets long_packet(std::uint8_t first, std::size_t body, std::uint32_t version = 1)
{
    const bool initial = version == 1 ? (first & 0x30U) == 0 : (first & 0x30U) == 0x10;
    return Octets{first} + big_endian(version, 4) + hex("08 0102030405060708 00") + (initial ? Octets{0} : Octets{}) +
           varint(body) + Octets(body, 7);
}

Octets short_packet(std::size_t size, std::uint8_t mark = 1)
{
    return Octets{0x40} + Octets(size - 1, mark);
}

}  // namespace

TEST_CASE("1-RTT and 0-RTT packets are application bytes, Initials and Handshakes are not")
{
    CHECK(application(short_packet(500)) == 500);
    CHECK(application(long_packet(0xc0, 300)) == 0);
    CHECK(application(long_packet(0xe0, 300)) == 0);
    const auto zero_rtt = long_packet(0xd0, 300);
    CHECK(application(zero_rtt) == zero_rtt.size());
    CHECK(application(long_packet(0xe0, 300) + short_packet(200)) == 200);
    CHECK(application(long_packet(0xc0, 300) + zero_rtt + short_packet(200)) == zero_rtt.size() + 200);
    CHECK(application(long_packet(0xc0, 300) + Octets(50, 0)) == 0);  // padding
    CHECK(application({}) == 0);
}

TEST_CASE("version 2 numbers its packets differently")
{
    const auto zero_rtt = long_packet(0xe0, 300, 0x6b3343cf);
    CHECK(application(zero_rtt) == zero_rtt.size());
    CHECK(application(long_packet(0xd0, 300, 0x6b3343cf)) == 0);
}

TEST_CASE("Retry, Version Negotiation and packets that lie about their length are nothing")
{
    CHECK(application(long_packet(0xf0, 100)) == 0);
    CHECK(application(hex("c0 00000000 00 00 00000001")) == 0);
    auto lying = long_packet(0xd0, 60);
    lying.pop_back();
    CHECK(application(lying) == 0);
    for_each_prefix(long_packet(0xc0, 300), [](const Octets& prefix) { CHECK(application(prefix) == 0); });
}

TEST_CASE("a datagram counts once, and not at all when it has room for nothing but acknowledgements")
{
    QuicStream stream;
    const auto datagram = short_packet(500);
    const auto counted = stream.take(datagram, 500);
    CHECK(counted.bytes == 500);
    CHECK(counted.records == 1);
    CHECK(counted.largest == 500);
    CHECK(stream.take(datagram, 500).bytes == 0);
    CHECK(stream.take(short_packet(90), 90).bytes == 0);
    CHECK(stream.take(short_packet(91), 91).bytes == 91);
    // Cut by the snap length: the length on the wire counts.
    CHECK(stream.take(short_packet(60, 9), 1'200).bytes == 1'200);
    for (std::uint8_t i = 0; i < 16; ++i) stream.take(short_packet(300, static_cast<std::uint8_t>(100 + i)), 300);
    CHECK(stream.take(datagram, 500).bytes == 500);  // sixteen datagrams later it is new again
}
