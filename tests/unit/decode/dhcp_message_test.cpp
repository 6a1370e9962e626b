#include "decode/dhcp_message.hpp"

#include <doctest/doctest.h>

#include "support/hex.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const auto kPhone = hex("021a10001001");

struct Bootp {
    std::uint8_t operation = 2;
    Octets hardware = hex("01 06");
    Octets server_name = Octets(64);
    Octets boot_file = Octets(128);
    Octets cookie = hex("63825363");
};

Octets dhcp(const Octets& options, const Bootp& bootp = {})
{
    return Octets{bootp.operation} + bootp.hardware + hex("01 0000abcd 0000 0000 00000000 0a4d141f 0a4d1402 0a4d1403") +
           kPhone + Octets(10) + bootp.server_name + bootp.boot_file + bootp.cookie + options;
}

Octets option(std::uint8_t tag, const Octets& value)
{
    return Octets{tag} + with_length(value, 1);
}

Octets filled(const Octets& begin, std::size_t size)
{
    return begin + Octets(size - begin.size());
}

DhcpMessage decoded(const Octets& payload)
{
    const auto message = decode_dhcp(payload);
    REQUIRE(message);
    return *message;
}

}  // namespace

TEST_CASE("an acknowledgement gives who got which address for how long")
{
    const auto payload = dhcp(option(53, hex("05")) + option(54, hex("0a4d1401")) + option(51, hex("00000e10")) +
                              hex("00 00") + option(12, octets_of("made-up-phone")) + hex("ff"));
    const auto message = decoded(payload);
    CHECK(message.reply);
    CHECK(message.type == DhcpType::ack);
    CHECK(message.transaction == 0xabcd);
    CHECK(message.client == mac("02:1a:10:00:10:01"));
    CHECK(message.your_ip == ip("10.77.20.31"));
    CHECK(message.client_ip.family == IpAddress::Family::none);
    CHECK(message.relay_ip == ip("10.77.20.3"));
    CHECK(message.lease_seconds == 3600);
    CHECK(message.hostname == "made-up-phone");
    CHECK_FALSE(message.requested_ip);
}

TEST_CASE("a request gives what was asked for and by whom")
{
    Bootp bootp;
    bootp.operation = 1;
    const auto payload = dhcp(option(53, hex("03")) + option(50, hex("0a4d1420")) + option(61, hex("01") + kPhone) +
                                  option(81, hex("00 00 00") + octets_of("fqdn")) + hex("ff"),
                              bootp);
    const auto message = decoded(payload);
    CHECK_FALSE(message.reply);
    CHECK(message.type == DhcpType::request);
    CHECK(message.requested_ip == ip("10.77.20.32"));
    CHECK(Octets(message.client_id.begin(), message.client_id.end()) == hex("01") + kPhone);
    CHECK(message.hostname == "fqdn");
}

TEST_CASE("options overloaded into the file and server name fields are read, file first")
{
    Bootp bootp;
    bootp.boot_file = filled(option(53, hex("05")) + option(51, hex("0000003c")) + hex("ff"), 128);
    bootp.server_name = filled(option(51, hex("00000078")) + hex("ff"), 64);
    CHECK(decoded(dhcp(option(52, hex("01")), bootp)).lease_seconds == 60);
    CHECK(decoded(dhcp(option(52, hex("02")), bootp)).lease_seconds == 120);
    const auto both = decoded(dhcp(option(52, hex("03")) + hex("ff"), bootp));
    CHECK(both.type == DhcpType::ack);
    CHECK(both.lease_seconds == 120);
    CHECK_FALSE(decoded(dhcp(hex("ff"), bootp)).lease_seconds);
}

TEST_CASE("a lease time or address of a wrong length is none, not zero")
{
    const auto message = decoded(
        dhcp(option(53, {}) + option(51, hex("0e10")) + option(50, hex("0a4d")) + option(81, hex("00")) + hex("ff")));
    CHECK(message.type == DhcpType::none);
    CHECK_FALSE(message.lease_seconds);
    CHECK_FALSE(message.requested_ip);
    CHECK(message.hostname.empty());
}

TEST_CASE("a client that is no Ethernet interface has no MAC")
{
    Bootp bootp;
    bootp.hardware = hex("20 00");
    CHECK(decoded(dhcp(hex("ff"), bootp)).client.is_zero());
}

TEST_CASE("plain BOOTP and unknown operations are refused")
{
    Bootp bootp;
    bootp.cookie = hex("00000000");
    CHECK(decode_dhcp(dhcp(hex("ff"), bootp)).error() == DecodeError::unsupported);
    bootp = {};
    bootp.operation = 3;
    CHECK(decode_dhcp(dhcp(hex("ff"), bootp)).error() == DecodeError::bad_value);
}

TEST_CASE("DHCP messages cut anywhere are errors or have the options before the cut")
{
    const auto whole = dhcp(option(53, hex("05")) + option(51, hex("00000e10")) + hex("ff"));
    for_each_prefix(whole, [](const Octets& prefix) {
        const auto message = decode_dhcp(prefix);
        CHECK(message.has_value() == (prefix.size() >= 240));
        if (!message) return;
        CHECK(message->type == (prefix.size() >= 243 ? DhcpType::ack : DhcpType::none));
        CHECK(message->lease_seconds.has_value() == (prefix.size() >= 249));
    });
}

namespace {

Octets option6(unsigned code, const Octets& value)
{
    return big_endian(code, 2) + with_length(value, 2);
}

const auto kAddress = hex("20010db8000000000000000000000031");
const auto kIaAddress = option6(5, kAddress + hex("00000384 00000e10"));
const auto kDuid = hex("0001 0001 2a2a2a2a") + kPhone;

Octets relayed(std::uint8_t type, const Octets& options)
{
    return Octets{type, 0} + Octets(32) + options;
}

}  // namespace

TEST_CASE("a DHCPv6 reply gives addresses, lifetimes and the client's MAC out of its DUID")
{
    const auto payload = hex("07 00abcd") + option6(1, kDuid) + option6(2, hex("0003 0001 021a10000001")) +
                         option6(3, hex("00000001 00000000 00000000") + kIaAddress + option6(13, hex("0000"))) +
                         option6(4, hex("00000002") + kIaAddress);
    const auto message = decode_dhcpv6(payload);
    REQUIRE(message);
    CHECK(message->type == Dhcpv6Type::reply);
    CHECK(message->transaction == 0xabcd);
    CHECK(message->client_mac == mac("02:1a:10:00:10:01"));
    REQUIRE(message->addresses.size() == 2);
    CHECK(message->addresses[0].ip == ip("2001:db8::31"));
    CHECK(message->addresses[0].preferred_seconds == 900);
    CHECK(message->addresses[0].valid_seconds == 3600);
}

TEST_CASE("a DUID without an Ethernet address gives none")
{
    const auto mac_in = [](const Octets& duid) {
        return decode_dhcpv6(hex("01 000001") + option6(1, duid))->client_mac;
    };
    CHECK(mac_in(hex("0003 0001") + kPhone) == mac("02:1a:10:00:10:01"));
    CHECK_FALSE(mac_in(hex("0003 0006") + kPhone));
    CHECK_FALSE(mac_in(hex("0004") + Octets(16)));
    CHECK_FALSE(mac_in(hex("0003 0001 021a")));
    CHECK_FALSE(mac_in({}));
}

TEST_CASE("relays are unwrapped, and what a relay says of the client's link counts before its DUID")
{
    const auto inner = hex("07 00abcd") + option6(1, kDuid) + option6(3, Octets(12) + kIaAddress);
    const auto link_layer = option6(79, hex("0001 021a100010ff"));
    const auto message = decode_dhcpv6(relayed(13, option6(9, relayed(13, link_layer + option6(9, inner)))));
    REQUIRE(message);
    CHECK(message->type == Dhcpv6Type::reply);
    CHECK(message->client_mac == mac("02:1a:10:00:10:ff"));
    CHECK(message->addresses.size() == 1);
    // Of another hardware, or cut short: the DUID counts.
    for (const auto& useless : {option6(79, hex("0006 021a100010ff")), option6(79, hex("0001 021a"))}) {
        CHECK(decode_dhcpv6(relayed(12, useless + option6(9, inner)))->client_mac == mac("02:1a:10:00:10:01"));
    }
    CHECK(decode_dhcpv6(relayed(12, {}))->type == Dhcpv6Type::relay_forward);
}

TEST_CASE("relays without end are refused")
{
    Octets payload = hex("01 000001");
    for (int i = 0; i < 20; ++i) payload = relayed(12, option6(9, payload));
    CHECK(decode_dhcpv6(payload).error() == DecodeError::unsupported);
}

TEST_CASE("addresses beyond the limit are left out, and those cut short")
{
    Octets many;
    for (int i = 0; i < 20; ++i) many = many + kIaAddress;
    const auto message = decode_dhcpv6(hex("07 000001") + option6(3, Octets(12) + option6(5, kAddress) + many));
    REQUIRE(message);
    CHECK(message->addresses.size() == Dhcpv6Message::kMostAddresses);
    CHECK(message->addresses[0].valid_seconds == 3600);
    CHECK(decode_dhcpv6(hex("07 000001") + option6(3, Octets(12) + hex("0005 0018 2001")))->addresses.empty());
}

TEST_CASE("DHCPv6 messages cut anywhere are errors or have fewer options")
{
    const auto whole =
        relayed(13, option6(9, hex("07 00abcd") + option6(1, kDuid) + option6(3, Octets(12) + kIaAddress)));
    REQUIRE(decode_dhcpv6(whole)->addresses.size() == 1);
    for_each_prefix(whole, [](const Octets& prefix) {
        const auto message = decode_dhcpv6(prefix);
        CHECK(message.has_value() == (prefix.size() >= 34));
        if (message) CHECK(message->addresses.empty());
    });
}
