#include "capture/sensor.hpp"

#include <doctest/doctest.h>

#include "support/client_hello.hpp"
#include "support/dns.hpp"
#include "support/quic_seal.hpp"
#include "support/wire.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

const auto kPhone = mac("02:1a:10:00:10:01");
const auto kOther = mac("02:1a:10:00:10:02");
const auto kGateway = mac("02:1a:10:00:00:fe");

const PlatformCatalog& catalog()
{
    static const PlatformCatalog one({{"x", "api.x.example", Role::api, Tier::b, false, Surface::public_, {}, {}},
                                      {"x", "upload.x.example", Role::upload, Tier::a, false, Surface::public_, {}, {}},
                                      {"ech", "outer.example", Role::outer, Tier::b, false, Surface::both, {}, {}}});
    return one;
}

std::shared_ptr<const DeviceFilter> only(std::unordered_set<MacAddress> macs, std::unordered_set<IpAddress> ips = {})
{
    return std::make_shared<const DeviceFilter>(
        DeviceFilter{.all = false, .macs = std::move(macs), .ips = std::move(ips)});
}

// A sensor behind a dissector, and what it observed.
struct Site {
    std::vector<Observation> seen;
    Sensor sensor;
    Dissector dissector;

    explicit Site(std::shared_ptr<const DeviceFilter> filter, const SensorLimits& limits = {}, const LinkConfig& link = {})
        : sensor(
              catalog(), std::move(filter), [this](Observation&& each) { seen.push_back(std::move(each)); }, limits, link),
          dissector({}, sensor)
    {}
    void frame(const MacAddress& from, const MacAddress& to, const Octets& packet, double at,
               std::uint16_t type = 0x0800, std::uint16_t vlan = 0)
    {
        const auto bytes = vlan == 0 ? ethernet(to, from, type, packet)
                                     : ethernet(to, from, 0x8100, big_endian(vlan, 2) + big_endian(type, 2) + packet);
        Packet whole;
        whole.time = second(at);
        whole.bytes = bytes;
        whole.wire_length = static_cast<std::uint32_t>(bytes.size());
        dissector.process(whole);
        sensor.advance(whole.time);
    }
    void finish()
    {
        dissector.finish();
        sensor.finish();
    }
    template <typename T>
    std::vector<T> of() const
    {
        std::vector<T> all;
        for (const auto& each : seen) {
            if (const auto* one = std::get_if<T>(&each)) all.push_back(*one);
        }
        return all;
    }
};

// A phone's conversation with a server, TLS records and all.
struct Phone {
    Site& site;
    MacAddress mac = kPhone;
    MacAddress gateway = kGateway;
    std::string ip = "10.77.20.5";
    std::uint16_t port = 50'000;
    std::uint16_t server_port = 443;
    std::uint32_t up_next = 1'000;
    std::uint32_t down_next = 9'000;

    void up(const Octets& payload, double at, std::uint8_t flags = 0x18)
    {
        site.frame(mac, gateway,
                   ip_packet(test::ip(ip), test::ip("198.51.100.7"), 6,
                             tcp({.source = port,
                                  .destination = server_port,
                                  .sequence = up_next,
                                  .flags = flags,
                                  .payload = payload})),
                   at);
        up_next += static_cast<std::uint32_t>(payload.size()) + (flags == 0x02 ? 1 : 0);
    }
    void down(const Octets& payload, double at)
    {
        site.frame(
            gateway, mac,
            ip_packet(test::ip("198.51.100.7"), test::ip(ip), 6,
                      tcp({.source = server_port, .destination = port, .sequence = down_next, .payload = payload})),
            at);
        down_next += static_cast<std::uint32_t>(payload.size());
    }
    // Opens to `name`, posts `size` octets and is answered.
    void post(std::string_view name, std::size_t size, double at)
    {
        up({}, at, 0x02);
        up(hello_to(name), at + 0.05);
        up(tls_record(Octets(size, 1), 23), at + 0.2);
        down(tls_record(Octets(400, 1), 23), at + 0.5);
    }
};

Octets dhcp_ack(const MacAddress& client, const std::string& address, std::uint32_t seconds)
{
    return hex("0201 0600 12345678 0000 0000 00000000") + octets_of(ip(address)) + Octets(8, 0) + octets_of(client) +
           Octets(202, 0) + hex("63825363 350105 3304") + big_endian(seconds, 4) + Octets{0xff};
}

}  // namespace

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
TEST_CASE("what a silence ended is told before what the packet after it tells: exchange, then slice, lease and sighting")
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
        site.frame(kGateway, kPhone, ip_packet(ip("10.77.20.1"), ip("10.77.20.5"), 17, udp(67, 68, dhcp_ack(kPhone, "10.77.20.5", 3'600))), 15);
    }));
    CHECK(first_after([](Site& site) {
        site.frame(kPhone, kGateway,
                   hex("0001080006040001") + octets_of(kPhone) + octets_of(ip("10.77.20.5")) + Octets(6, 0) + octets_of(ip("10.77.20.1")), 15, 0x0806);
    }));
}

TEST_CASE("of devices that are not enrolled nothing is told but that an address is somebody's, by no way of naming them")
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
    send(request(7, "10.77.20.5", {}), 1);                 // RELEASE
    send(request(4, "0.0.0.0", hex("3204 0a4d1409")), 2, "0.0.0.0");  // DECLINE
    send(request(1, "0.0.0.0", {}), 3);                    // DISCOVER: no lease
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
               ip_packet(ip("10.77.20.5"), ip("10.77.20.1"), 17, udp(40'000, 53, dns_question("upload.x.example"))), 20);
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

namespace {

Octets arp_of(const MacAddress& phone, const char* address)
{
    return hex("0001 0800 06 04 0001") + octets_of(phone) + octets_of(ip(address)) + Octets(6, 0) + hex("0a4d1401");
}

Octets dhcp_request(const MacAddress& client, std::uint8_t type, const Octets& options, const char* own = "0.0.0.0")
{
    return hex("0101 0600 12345678 0000 0000") + octets_of(ip(own)) + Octets(12, 0) + octets_of(client) + Octets(202, 0) +
           hex("63825363 3501") + Octets{type} + options + Octets{0xff};
}

std::vector<Suspicion::Kind> kinds(const Site& site)
{
    std::vector<Suspicion::Kind> all;
    for (const auto& each : site.of<Suspicion>()) all.push_back(each.kind);
    return all;
}

using Kinds = std::vector<Suspicion::Kind>;

}  // namespace

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

TEST_CASE("a MAC that carries many enrolled devices' addresses is learnt as a router, but not for addresses on this link")
{
    std::unordered_set<IpAddress> ips;
    for (int i = 1; i <= 9; ++i) ips.insert(ip("10.78.0." + std::to_string(i)));
    Site site(only({kPhone}, ips));
    site.frame(kGateway, kGateway, arp_of(kGateway, "10.78.0.9"), 0, 0x0806);
    for (int i = 9; i >= 1; --i) Phone{site, kOther, kGateway, "10.78.0." + std::to_string(i)}.post("api.x.example", 1'500, 20 - i);
    const auto told = kinds(site);
    CHECK(std::ranges::count(told, Suspicion::Kind::router_learnt) == 1);
    Phone{site, kOther, kGateway, "10.78.0.9", 50'009}.post("api.x.example", 1'500, 30);
    site.finish();
    const auto exchanges = site.of<Exchange>();
    REQUIRE(exchanges.size() == 1);  // the flow on which it was learnt
    CHECK(exchanges[0].device == Device{MacAddress{}, ip("10.78.0.1")});
}

TEST_CASE("a MAC that asked with other software minutes before its login was told is two devices, too")
{
    auto filter = std::make_shared<DeviceFilter>(*only({kOther}));
    filter->late_names = true;
    Site site(filter);
    const auto ask = [&](const char* options, double at) {
        site.frame(kPhone, kGateway, ip_packet(ip("0.0.0.0"), ip("255.255.255.255"), 17, udp(68, 67, dhcp_request(kPhone, 3, hex(options)))), at);
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
    const auto hello = seal_initial({.source_id = {}, .token = {}, .frames = crypto_frame(0, client_hello(server_name_extension("api.x.example")))});
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
    const auto seen = [&](std::uint16_t vlan, double at) { site.frame(kPhone, kGateway, arp_of(kPhone, "10.77.20.5"), at, 0x0806, vlan); };
    seen(30, 0);
    seen(0, 1);
    seen(40, 60);   // it moved
    seen(30, 150);  // and back, later
    CHECK(site.of<Suspicion>().empty());
    seen(40, 170);
    REQUIRE(kinds(site) == Kinds{Suspicion::Kind::two_devices});
    CHECK(site.of<Suspicion>()[0].mac == kPhone);
    const auto ask = [&](const char* options, double at) {
        site.frame(kPhone, kGateway, ip_packet(ip("0.0.0.0"), ip("255.255.255.255"), 17, udp(68, 67, dhcp_request(kPhone, 3, hex(options)))), at);
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
        site.frame(server, kPhone, ip_packet(ip(address), ip("10.77.20.5"), 17, udp(67, 68, dhcp_ack(kPhone, "10.77.20.5", 60))), at);
    };
    Site site(only({kPhone}));
    ack(site, kGateway, "10.77.20.1", 0);
    ack(site, kOther, "10.77.20.1", 20);  // the server's address is not enough
    ack(site, kOther, "10.77.20.66", 40);
    ack(site, kGateway, "10.77.20.1", 60);
    CHECK(site.of<Lease>().size() == 2);
    CHECK(kinds(site) == Kinds{Suspicion::Kind::unknown_dhcp_server, Suspicion::Kind::unknown_dhcp_server});
    CHECK(site.of<Suspicion>()[1].what.find("10.77.20.66") != std::string::npos);

    Site listed(only({kPhone}), {}, {.routers = {}, .dhcp_servers = {ip("10.77.20.1"), ip("10.77.20.2")}, .dhcp_server_macs = {}});
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
    CHECK(kinds(site) == Kinds{Suspicion::Kind::forged_dhcp, Suspicion::Kind::forged_dhcp, Suspicion::Kind::forged_address});
}

TEST_CASE("one that shouts many addresses is heard in a budget, but for those of enrolled devices")
{
    SensorLimits limits;
    limits.others_per_second = 10;
    Site site(only({kPhone}, {ip("10.77.20.5")}), limits);
    for (int i = 0; i < 100; ++i) site.frame(kOther, kGateway, arp_of(kOther, ("10.77.21." + std::to_string(i)).c_str()), 0.5, 0x0806);
    CHECK(site.of<AddressSighting>().size() == 10);
    CHECK(site.sensor.counters().others_refused == 90);
    CHECK(kinds(site) == Kinds{Suspicion::Kind::evidence_lost});
    site.frame(kOther, kGateway, arp_of(kOther, "10.77.20.5"), 0.6, 0x0806);
    CHECK(site.of<AddressSighting>().size() == 11);
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

TEST_CASE("of one device so many exchanges and addresses in a second are told; a colleague's are, too")
{
    SensorLimits limits;
    limits.of_device_per_second = 20;
    Site site(only({kPhone, kOther}), limits);
    for (int i = 0; i < 200; ++i) site.frame(kPhone, kGateway, arp_of(kPhone, ("10.77.21." + std::to_string(i)).c_str()), 0.5, 0x0806);
    for (std::uint16_t port = 1; port <= 60; ++port) Phone{site, kPhone, kGateway, "10.77.20.5", port}.post("api.x.example", 900, 2);
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

TEST_CASE("suspicions about invented addresses are told in a budget")
{
    SensorLimits limits;
    limits.others_per_second = 10;
    Site site(only({kPhone}), limits);
    site.frame(kGateway, kPhone, ip_packet(ip("10.77.20.1"), ip("10.77.20.5"), 17, udp(67, 68, dhcp_ack(kPhone, "10.77.20.5", 60))), 0.1);
    for (int i = 0; i < 200; ++i) {
        const auto address = "10.77.21." + std::to_string(i);
        site.frame(kOther, kPhone, ip_packet(ip("10.77.20.66"), ip(address), 17, udp(67, 68, dhcp_ack(kOther, address, 60))), 0.5);
    }
    CHECK(site.of<Suspicion>().size() <= 12);
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
        const PlatformCatalog other({{"y", role == Role::outer ? "api.x.example" : "api.y.example", role, Tier::b, false, Surface::public_, {}, {}}});
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
