#include <doctest/doctest.h>

#include <string>

#include "support/client_hello.hpp"
#include "support/dns.hpp"
#include "support/wire.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using Names = std::vector<std::string>;

namespace {

const auto kHello = hello_to("tls.example");
const auto kGet = octets_of("GET / HTTP/1.1\r\nHost: web.example\r\n\r\n");
const auto kSecond = octets_of("GET / HTTP/1.1\r\nHost: other.example\r\n\r\n");

}  // namespace

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
    CHECK(wire.sent.back().flow == 2);
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

namespace {

// A segment of the client that does not reach its server.
void up_with_hops(Talk& talk, std::uint32_t offset, const Octets& payload, std::uint8_t hops, std::uint8_t flags = 0x18)
{
    auto packet = ip_packet(ip(talk.client), ip(talk.server), 6,
                            tcp({.source = talk.port,
                                 .destination = talk.server_port,
                                 .sequence = talk.client_start + 1 + offset,
                                 .flags = flags,
                                 .payload = payload,
                                 .acknowledgement = talk.server_start + 1}));
    packet[8] = hops;
    talk.wire.frame(0x0800, packet, 1);
}

const auto kDecoy = hello_to("not.example");

}  // namespace

TEST_CASE("a hello that dies on its way is a conflict, before the true one or instead of a part of it")
{
    Wire whole;
    Talk talk{whole};
    talk.syn();
    up_with_hops(talk, 0, kDecoy, 9);
    talk.up(0, kHello);
    CHECK(whole.names.empty());
    CHECK(whole.conflicts == 1);
    CHECK(whole.lost(Loss::decoy_segment) == 1);
    Wire inside;
    Talk other{inside};
    other.syn();
    up_with_hops(other, 60, part(kDecoy, 60, 90), 9);
    other.up(0, kHello);
    CHECK(inside.names.empty());
    CHECK(inside.conflicts == 1);
}

TEST_CASE("two hellos at one place are a conflict, wherever they may arrive; the same one again is none")
{
    Wire wire;
    Talk talk{wire};
    talk.syn();
    talk.up(0, kHello);
    talk.up(0, kHello);
    CHECK(wire.conflicts == 0);
    talk.up(0, kDecoy);
    CHECK(wire.conflicts == 1);
    CHECK(wire.texts() == Names{"tls.example"});
    Wire early;
    Talk split{early};
    split.syn();
    split.up(60, part(kDecoy, 60));
    split.up(40, part(kHello, 40));
    split.up(0, part(kHello, 0, 40));
    CHECK(early.conflicts == 1);
}

TEST_CASE("a hello far outside the window is a conflict, one behind a hole waits for its place, and what else is out there hides nothing")
{
    for (const std::uint32_t far : {0x4000'0000U, 0x8000'0000U, 0xc000'0000U, 2U << 20U}) {
        CAPTURE(far);
        Wire wire;
        Talk talk{wire};
        talk.syn();
        talk.up(far, kDecoy);
        talk.up(0, kHello);
        CHECK(wire.names.empty());
        CHECK(wire.conflicts == 1);
        Wire filled;
        Talk split{filled};
        split.syn();
        split.up(far, Octets(10, 'x'));
        split.up(0, part(kHello, 0, 40));
        split.up(40, part(kHello, 40));
        CHECK(filled.texts() == Names{"tls.example"});
    }
    for (const std::uint32_t near : {700U, 20'000U, 0U - 1'000U}) {
        CAPTURE(near);
        Wire wire;
        Talk talk{wire};
        talk.syn();
        talk.up(near, kDecoy);
        talk.up(0, kHello);
        CHECK(wire.texts() == Names{"tls.example"});
    }
}

TEST_CASE("a reset that never arrives ends nothing")
{
    Wire wire;
    Talk talk{wire};
    talk.syn();
    talk.up(0, part(kHello, 0, 40));
    up_with_hops(talk, 40, {}, 9, 0x14);
    talk.up(40, part(kHello, 40));
    CHECK(wire.texts() == Names{"tls.example"});
    CHECK(wire.conflicts == 0);
    CHECK(wire.lost(Loss::decoy_segment) == 1);
}

TEST_CASE("flows in reassembly are bounded: the one idle for longest makes room, counted, and whole hellos are still read")
{
    DissectorLimits limits;
    limits.hello_flows = 1;
    Wire wire(limits);
    Talk first{wire};
    first.up(0, part(kHello, 0, 40));
    Talk second{wire, 50'001};
    second.up(0, part(kHello, 0, 40));
    CHECK(wire.lost(Loss::hello_flows_full) == 1);
    second.up(40, part(kHello, 40));
    CHECK(wire.texts() == Names{"tls.example"});
    Talk third{wire, 50'002};
    third.up(0, kHello);
    CHECK(wire.names.size() == 2);
    first.up(40, part(kHello, 40));  // its head is gone
    CHECK(wire.names.size() == 2);
    second.up(static_cast<std::uint32_t>(kHello.size()), kGet);
    CHECK(wire.names.size() == 2);
}

TEST_CASE("connections that were only opened, reset or finished hold no place in reassembly")
{
    DissectorLimits limits;
    limits.hello_flows = 2;
    Wire wire(limits);
    for (std::uint16_t port = 1; port <= 40; ++port) Talk{wire, port}.syn();
    Talk split{wire, 50'000};
    split.up(0, part(kHello, 0, 40));
    split.up(40, part(kHello, 40));
    CHECK(wire.texts() == Names{"tls.example"});
    CHECK(wire.lost(Loss::hello_flows_full) == 0);
}

TEST_CASE("octets that wait are bounded over all flows: the one idle for longest makes room, counted")
{
    DissectorLimits limits;
    limits.hello_memory = 2'000;
    Wire wire(limits);
    Talk first{wire};
    first.syn();
    first.up(1'000, Octets(1'400, 'x'));
    CHECK(wire.lost(Loss::hello_memory_full) == 0);
    Talk second{wire, 50'001};
    second.syn();
    second.up(1'000, Octets(1'400, 'x'));
    CHECK(wire.lost(Loss::hello_memory_full) == 1);
    Talk third{wire, 50'002};
    third.up(0, part(kHello, 0, 40));
    third.up(40, part(kHello, 40));
    CHECK(wire.texts() == Names{"tls.example"});
}

TEST_CASE("a full flow table ends the flow idle for longest, counted")
{
    DissectorLimits limits;
    limits.flows = 2;
    Wire wire(limits);
    for (std::uint16_t port = 1; port <= 4; ++port) Talk{wire, port}.syn(port);
    CHECK(wire.dissector.flow_count() == 2);
    CHECK(wire.ended == std::vector<std::uint64_t>{1, 2});
    CHECK(wire.lost(Loss::flow_table_full) == 2);
}

TEST_CASE("silence ends a flow by packet time, or when time is moved on")
{
    Wire wire;
    Talk{wire}.syn(0);
    Talk{wire, 50'001}.syn(301);
    CHECK(wire.ended == std::vector<std::uint64_t>{1});
    wire.dissector.advance(second(700));
    CHECK(wire.ended == std::vector<std::uint64_t>{1, 2});
}

TEST_CASE("DNS over TCP is read message by message, however it is cut")
{
    const auto answer = with_length(dns_answer("asked.example", "198.51.100.7"), 2);
    Wire wire;
    Talk talk{wire, 50'000, 53};
    talk.syn();
    talk.up(0, with_length(dns_question("asked.example"), 2));
    for (std::uint32_t i = 0; i < 2 * answer.size(); ++i) talk.down(i, part(answer + answer, i, i + 1));
    REQUIRE(wire.dns.size() == 3);
    CHECK(wire.dns[1].question == "asked.example");
    CHECK(wire.dns_tuples[1].responder.ip == ip("10.77.20.5"));
    Talk next{wire, 50'001, 8443};
    next.up(0, octets_of("no hello"));
    CHECK(wire.texts() == Names{"asked.example"});
}

TEST_CASE("resolvers out of sight are counted once a flow")
{
    Wire wire;
    Talk dot{wire, 50'000, 853};
    dot.syn();
    dot.up(0, hello_to("dns.google"));
    CHECK(wire.lost(Loss::dns_over_tls) == 1);
    CHECK(wire.lost(Loss::dns_over_https) == 0);
    Talk doh{wire, 50'001};
    doh.up(0, hello_to("chrome.cloudflare-dns.com"));
    CHECK(wire.lost(Loss::dns_over_https) == 1);
    Talk named{wire, 50'002};
    named.up(0, hello_to("notdns.google"));
    CHECK(wire.lost(Loss::dns_over_https) == 1);
    Talk odd{wire, 50'003, 8853};
    odd.up(0, tls_record(client_hello(server_name_extension("r.example") + alpn_extension("dot"))));
    CHECK(wire.lost(Loss::dns_over_tls) == 2);
}

TEST_CASE("broken segments are counted by reason")
{
    Wire wire;
    wire.packet("10.77.20.5", "198.51.100.7", 6, Octets(10, 0));
    wire.packet("10.77.20.5", "198.51.100.7", 17, Octets(3, 0));
    CHECK(wire.dissector.counters().of(Layer::tcp, DecodeError::truncated) == 1);
    CHECK(wire.dissector.counters().of(Layer::udp, DecodeError::truncated) == 1);
    CHECK(wire.dissector.flow_count() == 0);
}
