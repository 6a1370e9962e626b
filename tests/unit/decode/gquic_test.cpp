#include "decode/gquic.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/hex.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

Octets little(std::uint32_t value, std::size_t width)
{
    auto octets = big_endian(value, width);
    return {octets.rbegin(), octets.rend()};
}

// A CHLO with padding before the name, as clients send it.
Octets chlo(std::string_view name, std::uint32_t padding = 40)
{
    const auto end = padding + static_cast<std::uint32_t>(name.size());
    return octets_of("CHLO") + little(3, 2) + little(0, 2) + octets_of("PAD") + Octets{0} + little(padding, 4) +
           octets_of("SNI") + Octets{0} + little(end, 4) + octets_of("VER") + Octets{0} + little(end + 4, 4) +
           Octets(padding, '-') + octets_of(name) + octets_of("Q043");
}

const Octets kHash(12, 0xaa);
const auto kId = hex("0102030405060708");

// Stream 1, with a length of its own.
Octets stream(const Octets& message)
{
    return Octets{0xa0, 1} + with_length(message, 2);
}

std::string named(const Octets& datagram)
{
    const auto name = gquic_server_name(datagram);
    return name ? "<" + std::string(*name) + ">" : "none";
}

}  // namespace

TEST_CASE("the CHLO of each clear version names the server")
{
    const auto message = chlo("google.example");
    CHECK(named(Octets{0x09} + kId + octets_of("Q043") + Octets{1} + kHash + stream(message)) == "<google.example>");
    CHECK(named(Octets{0x19} + kId + octets_of("Q039") + Octets{0, 1} + kHash + stream(message)) == "<google.example>");
    // Before Q039 integers are little endian, before Q034 private flags follow the hash.
    const auto early = Octets{0xa0, 1} + little(static_cast<std::uint32_t>(message.size()), 2) + message;
    CHECK(named(Octets{0x0d} + kId + octets_of("Q035") + Octets{1} + kHash + early) == "<google.example>");
    CHECK(named(Octets{0x0d} + kId + octets_of("Q025") + Octets{1} + kHash + Octets{0} + early) == "<google.example>");
    // Q046 has the long form: both lengths in one octet, a packet number of four.
    CHECK(named(Octets{0xc3} + octets_of("Q046") + Octets{0x50} + kId + hex("00000001") + kHash + stream(message)) ==
          "<google.example>");
}

TEST_CASE("a stream frame may have an offset and no length")
{
    const auto start = Octets{0x09} + kId + octets_of("Q043") + Octets{1} + kHash;
    CHECK(named(start + Octets{0x84, 1, 0, 0} + chlo("google.example")) == "<google.example>");
    CHECK(named(start + Octets{0x40} + chlo("google.example")) == "none");
}

TEST_CASE("a CHLO without a name names nobody")
{
    const auto start = Octets{0x09} + kId + octets_of("Q043") + Octets{1} + kHash;
    CHECK(named(start + stream(octets_of("CHLO") + little(0, 2) + little(0, 2))) == "<>");
}

TEST_CASE("datagrams of other protocols and versions are none")
{
    const auto message = chlo("google.example");
    CHECK(named(Octets{0x09} + kId + octets_of("Q050") + Octets{1} + kHash + stream(message)) == "none");
    CHECK(named(Octets{0x09} + kId + octets_of("Q020") + Octets{1} + kHash + stream(message)) == "none");
    CHECK(named(Octets{0x09} + kId + octets_of("Q0x3") + Octets{1} + kHash + stream(message)) == "none");
    CHECK(named(Octets{0x08} + kId + octets_of("Q043") + Octets{1} + kHash + stream(message)) == "none");
    CHECK(named(Octets{0x0b} + kId + octets_of("Q043") + Octets{1} + kHash + stream(message)) == "none");
    CHECK(named(octets_of("GET / HTTP/1.1\r\n\r\n and more text that is long enough to be read")) == "none");
}

TEST_CASE("a CHLO cut anywhere or with lying offsets names nobody")
{
    const auto whole = Octets{0x09} + kId + octets_of("Q043") + Octets{1} + kHash + stream(chlo("google.example"));
    for_each_prefix(whole, [&](const Octets& prefix) {
        const auto name = named(prefix);
        CHECK((name == "none" || (name == "<google.example>" && prefix.size() >= whole.size() - 4)));
    });
    CHECK(scan_gquic_hello(octets_of("REJ") + Octets(9, 0)).match == StreamMatch::no);
    CHECK(scan_gquic_hello(octets_of("CHL")).match == StreamMatch::need_more);
    CHECK(scan_gquic_hello(octets_of("CHLO") + little(500, 2) + little(0, 2)).match == StreamMatch::no);
    CHECK(scan_gquic_hello(octets_of("CHLO") + little(2, 2) + little(0, 2) + octets_of("PAD") + Octets{0} +
                           little(9, 4) + octets_of("SNI") + Octets{0} + little(3, 4) + Octets(20, 'x'))
              .match == StreamMatch::no);
}
