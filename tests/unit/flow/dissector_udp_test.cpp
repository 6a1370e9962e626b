#include <doctest/doctest.h>

#include <string>

#include "support/client_hello.hpp"
#include "support/dns.hpp"
#include "support/quic_seal.hpp"
#include "support/wire.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using Names = std::vector<std::string>;

namespace {

constexpr auto kPhone = "10.77.20.5";
constexpr auto kServer = "198.51.100.7";

Octets initial_to(std::string_view name, const Octets& id = hex("8394c8f03e515708"))
{
    return seal_initial({.destination_id = id,
                         .source_id = {},
                         .token = {},
                         .frames = crypto_frame(0, client_hello(server_name_extension(name) + alpn_extension("h3")))});
}

void up(Wire& wire, const Octets& payload, double at = 0, std::uint16_t port = 50'000, std::uint16_t server_port = 443)
{
    wire.packet(kPhone, kServer, 17, udp(port, server_port, payload), at);
}

}  // namespace

TEST_CASE("a QUIC connection that goes on holds no place in reassembly; the next one on its ports is named")
{
    Wire wire;
    up(wire, initial_to("quic.example"));
    CHECK(wire.dissector.rows().searches == 1);
    wire.packet(kServer, kPhone, 17, udp(443, 50'000, hex("40") + Octets(60, 1)), 0.03);
    CHECK(wire.dissector.rows().searches == 1);
    for (int i = 0; i < 300; ++i) up(wire, hex("40") + Octets(60, 1), 0.05);
    CHECK(wire.dissector.rows().searches == 0);
    wire.packet(kServer, kPhone, 17, udp(443, 50'000, hex("40") + Octets(60, 1)), 0.06);
    up(wire, initial_to("next.example", hex("0102030405060708")), 9);
    CHECK(wire.texts() == std::vector<std::string>{"quic.example", "next.example"});
    CHECK(wire.lost(Loss::quic_undecryptable) == 0);
}

TEST_CASE("an Initial names its flow, and the connection")
{
    Wire wire;
    up(wire, initial_to("quic.example"));
    wire.packet(kServer, kPhone, 17, udp(443, 50'000, hex("40") + Octets(60, 1)), 0.03);
    REQUIRE(wire.names.size() == 1);
    CHECK(wire.names[0].text == "quic.example");
    CHECK(wire.names[0].origin == NameOrigin::quic);
    CHECK(wire.names[0].connection != 0);
    CHECK(wire.round_trip == std::chrono::milliseconds{30});
    // The same behind an address translator.
    wire.packet("203.0.113.9", kServer, 17, udp(50'000, 443, initial_to("quic.example")), 0);
    REQUIRE(wire.names.size() == 2);
    CHECK(wire.names[1].connection == wire.names[0].connection);
}

TEST_CASE("a new connection on the same ports is named anew")
{
    Wire wire;
    up(wire, initial_to("a.example"));
    wire.packet(kServer, kPhone, 17, udp(443, 50'000, hex("40") + Octets(60, 1)));
    up(wire, initial_to("b.example", hex("0102030405060708")));
    CHECK(wire.texts() == Names{"a.example", "b.example"});
    CHECK(wire.lost(Loss::conflicting_hello) == 0);
}

TEST_CASE("a second hello before the first was answered is a conflict: no name of the flow holds")
{
    Wire wire;
    up(wire, initial_to("decoy.example"));
    up(wire, initial_to("true.example", hex("0102030405060708")));
    up(wire, initial_to("third.example", hex("1102030405060708")));
    CHECK(wire.texts() == Names{"decoy.example"});
    CHECK(wire.conflicts == 1);
    CHECK(wire.lost(Loss::conflicting_hello) == 1);
}

TEST_CASE("a hello's piece far behind a hole holds its own octets alone")
{
    DissectorLimits limits;
    limits.hello_memory = 100'000;
    Wire wire(limits);
    for (std::uint16_t i = 0; i < 200; ++i) {
        InitialToSeal initial;
        initial.frames = crypto_frame(64'000, Octets(20, 1));
        initial.frames.resize(1'100, 0);
        wire.packet(kPhone, kServer, 17, udp(static_cast<std::uint16_t>(40'000 + i), 443, seal_initial(initial)), 0);
    }
    CHECK(wire.lost(Loss::hello_memory_full) == 0);
    CHECK(wire.lost(Loss::hello_share_full) == 0);
}

TEST_CASE("a client that speaks second becomes the originator")
{
    Wire wire;
    wire.packet(kServer, kPhone, 17, udp(443, 50'000, hex("40") + Octets(60, 1)));
    up(wire, initial_to("quic.example"));
    REQUIRE(wire.names.size() == 1);
    CHECK(wire.names[0].tuple.originator.ip == ip(kPhone));
    CHECK(wire.sent.back().direction == Direction::from_originator);
    wire.packet(kServer, kPhone, 17, udp(443, 50'000, hex("40") + Octets(60, 1)));
    up(wire, initial_to("b.example", hex("0102030405060708")));
    CHECK(wire.names.size() == 2);
}

TEST_CASE("a CHLO of Google's QUIC and a DTLS hello name their flows")
{
    const auto chlo =
        octets_of("CHLO") + hex("0100 0000") + octets_of("SNI") + hex("00 0e000000") + octets_of("google.example");
    Wire wire;
    up(wire, hex("09 0102030405060708") + octets_of("Q043") + Octets(13, 1) + hex("a001") + with_length(chlo, 2));
    const auto body = hex("fefd") + Octets(32, 7) + hex("00 00 0002 c02b 01 00") +
                      with_length(server_name_extension("dtls.example"), 2);
    const auto message = [&](std::size_t fragment) {
        return Octets{1} + big_endian(body.size(), 3) + hex("0000 000000") + big_endian(fragment, 3) +
               part(body, 0, fragment);
    };
    const auto record = [](const Octets& inside) { return hex("16 feff 0000 000000000000") + with_length(inside, 2); };
    up(wire, record(message(body.size())), 0, 50'001);
    REQUIRE(wire.names.size() == 2);
    CHECK(wire.names[0].text == "google.example");
    CHECK(wire.names[0].origin == NameOrigin::quic);
    CHECK(wire.names[1].text == "dtls.example");
    CHECK(wire.names[1].origin == NameOrigin::dtls);
    up(wire, record(message(20)), 0, 50'002);
    CHECK(wire.names.size() == 2);
    CHECK(wire.dissector.counters().of(Layer::tls, DecodeError::unsupported) == 1);
}

TEST_CASE("names with octets no name has are counted, not told")
{
    Wire wire;
    up(wire, initial_to("a b.example"));
    CHECK(wire.names.empty());
    CHECK(wire.dissector.counters().of(Layer::quic, DecodeError::bad_value) == 1);
}

TEST_CASE("DNS over QUIC is counted by port or protocol")
{
    Wire wire;
    up(wire, initial_to("dns.example"), 0, 50'000, 853);
    CHECK(wire.lost(Loss::dns_over_quic) == 1);
    const auto doq = client_hello(server_name_extension("dns.example") + alpn_extension("doq"));
    up(wire, seal_initial({.source_id = {}, .token = {}, .frames = crypto_frame(0, doq)}), 0, 50'001, 784);
    CHECK(wire.lost(Loss::dns_over_quic) == 2);
}

TEST_CASE("a flow that names nobody is named by the answer its client was given, ambiguity stated")
{
    Wire wire;
    const auto answer = [&](const char* name, const char* to) { wire.ask_and_answer(to, name, kServer); };
    answer("other.example", "10.77.20.6");
    answer("mine.example", kPhone);
    up(wire, octets_of("some game"), 1);
    up(wire, octets_of("some game"), 2);
    CHECK(wire.texts() == Names{"mine.example"});
    CHECK_FALSE(wire.names[0].ambiguous);
    answer("second.example", kPhone);
    up(wire, octets_of("some game"), 3, 50'001);
    REQUIRE(wire.names.size() == 2);
    CHECK(wire.names[1].ambiguous);
}

TEST_CASE("an answer to a question that was not seen names nobody, nor one to another client, nor a late one")
{
    Wire wire;
    const auto answer = [&](double at) {
        wire.packet("10.77.20.1", kPhone, 17, udp(53, 40'000, dns_answer("forged.example", kServer)), at);
    };
    answer(0);
    wire.packet("10.77.20.6", "10.77.20.1", 17, udp(40'000, 53, dns_question("forged.example")), 1);
    answer(2);
    wire.packet(kPhone, "10.77.20.1", 17, udp(40'000, 53, dns_question("forged.example")), 3);
    answer(34);
    up(wire, octets_of("some game"), 35);
    CHECK(wire.names.empty());
    CHECK(wire.lost(Loss::dns_unasked) == 3);
}

TEST_CASE("a second answer to a question is not believed: the asker has taken the first")
{
    Wire wire;
    const auto answer = [&](const char* server, double at) {
        wire.packet("10.77.20.1", kPhone, 17, udp(53, 40'000, dns_answer("asked.example", server)), at);
    };
    wire.packet(kPhone, "10.77.20.1", 17, udp(40'000, 53, dns_question("asked.example")), 0);
    answer("198.51.100.99", 1);
    answer(kServer, 2);
    up(wire, octets_of("some game"), 3);
    CHECK(wire.names.empty());
    CHECK(wire.lost(Loss::dns_unasked) == 1);
}

TEST_CASE("QUIC that does not open is named by DNS in the end, and a call is looked at for a while only")
{
    Wire wire;
    wire.ask_and_answer(kPhone, "mine.example", kServer);
    auto broken = initial_to("quic.example");
    broken.back() ^= 1U;
    for (int i = 0; i < 23; ++i) up(wire, broken);
    CHECK(wire.names.empty());
    up(wire, broken);
    CHECK(wire.texts() == Names{"mine.example"});
    up(wire, initial_to("quic.example"));
    CHECK(wire.names.size() == 1);
    for (int i = 0; i < 200; ++i) up(wire, Octets(40, 0), 0, 50'001);
    up(wire, initial_to("quic.example"), 0, 50'001);
    CHECK(wire.names.size() == 2);  // by DNS; the Initial after 200 datagrams of something else is not looked at
    CHECK(wire.names[1].origin == NameOrigin::dns);
}

TEST_CASE("services of the network are told as such and make no flow")
{
    Wire wire;
    const auto datagram = [&](std::uint16_t port, const Octets& payload) { up(wire, payload, 0, 40'000, port); };
    datagram(53, dns_question("a.example"));
    datagram(5353, dns_answer("printer.local", "10.77.20.9"));
    datagram(5355, dns_answer("pc", "10.77.20.8"));
    datagram(1813, hex("04 01 0014") + Octets(16, 0));
    datagram(1813, hex("05 01 0014") + Octets(16, 0));  // a response
    datagram(547, hex("01 123456"));
    datagram(67, hex("0101 0600 12345678 0000 0000") + Octets(16, 0) + hex("021a10001001") + Octets(202, 0) +
                     hex("63825363 350101 ff"));
    CHECK(wire.dissector.flow_count() == 0);
    CHECK(wire.dns.size() == 1);
    REQUIRE(wire.link_dns.size() == 2);
    CHECK(wire.link_dns[0].first == LinkDns::mdns);
    CHECK(wire.link_dns[1].first == LinkDns::llmnr);
    CHECK(wire.radius == 1);
    CHECK(wire.dhcpv6 == 1);
    CHECK(wire.dhcp == 1);
    // Neighbours' names are no servers'.
    wire.packet(kPhone, "10.77.20.9", 17, udp(50'000, 9'999, octets_of("hello")));
    CHECK(wire.names.empty());
    for (const int port : {53, 5353, 5355, 67, 547, 1813}) datagram(static_cast<std::uint16_t>(port), Octets(2, 0));
    CHECK(wire.dissector.counters().of(Layer::dns, DecodeError::truncated) == 3);
    CHECK(wire.dissector.counters().of(Layer::dhcp, DecodeError::truncated) == 1);
    CHECK(wire.dissector.counters().of(Layer::dhcpv6, DecodeError::truncated) == 1);
    CHECK(wire.dissector.counters().of(Layer::radius, DecodeError::truncated) == 1);
}
