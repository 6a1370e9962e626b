#include <doctest/doctest.h>

#include <string>

#include "support/client_hello.hpp"
#include "support/wire.hpp"

using namespace breakwatch;
using namespace breakwatch::test;
using Names = std::vector<std::string>;

namespace {

const auto kHello = hello_to("tls.example");

Octets hello_packet()
{
    return ip_packet(ip("10.77.20.5"), ip("198.51.100.7"), 6, tcp({.payload = kHello}));
}

Octets inner_frame()
{
    return ethernet(mac("02:00:00:00:00:02"), mac("02:00:00:00:00:01"), 0x0800, hello_packet());
}

}  // namespace

TEST_CASE("a hello inside each wrap is found with the inner addresses")
{
    const auto wrapped = [](std::uint16_t port, const Octets& header, const Octets& inside) {
        Wire wire;
        wire.packet("192.0.2.1", "192.0.2.2", 17, udp(4'000, port, header + inside));
        if (wire.names.size() != 1) return std::string("not found");
        return wire.names[0].text + " for " + to_string(wire.names[0].tuple.originator.ip);
    };
    const std::string found = "tls.example for 10.77.20.5";
    CHECK(wrapped(4789, hex("08000000 00000100"), inner_frame()) == found);
    CHECK(wrapped(6081, hex("0000 6558 00000100"), inner_frame()) == found);
    CHECK(wrapped(2152, hex("30 ff 0000 00000001"), hello_packet()) == found);
    CHECK(wrapped(5247, hex("00 10 00 00 00000000"), inner_frame()) == found);
    CHECK(wrapped(37008, hex("01 00 0001 0a 01 ff 00 01"), inner_frame()) == found);
    CHECK(wrapped(6635, hex("00064140"), hello_packet()) == found);

    const auto inside_ip = [](std::uint8_t protocol, const Octets& payload) {
        Wire wire;
        wire.packet("192.0.2.1", "192.0.2.2", protocol, payload);
        return wire.texts();
    };
    CHECK(inside_ip(4, hello_packet()) == Names{"tls.example"});
    CHECK(inside_ip(47, hex("0000 0800") + hello_packet()) == Names{"tls.example"});
    CHECK(inside_ip(47, hex("1000 88be 00000001 10000000 00000000") + inner_frame()) == Names{"tls.example"});
    CHECK(inside_ip(47, hex("0000 883e 00000000") + hello_packet()) == Names{"tls.example"});

    Wire nsh;
    nsh.frame(0x894f, hex("0fc20203 00000100") + inner_frame());
    CHECK(nsh.texts() == Names{"tls.example"});
}

TEST_CASE("frames on a controller's wire inside 802.11 are read, and their stations' addresses")
{
    Wire wire;
    const auto data =
        hex("0801 0000 | 021a100000fe | 021a10001001 | 021a100000ff | 0000 | aaaa03 000000 0800") + hello_packet();
    wire.packet("192.0.2.1", "192.0.2.2", 17, udp(5247, 5247, hex("00 10 01 00 00000000") + data));
    CHECK(wire.texts() == Names{"tls.example"});
    const auto arp = hex("0001 0800 06 04 0002 021a10001001 0a4d1405 021a100000fe 0a4d1401");
    wire.frame(0x0806, arp);
    REQUIRE(wire.addresses.size() == 1);
    CHECK(wire.addresses[0].first == mac("02:1a:10:00:10:01"));
    CHECK(wire.addresses[0].second == ip("10.77.20.5"));
}

TEST_CASE("wraps are opened as deep as the limit says and no deeper, counted")
{
    auto limits = opening_all_tunnels();
    limits.tunnel_depth = 3;
    const auto nested = [](int levels) {
        auto packet = hello_packet();
        for (int i = 0; i < levels; ++i) packet = ip_packet(ip("192.0.2.1"), ip("192.0.2.2"), 4, packet);
        return packet;
    };
    Wire deep(limits);
    deep.frame(0x0800, nested(3));
    CHECK(deep.texts() == Names{"tls.example"});
    Wire deeper(limits);
    deeper.frame(0x0800, nested(4));
    CHECK(deeper.names.empty());
    CHECK(deeper.lost(Loss::tunnel_too_deep) == 1);
}

TEST_CASE("fragments of both versions are put together before they are read")
{
    const auto segment = tcp({.payload = kHello});
    const auto fragment = [&](std::size_t from, std::size_t to, bool more) {
        const auto payload = part(segment, from, to);
        return hex("4500") + big_endian(payload.size() + 20, 2) + hex("0042") +
               big_endian(from / 8 | (more ? 0x2000U : 0U), 2) + hex("40 06 0000") + octets_of(ip("10.77.20.5")) +
               octets_of(ip("198.51.100.7")) + payload;
    };
    Wire wire;
    wire.frame(0x0800, fragment(40, segment.size(), false));
    CHECK(wire.names.empty());
    wire.frame(0x0800, fragment(0, 40, true));
    CHECK(wire.texts() == Names{"tls.example"});

    const auto fragment6 = [&](std::size_t from, std::size_t to, bool more) {
        return Octets{6, 0} + big_endian(from | (more ? 1U : 0U), 2) + hex("00000042") + part(segment, from, to);
    };
    Wire v6;
    v6.packet("2001:db8::5", "2001:db8::7", 44, fragment6(0, 40, true));
    v6.packet("2001:db8::5", "2001:db8::7", 44, fragment6(40, segment.size(), false));
    CHECK(v6.texts() == Names{"tls.example"});
}

TEST_CASE("a first fragment cut by the snap length says what it can")
{
    const auto segment = tcp({.payload = kHello + Octets(600, 0)});
    const auto packet = hex("4500") + big_endian(segment.size() + 20, 2) + hex("0042 2000 40 06 0000") +
                        octets_of(ip("10.77.20.5")) + octets_of(ip("198.51.100.7")) + segment;
    Wire wire;
    wire.process(ethernet(mac("02:1a:10:00:00:fe"), mac("02:1a:10:00:10:01"), 0x0800, packet), 0, 400);
    CHECK(wire.texts() == Names{"tls.example"});
    CHECK(wire.dissector.counters().of(Layer::fragment, DecodeError::truncated) == 1);
}

TEST_CASE("a VLAN tag and the addresses of the innermost frame reach the flow")
{
    struct Seen final : DissectorEvents {
        void on_server_name(Flow& flow, const ServerName&, Timestamp) override { last = flow; }
        Flow last;
    } seen;
    Dissector dissector({}, seen);
    const auto frame =
        ethernet(mac("02:1a:10:00:00:fe"), mac("02:1a:10:00:10:01"), 0x8100, hex("0021 0800") + hello_packet());
    Packet packet;
    packet.bytes = frame;
    packet.wire_length = static_cast<std::uint32_t>(frame.size());
    dissector.process(packet);
    CHECK(seen.last.vlan == 33);
    CHECK(seen.last.originator_mac == mac("02:1a:10:00:10:01"));
    CHECK(seen.last.responder_mac == mac("02:1a:10:00:00:fe"));
    dissector.finish();
}

TEST_CASE("neighbors say their addresses; what is broken or unknown is counted by layer")
{
    Wire wire;
    wire.packet("fe80::1", "ff02::1", 58,
                hex("88 00 0000 60000000") + octets_of(ip("2001:db8::5")) + hex("02 01 021a10001001"));
    REQUIRE(wire.addresses.size() == 1);
    CHECK(wire.addresses[0].second == ip("2001:db8::5"));
    wire.packet("fe80::1", "ff02::1", 58, hex("88 00"));
    wire.frame(0x0806, hex("0001"));
    wire.frame(0x1234, hex("00"));
    wire.frame(0x0800, hex("4f"));
    wire.process(hex("0102"));
    wire.packet("192.0.2.1", "192.0.2.2", 47, hex("0000 6558") + hex("0102"));
    const auto& counters = wire.dissector.counters();
    CHECK(counters.of(Layer::nd, DecodeError::truncated) == 1);
    CHECK(counters.of(Layer::arp, DecodeError::truncated) == 1);
    CHECK(counters.of(Layer::link, DecodeError::unsupported) == 1);
    CHECK(counters.of(Layer::link, DecodeError::truncated) == 1);
    CHECK(counters.of(Layer::ip, DecodeError::truncated) == 1);
    CHECK(counters.of(Layer::tunnel, DecodeError::truncated) == 1);
    CHECK(counters.packets == 7);
    std::string told;
    counters.for_each(
        [&](const std::string& name, std::uint64_t count) { told += name + "=" + std::to_string(count) + " "; });
    CHECK(told.find("nd.truncated=1 ") != std::string::npos);
}

TEST_CASE("a wrap is opened where the site named it, and otherwise is a packet of its sender")
{
    DissectorLimits limits;
    limits.mirrors.rules = {{Encapsulation::vxlan, {*parse_subnet("192.0.2.1")}, {}, {}}};
    const auto frame = ethernet(mac("02:1a:10:00:00:fe"), mac("02:1a:10:00:10:01"), 0x0800, hello_packet());
    const auto wrapped = udp(50'000, 4789, hex("08000000 00000100") + frame);
    Wire wire(limits);
    wire.packet("192.0.2.1", "192.0.2.2", 17, wrapped);
    CHECK(wire.names.size() == 1);
    CHECK(wire.lost(Loss::tunnel_untrusted) == 0);
    Wire forged(limits);
    forged.packet("10.77.20.9", "192.0.2.2", 17, wrapped);
    CHECK(forged.names.empty());
    CHECK(forged.lost(Loss::tunnel_untrusted) == 1);
    Wire nobody(DissectorLimits{});
    nobody.packet("192.0.2.1", "192.0.2.2", 17, wrapped);
    CHECK(nobody.names.empty());
}

TEST_CASE("a frame inside a frame is taken from nobody who may not wrap")
{
    const auto inner = ethernet(mac("02:1a:10:00:00:fe"), mac("02:1a:10:00:10:01"), 0x0800, hello_packet());
    Wire wire(DissectorLimits{});
    wire.frame(0x88e7, hex("00000001") + inner);
    CHECK(wire.names.empty());
    CHECK(wire.lost(Loss::tunnel_untrusted) == 1);
    Wire open;
    open.frame(0x88e7, hex("00000001") + inner);
    CHECK(open.names.size() == 1);
}
