#include <doctest/doctest.h>

#include <string>

#include "support/dns.hpp"
#include "support/wire.hpp"
#include "unit/flow/requests.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using Names = std::vector<std::string>;

TEST_CASE("a hello names its flow, by the one who sent it")
{
    Wire wire;
    Talk talk{wire};
    talk.syn();
    talk.syn_ack();
    talk.up(0, kHello);
    REQUIRE(wire.names.size() == 1);
    CHECK(wire.names[0].text == "tls.example");
    CHECK(wire.names[0].origin == NameOrigin::tls);
    CHECK(wire.names[0].tuple.originator == Endpoint{ip("10.77.20.5"), 50'000});
    CHECK(wire.names[0].tuple.responder == Endpoint{ip("198.51.100.7"), 443});
    CHECK(wire.names[0].at == second(1));
    CHECK(wire.round_trip == std::chrono::milliseconds{20});
}

TEST_CASE("a clock set back between SYN and answer gives no round trip of less than nothing")
{
    Wire wire;
    Talk talk{wire};
    talk.syn(5);
    talk.syn_ack(2);
    talk.up(0, kHello);
    CHECK(wire.texts() == Names{"tls.example"});
    CHECK(wire.round_trip == Duration{0});
}

TEST_CASE("a hello is put together whatever the order, size and repetition of its segments")
{
    for (const std::size_t size : {1U, 7U, 60U}) {
        Wire wire;
        Talk talk{wire};
        talk.client_start = 0xffffffe0U;  // the numbers wrap inside
        talk.syn();
        for (std::size_t end = kHello.size(); end > 0; end -= std::min(end, size)) {
            const auto from = end - std::min(end, size);
            talk.up(static_cast<std::uint32_t>(from), part(kHello, from, end + 3));
            talk.up(static_cast<std::uint32_t>(from), part(kHello, from, end));
        }
        CHECK(wire.texts() == Names{"tls.example"});
    }
}

TEST_CASE("data on the SYN counts from the octet after its number")
{
    Wire whole;
    Talk{whole}.syn(0, kHello);
    CHECK(whole.texts() == Names{"tls.example"});
    Wire begun;
    Talk talk{begun};
    talk.syn(0, part(kHello, 0, 40));
    talk.up(40, part(kHello, 40));
    CHECK(begun.texts() == Names{"tls.example"});
}

TEST_CASE("a capture that begins inside a connection finds what begins there")
{
    Wire wire;
    Talk talk{wire};
    talk.down(5'000, octets_of("the end of some answer"));
    talk.up(900, part(kGet, 0, 20));
    talk.up(920, part(kGet, 20));
    CHECK(wire.texts() == Names{"web.example"});
    // The server spoke first; its roles were flipped.
    CHECK(wire.names[0].tuple.originator.ip == ip("10.77.20.5"));
}

TEST_CASE("a flow that an observer has taken, or whose SYN was seen, keeps its roles")
{
    Wire taken;
    taken.attach = true;
    Talk talk{taken};
    talk.down(0, kGet);
    talk.down(static_cast<std::uint32_t>(kGet.size()), kSecond);
    CHECK(taken.names.size() == 2);
    CHECK(taken.names[1].tuple.originator == taken.names[0].tuple.originator);
    Wire opened;
    Talk strange{opened};
    strange.syn();
    strange.down(0, kHello);
    REQUIRE(opened.names.size() == 1);
    CHECK(opened.names[0].tuple.originator.ip == ip("10.77.20.5"));
}

TEST_CASE("two requests of the side that spoke second turn the flow once")
{
    Wire wire;
    Talk talk{wire};
    talk.down(0, octets_of("220 ready\r\n"));
    talk.up(0, kGet + kSecond);
    REQUIRE(wire.names.size() == 2);
    CHECK(wire.names[0].tuple.originator.ip == ip("10.77.20.5"));
    CHECK(wire.names[1].tuple.originator.ip == ip("10.77.20.5"));
}

TEST_CASE("one direction is enough, either one")
{
    Wire up;
    Talk talk{up};
    talk.up(0, kGet);
    CHECK(up.texts() == Names{"web.example"});
    Wire down;
    Talk other{down};
    other.syn_ack();
    other.down(0, octets_of("HTTP/1.1 200 OK\r\n\r\n"));
    CHECK(down.names.empty());
    REQUIRE(down.sent.size() == 2);
    CHECK(down.sent[1].direction == Direction::from_responder);
}

TEST_CASE("packets seen twice, as mirrors of both sides send them, change nothing")
{
    Wire wire;
    Talk talk{wire};
    for (int twice = 0; twice < 2; ++twice) talk.syn();
    for (int twice = 0; twice < 2; ++twice) talk.up(0, part(kGet, 0, 30));
    for (int twice = 0; twice < 2; ++twice) talk.up(30, part(kGet, 30));
    for (int twice = 0; twice < 2; ++twice) talk.up(static_cast<std::uint32_t>(kGet.size()), kSecond);
    CHECK(wire.texts() == Names{"web.example", "other.example"});
    CHECK(wire.dissector.flow_count() == 1);
}

TEST_CASE("a SYN with another number on the same ports is a new flow")
{
    Wire wire;
    Talk first{wire};
    first.syn();
    first.up(0, kHello);
    Talk next{wire};
    next.client_start = 77'000;
    next.syn(10);
    next.up(0, hello_to("second.example"), 11);
    CHECK(wire.texts() == Names{"tls.example", "second.example"});
    CHECK(wire.ended == std::vector<std::uint64_t>{1});
    CHECK(wire.sent.back().flow == 3);  // by its first packet
}

TEST_CASE("segments behind a hole are read once the peer has acknowledged what is missing")
{
    Wire wire;
    Talk talk{wire};
    talk.syn();
    talk.up(0, octets_of("POST / HTTP/1.1\r\nHost: first.example\r\nCookie: cut"));
    talk.up(3'000, part(kGet, 0, 20));
    talk.up(3'020, part(kGet, 20));
    CHECK(wire.names.empty());
    talk.down(0, octets_of("HTTP/1.1 200 OK\r\n\r\n"), 1, 3'040);
    talk.up(3'000 + static_cast<std::uint32_t>(kGet.size()), kSecond);
    CHECK(wire.texts() == Names{"web.example", "other.example"});
    CHECK(wire.lost(Loss::stream_gap) == 1);
}

TEST_CASE("segments behind a hole are read when the flow ends")
{
    Wire wire;
    Talk talk{wire};
    talk.syn();
    talk.up(100, kGet);
    CHECK(wire.names.empty());
    wire.dissector.finish();
    CHECK(wire.texts() == Names{"web.example"});
    CHECK(wire.ended == std::vector<std::uint64_t>{1});
}

TEST_CASE("a head that was pushed and never ends is told with the flow's end, one that was to go on is not")
{
    const auto head = octets_of("POST / HTTP/1.1\r\nHost: web.example\r\nContent-Length: 5\r\n.\n");
    Wire pushed;
    Talk{pushed}.up(0, head);
    CHECK(pushed.names.empty());
    pushed.dissector.finish();
    CHECK(pushed.texts() == Names{"web.example"});
    Wire went_on;
    Talk{went_on}.send_up(1'001, 0x10, head, 0, 1);
    went_on.dissector.finish();
    CHECK(went_on.names.empty());
}

TEST_CASE("an answer over TCP to a client that has said all is read")
{
    Wire wire;
    Talk talk{wire, 50'000, 53};
    talk.syn();
    talk.syn_ack();
    const auto question = dns_question("asked.example");
    const auto asked = big_endian(question.size(), 2) + question;
    const auto answer = dns_answer("asked.example", "198.51.100.7");
    talk.up(0, asked);
    talk.send_up(talk.client_start + 1 + static_cast<std::uint32_t>(asked.size()), 0x11, {}, 0, 2);
    talk.down(0, big_endian(answer.size(), 2) + answer, 3);
    REQUIRE(wire.dns.size() == 2);
    CHECK(wire.lost(Loss::dns_unasked) == 0);
}

TEST_CASE("a request that overlaps filler is read")
{
    Wire wire;
    Talk talk{wire};
    talk.syn();
    talk.up(0, Octets(2, 0));  // a bare ACK with the padding of its frame
    talk.up(0, kGet);
    talk.up(static_cast<std::uint32_t>(kGet.size()), Octets(2, 0));
    talk.up(static_cast<std::uint32_t>(kGet.size()), kSecond);
    CHECK(wire.texts() == Names{"web.example", "other.example"});
}

TEST_CASE("a packet cut by the snap length gives the name that is there")
{
    Wire wire;
    const auto segment =
        tcp({.payload = octets_of("GET / HTTP/1.1\r\nHost: web.example\r\nCookie: ") + Octets(900, 'x')});
    wire.process(ethernet(mac("02:1a:10:00:00:fe"), mac("02:1a:10:00:10:01"), 0x0800,
                          ip_packet(ip("10.77.20.5"), ip("198.51.100.7"), 6, segment)),
                 1, 120);
    CHECK(wire.texts() == Names{"web.example"});
    CHECK(wire.sent.at(0).length == 43 + 900);
    // The next segment follows what was cut off.
    Talk talk{wire};
    talk.client_start = 0;
    talk.up(943, kSecond);
    CHECK(wire.texts() == Names{"web.example", "other.example"});
}

TEST_CASE("a hello without a name, or with octets no name has, leaves the flow to its DNS answer")
{
    Wire wire;
    wire.ask_and_answer("10.77.20.5", "asked.example", "198.51.100.7");
    Talk{wire}.up(0, tls_record(client_hello(alpn_extension("h2"))));
    CHECK(wire.texts() == Names{"asked.example"});
    CHECK(wire.names[0].origin == NameOrigin::dns);
    Wire odd;
    Talk{odd}.up(0, hello_to(std::string("a\0b.example", 11)));
    CHECK(odd.names.empty());
    CHECK(odd.dissector.counters().of(Layer::tls, DecodeError::bad_value) == 1);
    Wire web;
    Talk{web}.up(0, octets_of("GET / HTTP/1.1\r\nHost: %s\xff.example\r\n\r\n"));
    CHECK(web.names.empty());
    CHECK(web.dissector.counters().of(Layer::http, DecodeError::bad_value) == 1);
}

TEST_CASE("a name is lower case, without the trailing dot")
{
    Wire wire;
    Talk{wire}.up(0, hello_to("WWW.Example."));
    CHECK(wire.texts() == Names{"www.example"});
}

TEST_CASE("a real encrypted hello is told from GREASE by its outer name")
{
    const auto ech = extension(0xfe0d, hex("00 0001 0001 07 0000 0000"));
    const auto hello = [&](std::string_view name) {
        return tls_record(client_hello(server_name_extension(name) + ech));
    };
    Wire wire;
    Talk real{wire};
    real.up(0, hello("outer.example"));
    Talk grease{wire, 50'001};
    grease.up(0, hello("plain.example"));
    Talk without{wire, 50'002};
    without.up(0, hello_to("outer.example"));
    REQUIRE(wire.names.size() == 3);
    CHECK(wire.names[0].encrypted);
    CHECK_FALSE(wire.names[1].encrypted);
    CHECK_FALSE(wire.names[2].encrypted);
    CHECK(wire.lost(Loss::encrypted_hello) == 1);
    Wire esni;
    Talk{esni}.up(0, tls_record(client_hello(extension(0xffce, hex("1301")))));
    REQUIRE(esni.names.size() == 1);
    CHECK(esni.names[0].encrypted);
    CHECK(esni.names[0].text.empty());
}

TEST_CASE("flows nobody wants leave no state")
{
    Wire wire;
    wire.unwanted = ip("10.77.20.5");
    Talk talk{wire};
    talk.syn();
    talk.up(0, kHello);
    CHECK(wire.names.empty());
    CHECK(wire.sent.empty());
    CHECK(wire.dissector.flow_count() == 0);
    CHECK(wire.dissector.counters().flows == 0);
}
