// What is said about who has which address, and what in it is a sign of spoofing.
#include <doctest/doctest.h>

#include "support/quic_seal.hpp"
#include "unit/capture/sensor_site.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

TEST_CASE(
    "of devices that are not enrolled nothing is told but that an address is somebody's, by no way of naming them")
{
    Site site(only({kPhone}));
    Phone{site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 1'500, 0);
    CHECK(site.dissector.flow_count() == 0);
    const auto lease = udp(67, 68, dhcp_ack(kOther, "10.77.20.6", 3'600));
    site.frame(kGateway, kOther, ip_packet(ip("10.77.20.1"), ip("10.77.20.6"), 17, lease), 1);
    site.frame(
        kOther, kGateway,
        hex("0001 0800 06 04 0002") + octets_of(kOther) + hex("0a4d1406") + octets_of(kGateway) + hex("0a4d1401"), 2,
        0x0806);
    site.frame(
        kGateway, kOther,
        ip_packet(ip("10.77.20.1"), ip("10.77.20.6"), 17, udp(53, 40'000, dns_answer("api.x.example", "198.51.100.7"))),
        3);
    Phone{site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 1'500, 20);
    site.finish();
    REQUIRE(site.seen.size() == 2);
    REQUIRE(site.of<Lease>().size() == 1);
    CHECK(site.of<Lease>()[0].mac.is_zero());
    REQUIRE(site.of<AddressSighting>().size() == 1);
    CHECK(site.of<AddressSighting>()[0].mac.is_zero());
    CHECK(site.dissector.counters().flows == 0);
    CHECK(site.sensor.counters().leases == 0);
    CHECK(site.sensor.counters().sightings == 0);
    CHECK(site.sensor.counters().others == 2);
}

TEST_CASE("a lease of a client without an Ethernet address names no device")
{
    Site site(std::make_shared<const DeviceFilter>(DeviceFilter{.all = true, .macs = {}, .ips = {}}));
    const auto lease = udp(67, 68, dhcp_ack(MacAddress{}, "10.77.20.5", 60));
    site.frame(kGateway, kPhone, ip_packet(ip("10.77.20.1"), ip("10.77.20.5"), 17, lease), 0);
    CHECK(site.of<Lease>().empty());
    CHECK(site.sensor.counters().leases == 0);
}

TEST_CASE("releases, declines and forever leases are told as such")
{
    Site site(only({kPhone}));
    const auto send = [&](const Octets& message, double at, const char* from = "10.77.20.5") {
        site.frame(kPhone, kGateway, ip_packet(ip(from), ip("10.77.20.1"), 17, udp(68, 67, message)), at);
    };
    send(dhcp_ack(kPhone, "10.77.20.5", 0xffffffff), 0);
    const auto request = [&](std::uint8_t type, const std::string& client, const Octets& options) {
        return hex("0101 0600 12345678 0000 0000") + octets_of(ip(client)) + Octets(12, 0) + octets_of(kPhone) +
               Octets(202, 0) + hex("63825363 3501") + Octets{type} + options + Octets{0xff};
    };
    send(request(7, "10.77.20.5", {}), 1);                            // RELEASE
    send(request(4, "0.0.0.0", hex("3204 0a4d1409")), 2, "0.0.0.0");  // DECLINE
    send(request(1, "0.0.0.0", {}), 3);                               // DISCOVER: no lease
    const auto leases = site.of<Lease>();
    REQUIRE(leases.size() == 3);
    CHECK(leases[0].until == Timestamp::max());
    CHECK(leases[1].ended == second(1));
    CHECK(leases[2].ip == ip("10.77.20.9"));
    CHECK(leases[2].ended == second(2));
}

TEST_CASE("DHCPv6 replies and releases are leases too")
{
    Site site(only({kPhone}));
    const auto message = [&](std::uint8_t type, std::uint32_t valid) {
        const auto address =
            hex("0005 0018") + octets_of(ip("2001:db8::5")) + big_endian(valid, 4) + big_endian(valid, 4);
        return Octets{type} + hex("123456 0001 000a 0003 0001") + octets_of(kPhone) + hex("0003") +
               with_length(Octets(12, 0) + address, 2);
    };
    const auto send = [&](const Octets& payload, double at, const MacAddress& from = kGateway) {
        site.frame(from, kPhone, ip_packet(ip("fe80::1"), ip("fe80::2"), 17, udp(547, 546, payload)), at, 0x86dd);
    };
    send(message(7, 600), 0);
    send(message(7, 0), 1);
    send(message(8, 600), 2, kPhone);
    send(message(1, 600), 3);
    const auto leases = site.of<Lease>();
    REQUIRE(leases.size() == 3);
    CHECK(leases[0].source == LeaseSource::dhcpv6_snooped);
    CHECK(leases[0].until == second(600));
    CHECK(leases[1].ended == second(1));
    CHECK(leases[2].ended == second(2));
}

TEST_CASE("an address in use is told once a minute")
{
    Site site(only({kPhone}));
    const auto arp =
        hex("0001 0800 06 04 0002") + octets_of(kPhone) + hex("0a4d1405") + octets_of(kGateway) + hex("0a4d1401");
    for (const double at : {0.0, 1.0, 59.0, 60.0, 61.0}) site.frame(kPhone, kGateway, arp, at, 0x0806);
    CHECK(site.of<AddressSighting>().size() == 2);
    CHECK(site.sensor.counters().sightings == 2);
}

TEST_CASE("a device that is nobody's with an enrolled device's address makes no exchange, and is told without its MAC")
{
    Site site(only({kPhone}, {ip("10.77.20.5")}));
    Phone{site, kOther}.post("api.x.example", 1'500, 0);
    site.finish();
    CHECK(site.of<Exchange>().empty());
    CHECK(site.dissector.counters().flows == 0);
    CHECK(kinds(site) == Kinds{Suspicion::Kind::stranger_at_address});
    CHECK(site.of<Suspicion>()[0].what.find(to_string(kOther)) == std::string::npos);
    REQUIRE(site.of<AddressSighting>().size() == 1);
    CHECK(site.of<AddressSighting>()[0].mac.is_zero());
    CHECK(site.of<AddressSighting>()[0].on_frame);
}

TEST_CASE("where RADIUS may tell more, a MAC that is nobody's yet is told along")
{
    auto filter = std::make_shared<DeviceFilter>(*only({kPhone}));
    filter->late_names = true;
    Site site(filter);
    site.frame(kOther, kGateway, arp_of(kOther, "10.77.20.6"), 0, 0x0806);
    REQUIRE(site.of<AddressSighting>().size() == 1);
    CHECK(site.of<AddressSighting>()[0].mac == kOther);
}

TEST_CASE(
    "a MAC that carries many enrolled devices' addresses is learnt as a router, but not for addresses on this link")
{
    std::unordered_set<IpAddress> ips;
    for (int i = 1; i <= 9; ++i) ips.insert(ip("10.78.0." + std::to_string(i)));
    Site site(only({kPhone}, ips));
    site.frame(kGateway, kGateway, arp_of(kGateway, "10.78.0.9"), 0, 0x0806);
    for (int i = 9; i >= 1; --i)
        Phone{site, kOther, kGateway, "10.78.0." + std::to_string(i)}.post("api.x.example", 1'500, 20 - i);
    const auto told = kinds(site);
    CHECK(std::ranges::count(told, Suspicion::Kind::router_learnt) == 1);
    Phone{site, kOther, kGateway, "10.78.0.1", 50'010}.post("api.x.example", 1'500, 25);
    Phone{site, kOther, kGateway, "10.78.0.9", 50'009}.post("api.x.example", 1'500, 30);
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(exchanges.size() == 1);  // in the second in which it was learnt nothing is followed yet
    CHECK(exchanges[0].device == Device{MacAddress{}, ip("10.78.0.1")});
}

TEST_CASE("a MAC that asked with other software minutes before its login was told is two devices, too")
{
    auto filter = std::make_shared<DeviceFilter>(*only({kOther}));
    filter->late_names = true;
    Site site(filter);
    const auto ask = [&](const char* options, double at) {
        site.frame(
            kPhone, kGateway,
            ip_packet(ip("0.0.0.0"), ip("255.255.255.255"), 17, udp(68, 67, dhcp_request(kPhone, 3, hex(options)))),
            at);
    };
    ask("3703010306", 1);
    site.sensor.set_filter(only({kPhone}));
    SUBCASE("asking as before says nothing")
    {
        ask("3703010306", 40);
        CHECK(site.of<Suspicion>().empty());
    }
    SUBCASE("asking otherwise does")
    {
        ask("370401030f2b", 40);
        CHECK(kinds(site) == Kinds{Suspicion::Kind::two_devices});
    }
    SUBCASE("after ten minutes nothing is known of before")
    {
        ask("370401030f2b", 700);
        CHECK(site.of<Suspicion>().empty());
    }
}

TEST_CASE("packets that came over one hop more are told as a device's behind this one")
{
    Site site(only({kPhone}));
    const auto send = [&](std::uint8_t hops, std::uint16_t port, const Octets& payload, double at) {
        auto packet = ip_packet(ip("10.77.20.5"), ip("198.51.100.7"), 17, udp(port, 443, payload));
        packet[8] = hops;
        site.frame(kPhone, kGateway, packet, at);
    };
    const auto hello = seal_initial({.source_id = {},
                                     .token = {},
                                     .frames = crypto_frame(0, client_hello(server_name_extension("api.x.example")))});
    for (const auto hops : {std::uint8_t{64}, std::uint8_t{63}, std::uint8_t{127}}) {
        const auto port = static_cast<std::uint16_t>(40'000 + hops);
        send(hops, port, hello, hops);
        send(hops, port, Octets{0x40} + Octets(900, 3), hops + 0.1);
    }
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(exchanges.size() == 3);
    for (const auto& exchange : exchanges) CHECK(exchange.device.behind == (exchange.flow != 1));
    CHECK(kinds(site) == Kinds{Suspicion::Kind::device_behind});  // both within a second: told once
}

TEST_CASE("a MAC that is in two VLANs by turns, or asks with two kinds of software, is two devices")
{
    Site site(only({kPhone}));
    const auto seen = [&](std::uint16_t vlan, double at) {
        site.frame(kPhone, kGateway, arp_of(kPhone, "10.77.20.5"), at, 0x0806, vlan);
    };
    seen(30, 0);
    seen(0, 1);
    seen(40, 60);   // it moved
    seen(30, 150);  // and back, later
    CHECK(site.of<Suspicion>().empty());
    seen(40, 170);
    REQUIRE(kinds(site) == Kinds{Suspicion::Kind::two_devices});
    CHECK(site.of<Suspicion>()[0].mac == kPhone);
    const auto ask = [&](const char* options, double at) {
        site.frame(
            kPhone, kGateway,
            ip_packet(ip("0.0.0.0"), ip("255.255.255.255"), 17, udp(68, 67, dhcp_request(kPhone, 3, hex(options)))),
            at);
    };
    ask("3703 010306 3c03 616263", 200);
    ask("3703 010306 3c03 616263", 201);
    CHECK(site.of<Suspicion>().size() == 1);
    ask("3703 010306 3c03 616264", 202);
    CHECK(kinds(site).back() == Suspicion::Kind::two_devices);
    CHECK(site.of<Suspicion>().size() == 2);
}

TEST_CASE("answers of another DHCP server than the first, or the listed, are told and not believed")
{
    const auto ack = [&](Site& site, const MacAddress& server, const char* address, double at) {
        site.frame(server, kPhone,
                   ip_packet(ip(address), ip("10.77.20.5"), 17, udp(67, 68, dhcp_ack(kPhone, "10.77.20.5", 60))), at);
    };
    Site site(only({kPhone}));
    ack(site, kGateway, "10.77.20.1", 0);
    ack(site, kOther, "10.77.20.1", 20);  // the server's address is not enough
    ack(site, kOther, "10.77.20.66", 40);
    ack(site, kGateway, "10.77.20.1", 60);
    CHECK(site.of<Lease>().size() == 2);
    CHECK(kinds(site) == Kinds{Suspicion::Kind::unknown_dhcp_server, Suspicion::Kind::unknown_dhcp_server});
    CHECK(site.of<Suspicion>()[1].what.find("10.77.20.66") != std::string::npos);

    Site listed(only({kPhone}), {},
                {.routers = {}, .dhcp_servers = {ip("10.77.20.1"), ip("10.77.20.2")}, .dhcp_server_macs = {}});
    ack(listed, kOther, "10.77.20.66", 0);
    ack(listed, kGateway, "10.77.20.1", 20);
    ack(listed, kPhone, "10.77.20.2", 40);
    ack(listed, kOther, "10.77.20.2", 60);
    CHECK(listed.of<Lease>().size() == 2);
    CHECK(listed.of<Suspicion>().size() == 2);
}

TEST_CASE("a release or an ARP that comes in another device's frame is told and not believed")
{
    Site site(only({kPhone}));
    const auto release = udp(68, 67, dhcp_request(kPhone, 7, {}, "10.77.20.5"));
    site.frame(kOther, kGateway, ip_packet(ip("10.77.20.5"), ip("10.77.20.1"), 17, release), 0);
    site.frame(kPhone, kGateway, ip_packet(ip("10.77.20.9"), ip("10.77.20.1"), 17, release), 1);
    site.frame(kOther, kGateway, arp_of(kPhone, "10.77.20.5"), 2, 0x0806);
    CHECK(site.of<Lease>().empty());
    CHECK(site.of<AddressSighting>().empty());
    CHECK(kinds(site) ==
          Kinds{Suspicion::Kind::forged_dhcp, Suspicion::Kind::forged_dhcp, Suspicion::Kind::forged_address});
}

TEST_CASE("one that shouts many addresses is heard in a budget, but for those of enrolled devices")
{
    SensorLimits limits;
    limits.others_per_second = 10;
    Site site(only({kPhone}, {ip("10.77.20.5")}), limits);
    for (int i = 0; i < 100; ++i)
        site.frame(kOther, kGateway, arp_of(kOther, ("10.77.21." + std::to_string(i)).c_str()), 0.5, 0x0806);
    CHECK(site.of<AddressSighting>().size() == 10);
    CHECK(site.sensor.counters().others_refused == 90);
    CHECK(kinds(site) == Kinds{Suspicion::Kind::evidence_lost});
    site.frame(kOther, kGateway, arp_of(kOther, "10.77.20.5"), 0.6, 0x0806);
    CHECK(site.of<AddressSighting>().size() == 11);
}

TEST_CASE("suspicions about invented addresses are told in a budget")
{
    SensorLimits limits;
    limits.others_per_second = 10;
    Site site(only({kPhone}), limits);
    site.frame(kGateway, kPhone,
               ip_packet(ip("10.77.20.1"), ip("10.77.20.5"), 17, udp(67, 68, dhcp_ack(kPhone, "10.77.20.5", 60))), 0.1);
    for (int i = 0; i < 200; ++i) {
        const auto address = "10.77.21." + std::to_string(i);
        site.frame(kOther, kPhone,
                   ip_packet(ip("10.77.20.66"), ip(address), 17, udp(67, 68, dhcp_ack(kOther, address, 60))), 0.5);
    }
    CHECK(site.of<Suspicion>().size() <= 12);
}
