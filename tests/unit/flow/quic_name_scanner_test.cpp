#include "flow/quic_name_scanner.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/client_hello.hpp"
#include "support/quic_seal.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr std::uint32_t kQ050 = 0x51303530, kT051 = 0x54303531;
const auto kHello = client_hello(server_name_extension("quic.example") + extension(21, Octets(1'500, 0)));

struct Scanner {
    QuicInitialOpener opener;
    DecodeCounters counters;
    QuicNameScanner scanner{64 * 1024};

    std::string take(const Octets& datagram, Direction direction = Direction::from_originator)
    {
        const auto scan = scanner.take(datagram, direction, opener, counters);
        return scan.match == StreamMatch::yes ? std::string(scan.hello.server_name) : "";
    }
};

Octets slice(std::size_t from, std::size_t to)
{
    return crypto_frame(from, {kHello.begin() + static_cast<std::ptrdiff_t>(from),
                               kHello.begin() + static_cast<std::ptrdiff_t>(std::min(to, kHello.size()))});
}

Octets initial(const Octets& frames, const Octets& id = hex("8394c8f03e515708"), std::uint32_t version = 1)
{
    return seal_initial({.version = version, .destination_id = id, .source_id = {}, .token = {}, .frames = frames});
}

}  // namespace

TEST_CASE("a hello in frames out of order over two datagrams is put together")
{
    Scanner scanner;
    CHECK(scanner.take(initial(slice(1'200, 9'999) + Octets(20, 0) + slice(0, 300))) == "");
    CHECK(scanner.take(initial(slice(700, 1'200) + Octets{1} + slice(300, 700))) == "quic.example");
    CHECK(scanner.take(initial(slice(0, 300))) == "");  // told already
}

TEST_CASE("coalesced packets are read one after the other")
{
    Scanner scanner;
    CHECK(scanner.take(initial(slice(0, 600)) + initial(slice(600, 9'999)) + Octets(30, 0)) == "quic.example");
}

TEST_CASE("after a Retry the keys come from the new connection id")
{
    Scanner scanner;
    CHECK(scanner.take(initial(slice(0, 600))) == "");
    CHECK(scanner.take(hex("f0 00000001 00 08 0102030405060708 aabbcc") + Octets(16, 9), Direction::from_responder) ==
          "");
    CHECK(scanner.take(initial(slice(600, 9'999), hex("0102030405060708"))) == "");
    CHECK(scanner.take(initial(slice(0, 600), hex("0102030405060708"))) == "quic.example");
}

TEST_CASE("later packets under another connection id open with the first keys")
{
    Scanner scanner;
    QuicInitialOpener opener;
    CHECK(scanner.take(initial(slice(0, 600))) == "");
    // The same connection, its destination replaced by what the server chose: sealed with the old keys.
    const auto old = scanner.scanner.connection();
    CHECK(old != 0);
    CHECK(scanner.take(initial(slice(600, 9'999))) == "quic.example");
    CHECK(scanner.scanner.connection() == old);
}

TEST_CASE("the server's Initials are left alone once the client is known")
{
    Scanner scanner;
    CHECK(scanner.take(initial(slice(0, 9'999))) == "quic.example");
    auto answer = initial(Octets(40, 0));
    answer.back() ^= 1U;
    for (int i = 0; i < 50; ++i) CHECK(scanner.take(answer, Direction::from_responder) == "");
    CHECK(scanner.counters.of(Loss::quic_undecryptable) == 0);
    CHECK_FALSE(scanner.scanner.over());
}

TEST_CASE("a client that speaks second is the client all the same")
{
    Scanner scanner;
    auto answer = initial(Octets(40, 0));
    answer.back() ^= 1U;
    CHECK(scanner.take(answer, Direction::from_originator) == "");
    CHECK(scanner.counters.of(Loss::quic_undecryptable) == 1);
    CHECK(scanner.take(initial(slice(0, 9'999)), Direction::from_responder) == "quic.example");
}

TEST_CASE("one connection seen on two flows has one identity, and another has another")
{
    Scanner inside;
    Scanner outside;
    Scanner other;
    inside.take(initial(slice(0, 9'999)));
    outside.take(initial(slice(0, 9'999)));
    other.take(initial(slice(0, 9'999), hex("ffffffffffffffff")));
    CHECK(inside.scanner.connection() == outside.scanner.connection());
    CHECK(inside.scanner.connection() != other.scanner.connection());
    Scanner shorter;
    shorter.take(initial(slice(0, 9'999), hex("01020304")));
    CHECK(shorter.scanner.connection() == 0);
}

TEST_CASE("a long row of packets that do not open ends the search, counted")
{
    Scanner scanner;
    auto broken = initial(slice(0, 9'999));
    broken.back() ^= 1U;
    int taken = 0;
    for (; !scanner.scanner.over(); ++taken) CHECK(scanner.take(broken) == "");
    CHECK(taken == 24);
    CHECK(scanner.counters.of(Loss::quic_undecryptable) == 24);
}

TEST_CASE("unknown versions and broken frames are counted by reason")
{
    Scanner scanner;
    CHECK(scanner.take(hex("c0 0a0a0a0a 08 0102030405060708 00 00 4000")) == "");
    CHECK(scanner.counters.of(Layer::quic, DecodeError::unsupported) == 1);
    CHECK(scanner.take(initial(Octets{0x3f} + Octets(30, 0))) == "");
    CHECK(scanner.counters.of(Layer::quic, DecodeError::bad_value) == 1);
    CHECK(scanner.take(initial(crypto_frame(70'000, octets_of("too far to be kept by anybody")))) == "");
    CHECK(scanner.counters.of(Loss::hello_too_long) == 1);
}

TEST_CASE("Google's frames carry a TLS hello in T051 and a CHLO in Q050")
{
    const auto google = [](const Octets& bytes) { return Octets{8} + varint(0) + varint(bytes.size()) + bytes; };
    Scanner tls;
    CHECK(tls.take(initial(Octets(10, 0) + Octets{7} + google(kHello), hex("0102030405060708"), kT051)) ==
          "quic.example");
    Scanner chlo;
    const auto message = octets_of("CHLO") + hex("0200 0000") + octets_of("PAD") + hex("00 04000000") +
                         octets_of("SNI") + hex("00 12000000") + octets_of("----") + octets_of("google.example");
    CHECK(chlo.take(initial(google(message), hex("0102030405060708"), kQ050)) == "google.example");
    Scanner broken;
    CHECK(broken.take(initial(Octets{2} + Octets(30, 0), hex("0102030405060708"), kT051)) == "");
    CHECK(broken.counters.of(Layer::quic, DecodeError::bad_value) == 1);
    CHECK(broken.take(initial(Octets{8} + varint(0) + varint(900) + Octets(30, 0), hex("0102030405060708"), kT051)) ==
          "");
    CHECK(broken.counters.of(Layer::quic, DecodeError::truncated) == 1);
}
