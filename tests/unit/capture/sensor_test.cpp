#include "capture/sensor.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/dns.hpp"
#include "support/quic_seal.hpp"
#include "unit/capture/sensor_site.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

TEST_CASE("a post of an enrolled device to a platform is one exchange")
{
    Site site(only({kPhone}));
    Phone{site}.post("api.x.example", 1'500, 0);
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(exchanges.size() == 1);
    CHECK(exchanges[0].device.mac == kPhone);
    CHECK(exchanges[0].device.ip == ip("10.77.20.5"));
    CHECK(exchanges[0].server_name == "api.x.example");
    CHECK(exchanges[0].transport == Transport::tls);
    CHECK(exchanges[0].up_bytes == 1'500);
    CHECK(exchanges[0].down_bytes == 400);
    CHECK(site.sensor.counters().exchanges == 1);
}

// Or the engine's time would pass a post's hold before what followed the post is told.

TEST_CASE(
    "what a silence ended is told before what the packet after it tells: exchange, then slice, lease and sighting")
{
    const auto first_after = [](auto&& packet) {
        Site site(only({kPhone}));
        Phone{site}.post("api.x.example", 1'500, 0);
        CHECK(site.of<Exchange>().empty());
        site.seen.clear();
        packet(site);
        REQUIRE(!site.seen.empty());
        return std::holds_alternative<Exchange>(site.seen.front());
    };
    CHECK(first_after([](Site& site) { Phone{.site = site, .port = 50'001}.up({}, 15, 0x02); }));
    CHECK(first_after([](Site& site) {
        site.frame(
            kGateway, kPhone,
            ip_packet(ip("10.77.20.1"), ip("10.77.20.5"), 17, udp(67, 68, dhcp_ack(kPhone, "10.77.20.5", 3'600))), 15);
    }));
    CHECK(first_after([](Site& site) {
        site.frame(kPhone, kGateway,
                   hex("0001080006040001") + octets_of(kPhone) + octets_of(ip("10.77.20.5")) + Octets(6, 0) +
                       octets_of(ip("10.77.20.1")),
                   15, 0x0806);
    }));
}

TEST_CASE("behind a router a device is known by the address it was leased, until the lease ends")
{
    Site site(only({kPhone}), {}, {.routers = {kOther}, .dhcp_servers = {}, .dhcp_server_macs = {}});
    const auto lease = [&](std::uint32_t seconds, double at) {
        const auto message = udp(67, 68, dhcp_ack(kPhone, "10.77.20.5", seconds));
        site.frame(kGateway, kPhone, ip_packet(ip("10.77.20.1"), ip("10.77.20.5"), 17, message), at);
    };
    lease(60, 0);
    // The frame's addresses are two routers'.
    Phone{site, kOther, kGateway}.post("api.x.example", 1'500, 1);
    Phone{site, kOther, kGateway, "10.77.20.5", 50'001}.post("api.x.example", 1'500, 61);
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(exchanges.size() == 1);
    CHECK(exchanges[0].device.mac.is_zero());
    CHECK(exchanges[0].device.ip == ip("10.77.20.5"));
    REQUIRE(site.of<Lease>().size() == 1);
    CHECK(site.of<Lease>()[0].until == second(60));
}

TEST_CASE("behind a router an address given by a lease feed is enough")
{
    Site site(only({}, {ip("10.77.20.5")}), {}, {.routers = {kOther}, .dhcp_servers = {}, .dhcp_server_macs = {}});
    Phone{site, kOther}.post("api.x.example", 1'500, 0);
    site.finish();
    CHECK(site.of<Exchange>().size() == 1);
}

TEST_CASE("a device taken out of the filter loses its state at the next packet, one put in gains it")
{
    Site site(only({kPhone}));
    Phone phone{site};
    phone.up({}, 0, 0x02);
    phone.up(hello_to("api.x.example"), 0.1);
    phone.up(tls_record(Octets(1'500, 1), 23), 0.2);
    site.sensor.set_filter(only({kOther}));
    phone.down(tls_record(Octets(400, 1), 23), 0.5);
    Phone{site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 900, 1);
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(exchanges.size() == 1);
    CHECK(exchanges[0].device.mac == kOther);
}

TEST_CASE("a filter that adds to the one in force takes nothing from a device under way, one made anew does")
{
    Site site(only({}));
    const auto base = only({kPhone});
    const auto adding = [&](const std::shared_ptr<const DeviceFilter>& to) {
        auto filter = std::make_shared<DeviceFilter>();
        filter->macs.insert(kOther);
        filter->base = to;
        return filter;
    };
    site.sensor.set_filter(base);
    Phone phone{site};
    phone.up({}, 0, 0x02);
    phone.up(hello_to("api.x.example"), 0.1);
    phone.up(tls_record(Octets(1'500, 1), 23), 0.2);
    site.sensor.set_filter(adding(base));
    phone.down(tls_record(Octets(400, 1), 23), 0.5);
    Phone{site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 900, 1);
    phone.up(tls_record(Octets(1'500, 1), 23), 4);
    site.sensor.set_filter(adding(only({})));
    phone.down(tls_record(Octets(400, 1), 23), 4.5);
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(exchanges.size() == 2);
    CHECK(std::ranges::count(exchanges, kPhone, [](const Exchange& e) { return e.device.mac; }) == 1);
}

TEST_CASE("servers of no platform share one volume, and their names are nowhere")
{
    Site site(only({kPhone}));
    Phone{site}.post("one.example", 1'000, 0);
    Phone{site, kPhone, kGateway, "10.77.20.5", 50'001}.post("two.example", 1'000, 1);
    Phone{site, kPhone, kGateway, "10.77.20.5", 50'002}.post("api.x.example", 1'000, 2);
    site.finish();
    CHECK(site.of<Exchange>().size() == 1);
    const auto volumes = site.of<TrafficVolume>();
    REQUIRE(volumes.size() == 2);
    CHECK(volumes[0].platform.empty());
    CHECK(volumes[0].up > 2'000);
    CHECK(volumes[1].platform == "x");
    CHECK(volumes[1].named == volumes[1].up + volumes[1].down);
}

TEST_CASE("a hello behind an outer name is a hidden server: volume is counted, no exchange is made up")
{
    Site site(only({kPhone}));
    Phone phone{site};
    phone.up({}, 0, 0x02);
    phone.up(tls_record(client_hello(server_name_extension("outer.example") + extension(0xfe0d, Octets(40, 0)))), 0.1);
    phone.up(tls_record(Octets(1'500, 1), 23), 0.2);
    site.finish();
    CHECK(site.of<Exchange>().empty());
    CHECK(site.sensor.counters().encrypted_hellos == 1);
    REQUIRE(site.of<TrafficVolume>().size() == 1);
    CHECK(site.of<TrafficVolume>()[0].encrypted > 0);
    CHECK(site.sensor.is_outer_name("outer.example"));
    CHECK_FALSE(site.sensor.is_outer_name("api.x.example"));
}

TEST_CASE("QUIC and HTTP in clear have their transports, a name by DNS its origin")
{
    Site site(only({kPhone}));
    const auto datagram = [&](const Octets& payload, double at, std::uint16_t port) {
        site.frame(kPhone, kGateway, ip_packet(ip("10.77.20.5"), ip("198.51.100.7"), 17, udp(port, 443, payload)), at);
    };
    datagram(seal_initial({.source_id = {},
                           .token = {},
                           .frames = crypto_frame(0, client_hello(server_name_extension("api.x.example")))}),
             0, 40'001);
    datagram(Octets{0x40} + Octets(900, 3), 0.1, 40'001);
    Phone web{site, kPhone, kGateway, "10.77.20.5", 50'001, 80};
    web.up(octets_of("POST / HTTP/1.1\r\nHost: api.x.example\r\nContent-Length: 5\r\n\r\nhello"), 10);
    site.frame(kPhone, kGateway,
               ip_packet(ip("10.77.20.5"), ip("10.77.20.1"), 17, udp(40'000, 53, dns_question("upload.x.example"))),
               20);
    site.frame(kGateway, kPhone,
               ip_packet(ip("10.77.20.1"), ip("10.77.20.5"), 17,
                         udp(53, 40'000, dns_answer("upload.x.example", "198.51.100.7"))),
               20);
    Phone nameless{site, kPhone, kGateway, "10.77.20.5", 50'002};
    nameless.up(octets_of("who knows what this is"), 21);
    nameless.up(tls_record(Octets(700, 1), 23), 22);
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(exchanges.size() == 3);
    CHECK(exchanges[0].transport == Transport::quic);
    CHECK(exchanges[0].up_bytes == 901);
    CHECK(exchanges[1].transport == Transport::clear);
    CHECK(exchanges[2].name_origin == NameOrigin::dns);
    CHECK(exchanges[2].server_name == "upload.x.example");
}

TEST_CASE("where a capture begins with the server, the device is the other side")
{
    Site site(only({kPhone, kGateway}));
    Phone phone{site};
    phone.down(tls_record(Octets(400, 1), 23), 0);
    phone.up(hello_to("api.x.example"), 0.1);
    phone.up(tls_record(Octets(900, 1), 23), 0.2);
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(exchanges.size() == 1);
    CHECK(exchanges[0].device.mac == kPhone);
    CHECK(exchanges[0].up_bytes == 900);
}

TEST_CASE("every table has its bound, and what is refused is counted")
{
    SensorLimits limits;
    limits.flows = 3;
    limits.trackers = 1;
    limits.volume_entries = 1;
    limits.addresses = 1;
    Site site(only({kPhone}), limits);
    for (std::uint16_t port = 1; port <= 5; ++port) {
        Phone phone{site, kPhone, kGateway, "10.77.20.5", port};
        phone.up({}, 0, 0x02);
        phone.up(hello_to(port == 1 ? "other.example" : "api.x.example"), 0.1);
        phone.up(tls_record(Octets(900, 1), 23), 0.2);
    }
    for (const auto* address : {"10.77.20.5", "10.77.20.6"}) {
        site.frame(kGateway, kPhone,
                   ip_packet(ip("10.77.20.1"), ip(address), 17, udp(67, 68, dhcp_ack(kPhone, address, 60))), 1);
        site.frame(kPhone, kGateway,
                   hex("0001 0800 06 04 0002") + octets_of(kPhone) + octets_of(ip(address)) + octets_of(kGateway) +
                       hex("0a4d1401"),
                   1, 0x0806);
    }
    site.finish();
    const auto counters = site.sensor.counters();
    CHECK(counters.flows_refused > 0);
    CHECK(counters.trackers_refused == 1);
    CHECK(counters.volumes_refused > 0);
    CHECK(counters.addresses_refused == 3);
    CHECK(site.of<Exchange>().size() == 1);
    CHECK(site.of<Lease>().size() == 2);
}

TEST_CASE("one device that fills its share of connections and trackers leaves a colleague's as they were")
{
    SensorLimits limits;
    limits.flows = 200;
    limits.trackers = 100;
    Site site(only({kPhone, kOther}), limits);
    for (std::uint16_t port = 1; port <= 300; ++port) {
        Phone phone{site, kPhone, kGateway, "10.77.20.5", port};
        phone.up({}, 0, 0x02);
        phone.up(hello_to("api.x.example"), 0.1);
    }
    CHECK(site.sensor.counters().flows_refused > 0);
    CHECK(site.sensor.rows().trackers <= 64);
    CHECK(kinds(site) == Kinds{Suspicion::Kind::flood});
    Phone{site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 900, 1);
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(!exchanges.empty());
    CHECK(std::ranges::count(exchanges, kOther, [](const Exchange& each) { return each.device.mac; }) == 1);
}

TEST_CASE("invented addresses widen neither a phone's share of the flows nor a stranger's who sends to a colleague")
{
    DissectorLimits wire;
    wire.flows = 1'024;
    SensorLimits limits;
    limits.flows = 256;
    Site site(only({kPhone, kOther}), limits, {}, wire);
    const auto stranger = mac("02:1a:10:00:99:99");
    for (unsigned i = 0; i < 2'000; ++i) {
        const auto invented = "10.78." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1);
        const auto syn = tcp({.source = static_cast<std::uint16_t>(1'024 + i), .flags = 0x02, .payload = {}});
        site.frame(kPhone, kGateway, ip_packet(ip(invented), ip("198.51.100.7"), 6, syn), i * 0.001);
        site.frame(stranger, kOther, ip_packet(ip(invented), ip("10.77.20.6"), 6, syn), i * 0.001);
    }
    const auto share = share_of(wire.flows);
    CHECK(site.dissector.flow_count() == 2 * share);
    CHECK(site.dissector.counters().of(Loss::flow_share_full) == 4'000 - 2 * share);
    CHECK(site.dissector.counters().of(Loss::flow_table_full) == 0);
    Phone{site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 900, 3);
    site.finish();
    CHECK(site.of<Exchange>().size() == 1);
}

TEST_CASE("a conversation that a stranger began is its device's share once the device speaks")
{
    DissectorLimits wire;
    wire.flows = 1'024;
    wire.hello_flows = 512;
    Site site(only({kPhone, kOther}), {}, {}, wire);
    const auto stranger = mac("02:1a:10:00:99:99");
    const auto half = tcp({.source = 443, .destination = 40'000, .payload = hex("16 03 01 02 00 01 00")});
    for (unsigned i = 0; i < 100; ++i)
        site.frame(stranger, kOther, ip_packet(ip("10.78.0." + std::to_string(i)), ip("10.77.20.6"), 6, half), 0.1);
    // The servers' side of the colleague's connection, forged before it begins.
    const auto forged = tcp({.source = 443, .destination = 50'000, .flags = 0x10, .payload = {}});
    site.frame(stranger, kOther, ip_packet(ip("198.51.100.7"), ip("10.77.20.6"), 6, forged), 0.2);
    CHECK(site.dissector.flow_count() == 101);
    CHECK(site.dissector.counters().of(Loss::hello_share_full) > 0);
    Phone phone{site, kOther, kGateway, "10.77.20.6"};
    const auto hello = hello_to("api.x.example");
    phone.up(Octets(hello.begin(), hello.begin() + 60), 0.3);
    phone.up(Octets(hello.begin() + 60, hello.end()), 0.35);
    phone.up(tls_record(Octets(900, 1), 23), 0.5);
    phone.down(tls_record(Octets(400, 1), 23), 0.8);
    site.finish();
    CHECK(site.of<Exchange>().size() == 1);
}

TEST_CASE(
    "half hellos and SYNs of a phone with invented addresses, and of a stranger, push out no colleague's half hello")
{
    DissectorLimits wire;
    wire.flows = 65'536;
    wire.hello_flows = 512;
    wire.hello_memory = 4UL * 1024 * 1024;
    Site site(only({kPhone, kOther}), {}, {}, wire);
    Phone phone{site, kOther, kGateway, "10.77.20.6"};
    const auto hello = hello_to("api.x.example");
    phone.up(Octets(hello.begin(), hello.begin() + 60), 0.1);
    const auto stranger = mac("02:1a:10:00:99:99");
    const auto begun = Octets(hello.begin(), hello.begin() + 60);
    for (unsigned i = 0; i < 4'000; ++i) {
        const auto invented = ip("10.78." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1));
        const auto port = static_cast<std::uint16_t>(1'024 + i);
        const auto half = tcp({.source = port, .destination = 443, .sequence = 1, .payload = begun});
        const auto syn = tcp({.source = port, .destination = 80, .flags = 0x02, .payload = {}});
        const auto at = 0.2 + i * 0.0001;
        site.frame(kPhone, kGateway, ip_packet(invented, ip("198.51.100.7"), 6, half), at);
        site.frame(kPhone, kGateway, ip_packet(invented, ip("198.51.100.7"), 6, syn), at);
        site.frame(stranger, kOther, ip_packet(invented, ip("10.77.20.6"), 6, half), at);
    }
    CHECK(site.dissector.rows().searches == 2 * share_of(wire.hello_flows) + 1);
    CHECK(site.dissector.counters().of(Loss::hello_share_full) > 0);
    CHECK(site.dissector.counters().of(Loss::hello_flows_full) == 0);
    CHECK(site.dissector.counters().of(Loss::hello_memory_full) == 0);
    phone.up(Octets(hello.begin() + 60, hello.end()), 0.7);
    phone.up(tls_record(Octets(900, 1), 23), 0.8);
    phone.down(tls_record(Octets(400, 1), 23), 1.1);
    site.finish();
    CHECK(site.of<Exchange>().size() == 1);
}

TEST_CASE("of one device so many exchanges and addresses in a second are told; a colleague's are, too")
{
    SensorLimits limits;
    limits.of_device_per_second = 20;
    Site site(only({kPhone, kOther}), limits);
    for (int i = 0; i < 200; ++i)
        site.frame(kPhone, kGateway, arp_of(kPhone, ("10.77.21." + std::to_string(i)).c_str()), 0.5, 0x0806);
    for (std::uint16_t port = 1; port <= 60; ++port)
        Phone{site, kPhone, kGateway, "10.77.20.5", port}.post("api.x.example", 900, 2);
    site.frame(kOther, kGateway, arp_of(kOther, "10.77.20.6"), 0.5, 0x0806);
    Phone{site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 900, 2);
    site.finish();
    CHECK(site.sensor.counters().exchanges_refused > 0);
    CHECK(site.sensor.counters().addresses_refused >= 180);
    const auto told = site.of<AddressSighting>();
    CHECK(std::ranges::any_of(told, [](const AddressSighting& each) { return each.mac == kOther; }));
    const auto exchanges = site.of<Exchange>();
    CHECK(std::ranges::count(exchanges, kOther, [](const Exchange& each) { return each.device.mac; }) == 1);
    CHECK(std::ranges::count(exchanges, kPhone, [](const Exchange& each) { return each.device.mac; }) <= 40);
}

TEST_CASE("name service and address assignment are no traffic of a person")
{
    Site site(only({kPhone}));
    site.frame(kPhone, kGateway, ip_packet(ip("10.77.20.5"), ip("10.77.20.1"), 17, udp(40'000, 123, Octets(48, 0))), 0);
    site.finish();
    CHECK(site.seen.empty());
}

TEST_CASE("another catalogue under an open connection: the exchange that is under way goes on, with the new numbers")
{
    Site site(only({kPhone}));
    const PlatformCatalog other({{"y", "api.y.example", Role::api, Tier::b, false, Surface::public_, {}, {}},
                                 {"x", "upload.x.example", Role::upload, Tier::a, false, Surface::public_, {}, {}},
                                 {"x", "api.x.example", Role::api, Tier::a, false, Surface::public_, {}, {}}});
    Phone phone{site};
    phone.up({}, 0, 0x02);
    phone.up(hello_to("api.x.example"), 0.05);
    phone.up(tls_record(Octets(1'000, 1), 23), 0.2);
    site.sensor.use(other);
    phone.up(tls_record(Octets(500, 1), 23), 0.3);
    phone.down(tls_record(Octets(400, 1), 23), 0.5);
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(exchanges.size() == 1);
    CHECK(exchanges[0].up_bytes == 1'500);
    CHECK(exchanges[0].down_bytes == 400);
    CHECK(exchanges[0].match.row == 2);
    CHECK(exchanges[0].match.tier == Tier::a);
    CHECK(other.platform_name(exchanges[0].match.platform) == "x");
    std::uint64_t up = 0;
    for (const auto& volume : site.of<TrafficVolume>()) {
        if (volume.platform == "x") up += volume.up;
    }
    CHECK(up >= 1'500);
}

TEST_CASE("a platform that another catalogue leaves out, or hides, is none from then on; its connections stay")
{
    for (const auto role : {Role::api, Role::outer}) {
        Site site(only({kPhone}));
        const PlatformCatalog other({{"y",
                                      role == Role::outer ? "api.x.example" : "api.y.example",
                                      role,
                                      Tier::b,
                                      false,
                                      Surface::public_,
                                      {},
                                      {}}});
        Phone phone{site};
        phone.up({}, 0, 0x02);
        phone.up(hello_to("api.x.example"), 0.05);
        phone.up(tls_record(Octets(1'000, 1), 23), 0.2);
        site.sensor.use(other);
        phone.up(tls_record(Octets(500, 1), 23), 0.3);
        phone.down(tls_record(Octets(400, 1), 23), 0.5);
        CHECK(site.dissector.flow_count() == 1);
        site.finish();
        CHECK(site.of<Exchange>().empty());
    }
}
