#include "decode/tunnel.hpp"

#include <doctest/doctest.h>

#include <string>

#include "decode/ip.hpp"
#include "decode/link_layer.hpp"
#include "support/hex.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const auto kIp4 = hex("45000014 00000000 40110000 0a4d141f 0a4d1401");
const auto kIp6 = hex("60000000 0000 3b 40 20010db8000000000000000000000031 20010db8000000000000000000000001");
const auto kFrame = hex("021a10000001 021a10001001 0800") + kIp4;

// "" for nothing, "?" for something unexpected.
std::string inside(const std::optional<TunnelPayload>& inner)
{
    if (!inner) return "";
    const Octets bytes(inner->bytes.begin(), inner->bytes.end());
    const std::string what = bytes == kIp4 ? "ipv4" : bytes == kIp6 ? "ipv6" : bytes == kFrame ? "frame" : "?";
    const std::string type = inner->wlan ? " wlan" : inner->ether_type == 0 ? "" : " typed";
    return what + type;
}

std::string by_protocol(std::uint8_t protocol, const Octets& bytes)
{
    return inside(open_ip_tunnel(protocol, bytes));
}
std::string gre(const Octets& bytes)
{
    return by_protocol(ip_protocol::gre, bytes);
}
std::string to_port(std::uint16_t port, const Octets& bytes)
{
    return inside(open_udp_tunnel(50'000, port, bytes));
}
std::string from_port(std::uint16_t port, const Octets& bytes)
{
    return inside(open_udp_tunnel(port, 50'000, bytes));
}

}  // namespace

TEST_CASE("IP in IP and EtherIP are opened")
{
    CHECK(by_protocol(ip_protocol::ipv4, kIp4) == "ipv4");
    CHECK(by_protocol(ip_protocol::ipv6, kIp6) == "ipv6");
    CHECK(by_protocol(ip_protocol::etherip, hex("3000") + kFrame) == "frame typed");
    CHECK(by_protocol(ip_protocol::ipv4, hex("45")).empty());
    CHECK(by_protocol(ip_protocol::ipv4, hex("50") + Octets(19)).empty());
    CHECK(by_protocol(ip_protocol::icmp, kIp4).empty());
}

TEST_CASE("GRE is opened with each of its optional fields")
{
    CHECK(gre(hex("0000 0800") + kIp4) == "ipv4 typed");
    CHECK(gre(hex("8000 86dd 00000000") + kIp6) == "ipv6 typed");
    CHECK(gre(hex("b000 6558 00000000 00000001 00000002") + kFrame) == "frame typed");
    CHECK(gre(hex("0002 0800") + kIp4).empty());  // a version that is not there
    CHECK(gre(hex("0000 0800")).empty());
    CHECK(gre(hex("3000 0800 00000001 0000")).empty());
}

TEST_CASE("GRE of PPTP holds PPP")
{
    const auto bytes = hex("3081 880b 0018 0001 00000001 00000000") + hex("0021") + kIp4;
    const auto inner = open_ip_tunnel(ip_protocol::gre, bytes);
    REQUIRE(inner);
    CHECK(inner->ether_type == 0x880b);
    CHECK(inner->bytes.size() == 22);
}

TEST_CASE("mirrored frames of ERSPAN types I, II and III are opened")
{
    CHECK(gre(hex("0000 88be") + kFrame) == "frame typed");
    CHECK(gre(hex("1000 88be 00000001 1001000100000000") + kFrame) == "frame typed");
    CHECK(gre(hex("1000 22eb 00000001 200100010000000000000000") + kFrame) == "frame typed");
    CHECK(gre(hex("1000 22eb 00000001 200100010000000000000001 0000000000000000") + kFrame) == "frame typed");
    CHECK(gre(hex("1000 22eb 00000001 2001")).empty());
}

TEST_CASE("a controller's GRE holds 802.11 frames, and GRE without a type holds IP")
{
    CHECK(gre(hex("0000 8200") + kFrame) == "frame wlan");
    CHECK(gre(hex("0000 0000") + kIp4) == "ipv4");
}

TEST_CASE("VXLAN is opened on both of its ports, when it is valid")
{
    CHECK(to_port(4789, hex("08000000 00002a00") + kFrame) == "frame typed");
    CHECK(to_port(8472, hex("08000000 00002a00") + kFrame) == "frame typed");
    CHECK(to_port(4789, hex("00000000 00002a00") + kFrame).empty());
    CHECK(from_port(4789, hex("08000000 00002a00") + kFrame).empty());  // answers have a port of their own
}

TEST_CASE("VXLAN-GPE says what is inside, a service header among it")
{
    CHECK(to_port(4790, hex("0c000001 00002a00") + kIp4) == "ipv4 typed");
    CHECK(to_port(4790, hex("0c000002 00002a00") + kIp6) == "ipv6 typed");
    CHECK(to_port(4790, hex("0c000003 00002a00") + kFrame) == "frame typed");
    CHECK(to_port(4790, hex("08000000 00002a00") + kFrame) == "frame typed");
    CHECK(to_port(4790, hex("0c000004 00002a00 0002 0101 00000000") + kIp4) == "ipv4 typed");
    CHECK(to_port(4790, hex("0c000009 00002a00") + kIp4).empty());
    CHECK(to_port(4790, hex("0c0000")).empty());
}

TEST_CASE("a service header is opened by what it says is next")
{
    CHECK(inside(open_nsh(hex("0006 0101 00000000") + Octets(16) + kIp4)) == "ipv4 typed");
    CHECK(inside(open_nsh(hex("0002 0202 00000000") + kIp6)) == "ipv6 typed");
    CHECK(inside(open_nsh(hex("0002 0203 00000000") + kFrame)) == "frame typed");
    CHECK(inside(open_nsh(hex("0002 0209 00000000") + kIp4)).empty());
    CHECK(inside(open_nsh(hex("0001 0201 00000000") + kIp4)).empty());
}

TEST_CASE("Geneve is opened, options skipped")
{
    CHECK(to_port(6081, hex("00 00 6558 00002a00") + kFrame) == "frame typed");
    CHECK(to_port(6081, hex("02 00 0800 00002a00 0000000000000000") + kIp4) == "ipv4 typed");
    CHECK(to_port(6081, hex("40 00 0800 00002a00") + kIp4).empty());
    CHECK(to_port(6081, hex("02 00 0800 00002a00 00000000")).empty());
}

TEST_CASE("GTP-U's G-PDU is opened, options and extension headers skipped")
{
    CHECK(to_port(2152, hex("30 ff 0014 00000001") + kIp4) == "ipv4");
    CHECK(from_port(2152, hex("32 ff 0018 00000001 0007 00 00") + kIp4) == "ipv4");
    CHECK(to_port(2152, hex("34 ff 0020 00000001 0000 00 85 | 01 1001 c0 | 01 0000 00") + kIp4) == "ipv4");
    CHECK(to_port(2152, hex("34 ff 0020 00000001 0000 00 85 | 00 1001 00") + kIp4).empty());
    CHECK(to_port(2152, hex("32 01 0004 00000000 0000 00 00")).empty());  // echo request
    CHECK(to_port(2152, hex("50 ff 0014 00000001") + kIp4).empty());
    CHECK(to_port(2152, hex("30 ff 0014 00000001") + Octets(20)).empty());
}

TEST_CASE("Teredo is opened, with and without its indications")
{
    CHECK(to_port(3544, kIp6) == "ipv6 typed");
    CHECK(from_port(3544, hex("0000 cafe 0a4d141f") + kIp6) == "ipv6 typed");
    CHECK(to_port(3544, hex("0001 02 01 aaaa bb 0000000000000000 00") + hex("0000 cafe 0a4d141f") + kIp6) ==
          "ipv6 typed");
    CHECK(to_port(3544, hex("0000")).empty());
    CHECK(to_port(3544, kIp4 + kIp4).empty());
}

TEST_CASE("AYIYA, L2TP, LISP and CAPWAP are opened")
{
    CHECK(to_port(5072, hex("41 52 11 29 00000000") + Octets(16) + Octets(20) + kIp6) == "ipv6");
    CHECK(to_port(5072, hex("41 52 11 3b 00000000") + Octets(36) + kIp6).empty());
    CHECK(to_port(4341, hex("8000000000000000") + kIp4) == "ipv4");
    CHECK(to_port(4341, hex("80000000")).empty());

    const auto l2tp = hex("4a02 0020 0001 0002 0000 0000 0002 aaaa") + hex("ff03 0021") + kIp4;
    const auto session = open_udp_tunnel(1701, 1701, l2tp);
    REQUIRE(session);
    CHECK(session->ether_type == 0x880b);
    CHECK(session->bytes.size() == 24);
    CHECK(to_port(1701, hex("c802 000c 0001 0000 0000 0000")).empty());  // control message
    CHECK(to_port(1701, hex("0003 0001 0002") + kIp4).empty());

    CHECK(to_port(5247, hex("0010 0000 00000000") + kFrame) == "frame typed");
    CHECK(from_port(5247, hex("0010 4300 00000000") + kFrame) == "frame wlan");
    CHECK(to_port(5247, hex("0010 0080 00000000") + kFrame).empty());  // fragment
    CHECK(to_port(5247, hex("0010 0008 00000000") + kFrame).empty());  // keep-alive
    CHECK(to_port(5247, hex("0100 0000") + kFrame).empty());           // DTLS
    CHECK(to_port(5247, hex("0008 0000") + kFrame).empty());           // header shorter than it can be
}

TEST_CASE("a port without a tunnel holds none")
{
    CHECK(to_port(443, kIp4).empty());
}

TEST_CASE("tunnels cut anywhere open to nothing or to less, and never read beyond their end")
{
    const Octets samples[] = {
        hex("b000 22eb 00000000 00000001 00000002 200100010000000000000001 0000000000000000") + kFrame,
        hex("3081 880b 0018 0001 00000001 00000000 0021") + kIp4,
        hex("34 ff 0020 00000001 0000 00 85 | 01 1001 c0 | 01 0000 00") + kIp4,
        hex("0001 02 01 aaaa bb 0000000000000000 00 0000 cafe 0a4d141f") + kIp6,
        hex("0c000004 00002a00 0002 0101 00000000") + kIp4,
        hex("4a02 0020 0001 0002 0000 0000 0002 aaaa ff03 0021") + kIp4,
        hex("02 00 0800 00002a00 0000000000000000") + kIp4,
        hex("0010 4300 00000000") + kFrame,
        hex("41 52 11 29 00000000") + Octets(36) + kIp6};
    const std::uint16_t ports[] = {4789, 8472, 4790, 6081, 2152, 3544, 5072, 1701, 5247, 4341};
    for (const auto& sample : samples) {
        for_each_prefix(sample, [&](const Octets& prefix) {
            const auto bounded = [&prefix](const std::optional<TunnelPayload>& inner) {
                return !inner || (!inner->bytes.empty() && inner->bytes.size() <= prefix.size() &&
                                  inner->bytes.data() + inner->bytes.size() == prefix.data() + prefix.size());
            };
            for (const auto port : ports) CHECK(bounded(open_udp_tunnel(port, port, prefix)));
            CHECK(bounded(open_ip_tunnel(ip_protocol::gre, prefix)));
            CHECK(bounded(open_ip_tunnel(ip_protocol::etherip, prefix)));
            CHECK(bounded(open_nsh(prefix)));
        });
    }
}
