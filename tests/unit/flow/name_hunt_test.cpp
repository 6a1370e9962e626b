#include "flow/name_hunt.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/client_hello.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

struct Hunt {
    NameHunt hunt;
    DecodeCounters counters;
    std::string found;
    NameHunt::Tell tell = [this](const NameHunt::Found& each) {
        found += (each.tls ? "tls:" : "http:") + std::string(each.name) + " ";
    };

    Hunt& take(const Octets& bytes)
    {
        hunt.take(bytes, 16 * 1024, counters, tell);
        return *this;
    }
    Hunt& take(std::string_view text) { return take(octets_of(text)); }
    Hunt& cut()
    {
        hunt.cut(tell);
        return *this;
    }
    Hunt& gap()
    {
        hunt.gap(tell);
        return *this;
    }
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
constexpr std::string_view kSecond = "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n";

}  // namespace

TEST_CASE("a hello is found octet by octet, over records and coalesced with what follows")
{
    Hunt one;
    for (const auto octet : hello_to("a.example")) one.take(Octets{octet});
    CHECK(one.found == "tls:a.example ");
    CHECK(one.hunt.over());
    CHECK(one.hunt.held() == 0);

    const auto message = client_hello(server_name_extension("b.example"));
    const auto records =
        tls_record({message.begin(), message.begin() + 9}) + tls_record({message.begin() + 9, message.end()});
    CHECK(Hunt().take(records + tls_record(Octets(30, 1), 23)).found == "tls:b.example ");
}

TEST_CASE("requests of one connection name each host")
{
    CHECK(Hunt().take(std::string(kGet) + std::string(kSecond)).found == "http:a.example http:b.example ");
    Hunt pieces;
    for (const char c : std::string(kGet) + std::string(kSecond)) pieces.take(std::string(1, c));
    CHECK(pieces.found == "http:a.example http:b.example ");
    CHECK(pieces.hunt.followed_http());
}

TEST_CASE("a body is passed over, whatever stands in it")
{
    constexpr std::string_view kPost = "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 36\r\n\r\n";
    CHECK(Hunt().take(std::string(kPost) + std::string(kSecond)).found == "http:a.example ");
    CHECK(Hunt().take(std::string(kPost) + std::string(36, 'x') + std::string(kSecond)).found ==
          "http:a.example http:b.example ");
    CHECK(Hunt().take(kPost).take("GET / HTTP/1.1\r\n").take(std::string(20, 'x')).take(kSecond).found ==
          "http:a.example http:b.example ");
    // Chunks are not followed: the next request is looked for at each start of what comes.
    CHECK(Hunt()
              .take("POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
              .take("0\r\n\r\n")
              .take(kSecond)
              .found == "http:a.example http:b.example ");
}

TEST_CASE("behind CONNECT, SOCKS, a PROXY line and STARTTLS the inner hello is found")
{
    const auto hello = hello_to("inner.example");
    CHECK(Hunt().take("CONNECT inner.example:443 HTTP/1.1\r\n\r\n").take(hello).found ==
          "http:inner.example tls:inner.example ");
    CHECK(Hunt().take(octets_of("CONNECT a.example:443 HTTP/1.1\r\n\r\n") + hello).found ==
          "http:a.example tls:inner.example ");
    CHECK(Hunt().take(octets_of("PROXY TCP4 192.0.2.1 198.51.100.7 1 443\r\n") + hello).found == "tls:inner.example ");
    CHECK(Hunt().take(hex("0d0a0d0a000d0a515549540a 21 11 000c c0000201 c6336407 0001 01bb") + hello).found ==
          "tls:inner.example ");
    CHECK(Hunt().take("EHLO me\r\n").take("STARTTLS\r\n").take(hello).found == "tls:inner.example ");
    // SOCKS 5, reply by reply, and in one go with user and password.
    CHECK(Hunt().take(hex("050100")).take(hex("05010001 c6336407 01bb")).take(hello).found == "tls:inner.example ");
    CHECK(Hunt().take(hex("050102 | 01 02 7573 02 7077 | 05010003 03 782e79 01bb") + hello).found ==
          "tls:inner.example ");
    CHECK(Hunt().take(hex("05010004 20010db8000000000000000000000007 01bb") + hello).found == "tls:inner.example ");
    // SOCKS 4 and 4a
    CHECK(Hunt().take(hex("0401 01bb c6336407 6d6500") + hello).found == "tls:inner.example ");
    CHECK(Hunt().take(hex("0401 01bb 00000001 00 782e7900") + hello).found == "tls:inner.example ");
    CHECK(Hunt().take(hex("05ff")).take(hello).found == "tls:inner.example ");
}

TEST_CASE("HTTP/2 in clear is known for what it is, counted, and not read")
{
    Hunt hunt;
    hunt.take("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").take(hello_to("a.example"));
    CHECK(hunt.counters.of(Layer::http, DecodeError::unsupported) == 1);
    CHECK(hunt.hunt.over());
    CHECK(hunt.found.empty());
    // Upgraded from HTTP/1 it has named its host before.
    CHECK(Hunt().take("GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: h2c\r\n\r\n").found == "http:a.example ");
}

TEST_CASE("what is none of these is looked at for a while and then no more")
{
    Hunt hunt;
    for (int i = 0; i < 31; ++i) hunt.take("SSH-2.0-x\r\n");
    CHECK_FALSE(hunt.hunt.over());
    CHECK(hunt.hunt.found_nothing_yet());
    hunt.take("SSH-2.0-x\r\n");
    CHECK(hunt.hunt.over());
    CHECK(hunt.take(hello_to("a.example")).found.empty());
}

TEST_CASE("records that are no hello and heads that are no request are counted")
{
    Hunt hunt;
    hunt.take(hex("16 0301 0028 01 ffffff") + Octets(40, 0));
    CHECK(hunt.counters.of(Layer::tls, DecodeError::bad_value) == 1);
    hunt.take("OPTIONS sip:a.example SIP/2.0\r\n\r\n");
    CHECK(hunt.counters.of(Layer::http, DecodeError::bad_value) == 1);
    CHECK(hunt.found.empty());
}

TEST_CASE("a name that stands before a gap is told, and the search goes on after it")
{
    const auto hello = hello_to("a.example");
    CHECK(Hunt().take(Octets(hello.begin(), hello.end() - 4)).gap().found == "tls:a.example ");
    CHECK(Hunt().take(Octets(hello.begin(), hello.begin() + 50)).gap().found.empty());
    CHECK(Hunt().take("GET / HTTP/1.1\r\nHost: a.example\r\nCookie: ").gap().take(kSecond).found == "http:b.example ");
    CHECK(Hunt().take("GET / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 900\r\n\r\n").gap().take(kSecond).found ==
          "http:a.example http:b.example ");
    CHECK(Hunt().gap().hunt.idle());
}

TEST_CASE("of a head that the snap length cut the host is told, when its line is whole")
{
    CHECK(Hunt().take("GET / HTTP/1.1\r\nHost: a.example\r\nCookie: ").cut().take(kSecond).found ==
          "http:a.example http:b.example ");
    CHECK(Hunt().take("GET / HTTP/1.1\r\nHost: a.exa").cut().found.empty());
    CHECK(Hunt().take("GET / HTTP/1.1\r\nHost:\r\n\r").cut().found.empty());
    const auto hello = hello_to("a.example");
    CHECK(Hunt().take(Octets(hello.begin(), hello.end() - 4)).cut().found == "tls:a.example ");
}

TEST_CASE("a head longer than the cap is given up, counted")
{
    Hunt hunt;
    hunt.take("GET / HTTP/1.1\r\nHost: a.example\r\nCookie: ").take(std::string(20'000, 'x'));
    CHECK(hunt.counters.of(Loss::hello_too_long) == 1);
    CHECK(hunt.found.empty());
    CHECK(hunt.hunt.held() == 0);
}

TEST_CASE("a hello in records of one octet is found, and one that never ends is read once only")
{
    const auto message = client_hello(extension(21, Octets(3'000, 0)) + server_name_extension("late.example"));
    Hunt one;
    for (const auto octet : message) one.take(tls_record({octet}));
    CHECK(one.found == "tls:late.example ");
    const auto long_one = client_hello(server_name_extension("late.example") + extension(21, Octets(3'000, 0)));
    Hunt cut;
    for (std::size_t i = 0; i + 1 < long_one.size(); ++i) cut.take(tls_record({long_one[i]}));
    CHECK(cut.hunt.held() < 16'000);
    CHECK(cut.gap().found == "tls:late.example ");
}
