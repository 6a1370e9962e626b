// Connections that are made to mislead or to fill up: decoys, forged resets, and the bounds of every table.
#include <doctest/doctest.h>

#include <string>

#include "policy/share.hpp"
#include "support/dns.hpp"
#include "support/wire.hpp"
#include "unit/flow/requests.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using Names = std::vector<std::string>;

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

TEST_CASE(
    "a hello far outside the window is a conflict, one behind a hole waits for its place, and what else is out there "
    "hides nothing")
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

TEST_CASE(
    "flows in reassembly are bounded: the one idle for longest makes room, counted, and whole hellos are still read")
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

TEST_CASE(
    "a client that has said all holds no place, though its server goes on; one of which something is missing does")
{
    Wire wire;
    Talk talk{wire};
    talk.syn();
    talk.syn_ack();
    talk.up(0, kGet);
    CHECK(wire.dissector.rows().searches == 1);
    talk.send_up(talk.client_start + 1 + static_cast<std::uint32_t>(kGet.size()), 0x11, {}, 0, 2);
    CHECK(wire.dissector.rows().searches == 0);
    talk.down(0, Octets(500, 'x'), 3);
    talk.down(900, Octets(500, 'x'), 3);
    CHECK(wire.dissector.rows().searches == 0);
    CHECK(wire.lost(Loss::stream_gap) == 0);
    Talk holed{wire, 50'001};
    holed.syn();
    holed.up(0, part(kHello, 0, 40));
    holed.send_up(holed.client_start + 1 + static_cast<std::uint32_t>(kHello.size()), 0x11, {}, 0, 2);
    CHECK(wire.dissector.rows().searches == 1);
    holed.up(40, part(kHello, 40));
    CHECK(wire.texts() == Names{"web.example", "tls.example"});
}

TEST_CASE("a server's hello ends the search for its client's, unless a part of that is there; a late one is read")
{
    const auto server_hello = tls_record(hex("02 00 00 04 03 03 00 00"));
    Wire wire;
    Talk lost{wire};
    lost.syn();
    lost.syn_ack();
    lost.down(0, server_hello);
    lost.up(700, tls_record(Octets(300, 1), 23));
    CHECK(wire.dissector.rows().searches == 0);
    lost.up(0, kHello);
    CHECK(wire.texts() == Names{"tls.example"});
    Talk split{wire, 50'001};
    split.syn();
    split.syn_ack();
    split.up(40, part(kHello, 40));
    split.down(0, server_hello);
    CHECK(wire.dissector.rows().searches == 1);
    split.up(0, part(kHello, 0, 40));
    CHECK(wire.names.size() == 2);
}

TEST_CASE("a phone of half hellos pushes out its own oldest; its next and a colleague's are still put together")
{
    DissectorLimits limits;
    limits.hello_flows = 512;
    Wire wire(limits);
    const auto share = share_of(limits.hello_flows);
    Talk colleague{wire};
    colleague.client = "10.77.20.6";
    colleague.syn();
    colleague.up(0, part(kHello, 0, 40));
    for (std::uint16_t port = 1'000; port < 6'000; ++port) {
        Talk half{wire, port};
        half.syn();
        half.up(0, part(kHello, 0, 40));
    }
    CHECK(wire.dissector.rows().searches == share + 1);
    CHECK(wire.lost(Loss::hello_share_full) == 5'000 - share);
    CHECK(wire.lost(Loss::hello_flows_full) == 0);
    colleague.up(40, part(kHello, 40));
    CHECK(wire.texts() == Names{"tls.example"});
    Talk own{wire, 7'000};
    own.up(0, part(kHello, 0, 40));
    own.up(40, part(kHello, 40));
    CHECK(wire.names.size() == 2);
}

TEST_CASE("octets that wait of one phone push out its own oldest, not a colleague's")
{
    DissectorLimits limits;
    limits.hello_memory = 4UL * 1024 * 1024;
    Wire wire(limits);
    Talk colleague{wire};
    colleague.client = "10.77.20.6";
    colleague.syn();
    colleague.up(40, part(kHello, 40));
    for (std::uint16_t port = 1'000; port < 3'000; ++port) {
        Talk holed{wire, port};
        holed.syn();
        holed.up(1'000, Octets(1'400, 'x'));
    }
    CHECK(wire.dissector.rows().hello_octets <= share_of(limits.hello_memory, 256UL * 1024) + 1'024);
    CHECK(wire.lost(Loss::hello_memory_full) == 0);
    Talk own{wire, 7'000};
    own.syn();
    own.up(40, part(kHello, 40));
    own.up(0, part(kHello, 0, 40));
    colleague.up(0, part(kHello, 0, 40));
    CHECK(wire.names.size() == 2);
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
