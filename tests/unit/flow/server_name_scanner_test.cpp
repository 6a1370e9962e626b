#include "flow/server_name_scanner.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/client_hello.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

struct Scanner {
    ServerNameScanner scanner;
    DecodeCounters counters;
    std::string found;
    ServerNameScanner::Tell tell = [this](const ServerNameScanner::Found& each) {
        found += (each.tls ? "tls:" : "http:") + std::string(each.name) + " ";
    };

    Scanner& take(const Octets& bytes)
    {
        scanner.take(bytes, 16 * 1024, counters, tell);
        return *this;
    }
    Scanner& take(std::string_view text) { return take(octets_of(text)); }
    Scanner& cut()
    {
        scanner.cut(tell);
        return *this;
    }
    Scanner& gap()
    {
        scanner.gap(tell);
        return *this;
    }
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
constexpr std::string_view kSecond = "GET / HTTP/1.1\r\nHost: b.example\r\n\r\n";

}  // namespace

TEST_CASE("a hello is found octet by octet, over records and coalesced with what follows")
{
    Scanner one;
    for (const auto octet : hello_to("a.example")) one.take(Octets{octet});
    CHECK(one.found == "tls:a.example ");
    CHECK(one.scanner.over());
    CHECK(one.scanner.held() == 0);

    const auto message = client_hello(server_name_extension("b.example"));
    const auto records =
        tls_record({message.begin(), message.begin() + 9}) + tls_record({message.begin() + 9, message.end()});
    CHECK(Scanner().take(records + tls_record(Octets(30, 1), 23)).found == "tls:b.example ");
}

TEST_CASE("requests of one connection name each host")
{
    CHECK(Scanner().take(std::string(kGet) + std::string(kSecond)).found == "http:a.example http:b.example ");
    Scanner pieces;
    for (const char c : std::string(kGet) + std::string(kSecond)) pieces.take(std::string(1, c));
    CHECK(pieces.found == "http:a.example http:b.example ");
    CHECK(pieces.scanner.followed_http());
}

TEST_CASE("a body is passed over, whatever stands in it")
{
    constexpr std::string_view kPost = "POST / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 36\r\n\r\n";
    CHECK(Scanner().take(std::string(kPost) + std::string(kSecond)).found == "http:a.example ");
    CHECK(Scanner().take(std::string(kPost) + std::string(36, 'x') + std::string(kSecond)).found ==
          "http:a.example http:b.example ");
    CHECK(Scanner().take(kPost).take("GET / HTTP/1.1\r\n").take(std::string(20, 'x')).take(kSecond).found ==
          "http:a.example http:b.example ");
    // Chunks are not followed: the next request is looked for at each start of what comes.
    CHECK(Scanner()
              .take("POST / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
              .take("0\r\n\r\n")
              .take(kSecond)
              .found == "http:a.example http:b.example ");
}

TEST_CASE("behind CONNECT, SOCKS, a PROXY line and STARTTLS the inner hello is found")
{
    const auto hello = hello_to("inner.example");
    CHECK(Scanner().take("CONNECT inner.example:443 HTTP/1.1\r\n\r\n").take(hello).found ==
          "http:inner.example tls:inner.example ");
    CHECK(Scanner().take(octets_of("CONNECT a.example:443 HTTP/1.1\r\n\r\n") + hello).found ==
          "http:a.example tls:inner.example ");
    CHECK(Scanner().take(octets_of("PROXY TCP4 192.0.2.1 198.51.100.7 1 443\r\n") + hello).found ==
          "tls:inner.example ");
    CHECK(Scanner().take(hex("0d0a0d0a000d0a515549540a 21 11 000c c0000201 c6336407 0001 01bb") + hello).found ==
          "tls:inner.example ");
    CHECK(Scanner().take("EHLO me\r\n").take("STARTTLS\r\n").take(hello).found == "tls:inner.example ");
    // SOCKS 5, reply by reply, and in one go with user and password.
    CHECK(Scanner().take(hex("050100")).take(hex("05010001 c6336407 01bb")).take(hello).found == "tls:inner.example ");
    CHECK(Scanner().take(hex("050102 | 01 02 7573 02 7077 | 05010003 03 782e79 01bb") + hello).found ==
          "tls:inner.example ");
    CHECK(Scanner().take(hex("05010004 20010db8000000000000000000000007 01bb") + hello).found == "tls:inner.example ");
    // SOCKS 4 and 4a
    CHECK(Scanner().take(hex("0401 01bb c6336407 6d6500") + hello).found == "tls:inner.example ");
    CHECK(Scanner().take(hex("0401 01bb 00000001 00 782e7900") + hello).found == "tls:inner.example ");
    CHECK(Scanner().take(hex("05ff")).take(hello).found == "tls:inner.example ");
}

TEST_CASE("HTTP/2 in clear is known for what it is, counted, and not read")
{
    Scanner scanner;
    scanner.take("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").take(hello_to("a.example"));
    CHECK(scanner.counters.of(Layer::http, DecodeError::unsupported) == 1);
    CHECK(scanner.scanner.over());
    CHECK(scanner.found.empty());
    // Upgraded from HTTP/1 it has named its host before.
    CHECK(Scanner().take("GET / HTTP/1.1\r\nHost: a.example\r\nUpgrade: h2c\r\n\r\n").found == "http:a.example ");
}

TEST_CASE("what is none of these is looked at for a while and then no more")
{
    Scanner scanner;
    for (int i = 0; i < 31; ++i) scanner.take("SSH-2.0-x\r\n");
    CHECK_FALSE(scanner.scanner.over());
    CHECK(scanner.scanner.found_nothing_yet());
    scanner.take("SSH-2.0-x\r\n");
    CHECK(scanner.scanner.over());
    CHECK(scanner.take(hello_to("a.example")).found.empty());
}

TEST_CASE("records that are no hello and heads that are no request are counted")
{
    Scanner scanner;
    scanner.take(hex("16 0301 0028 01 ffffff") + Octets(40, 0));
    CHECK(scanner.counters.of(Layer::tls, DecodeError::bad_value) == 1);
    scanner.take("OPTIONS sip:a.example SIP/2.0\r\n\r\n");
    CHECK(scanner.counters.of(Layer::http, DecodeError::bad_value) == 1);
    CHECK(scanner.found.empty());
}

TEST_CASE("a name that stands before a gap is told, and the search goes on after it")
{
    const auto hello = hello_to("a.example");
    CHECK(Scanner().take(Octets(hello.begin(), hello.end() - 4)).gap().found == "tls:a.example ");
    CHECK(Scanner().take(Octets(hello.begin(), hello.begin() + 50)).gap().found.empty());
    CHECK(Scanner().take("GET / HTTP/1.1\r\nHost: a.example\r\nCookie: ").gap().take(kSecond).found ==
          "http:b.example ");
    CHECK(
        Scanner().take("GET / HTTP/1.1\r\nHost: a.example\r\nContent-Length: 900\r\n\r\n").gap().take(kSecond).found ==
        "http:a.example http:b.example ");
    CHECK(Scanner().gap().scanner.idle());
}

TEST_CASE("of a head that the snap length cut the host is told, when its line is whole")
{
    CHECK(Scanner().take("GET / HTTP/1.1\r\nHost: a.example\r\nCookie: ").cut().take(kSecond).found ==
          "http:a.example http:b.example ");
    CHECK(Scanner().take("GET / HTTP/1.1\r\nHost: a.exa").cut().found.empty());
    CHECK(Scanner().take("GET / HTTP/1.1\r\nHost:\r\n\r").cut().found.empty());
    const auto hello = hello_to("a.example");
    CHECK(Scanner().take(Octets(hello.begin(), hello.end() - 4)).cut().found == "tls:a.example ");
}

TEST_CASE("a head longer than the cap is given up, counted")
{
    Scanner scanner;
    scanner.take("GET / HTTP/1.1\r\nHost: a.example\r\nCookie: ").take(std::string(20'000, 'x'));
    CHECK(scanner.counters.of(Loss::hello_too_long) == 1);
    CHECK(scanner.found.empty());
    CHECK(scanner.scanner.held() == 0);
}

TEST_CASE("a hello in records of one octet is found, and one that never ends is read once only")
{
    const auto message = client_hello(extension(21, Octets(3'000, 0)) + server_name_extension("late.example"));
    Scanner one;
    for (const auto octet : message) one.take(tls_record({octet}));
    CHECK(one.found == "tls:late.example ");
    const auto long_one = client_hello(server_name_extension("late.example") + extension(21, Octets(3'000, 0)));
    Scanner cut;
    for (std::size_t i = 0; i + 1 < long_one.size(); ++i) cut.take(tls_record({long_one[i]}));
    CHECK(cut.scanner.held() < 16'000);
    CHECK(cut.gap().found == "tls:late.example ");
}
