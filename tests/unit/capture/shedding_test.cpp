// What each step of load shedding leaves out, and what none does.
#include <doctest/doctest.h>

#include <algorithm>

#include "support/dns.hpp"
#include "support/quic_seal.hpp"
#include "unit/capture/sensor_site.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

constexpr Shedding kAll[] = {Shedding::nothing, Shedding::strangers, Shedding::volumes, Shedding::hellos};

struct Shed {
    Site site;

    explicit Shed(Shedding shedding, std::shared_ptr<const DeviceFilter> filter = only({kPhone}),
                  const LinkConfig& link = {})
        : site(std::move(filter), {}, link)
    {
        site.dissector.shed(shedding);
    }
    std::uint64_t lost(Loss loss) const { return site.dissector.counters().of(loss); }
    std::uint64_t lost() const { return lost(Loss::shed_stranger) + lost(Loss::shed_volume) + lost(Loss::shed_hello); }
    void ask(const char* name, double at)
    {
        site.frame(kPhone, kGateway,
                   ip_packet(ip("10.77.20.5"), ip("10.77.20.1"), 17, udp(40'000, 53, dns_question(name))), at);
        site.frame(kGateway, kPhone,
                   ip_packet(ip("10.77.20.1"), ip("10.77.20.5"), 17, udp(53, 40'000, dns_answer(name, "198.51.100.7"))),
                   at);
    }
    // A request over QUIC.
    void quic_post(const char* name, double at)
    {
        const auto hello = client_hello(server_name_extension(name));
        const auto send = [&](const Octets& payload) {
            site.frame(kPhone, kGateway, ip_packet(ip("10.77.20.5"), ip("198.51.100.7"), 17, udp(40'001, 443, payload)),
                       at);
        };
        send(seal_initial({.source_id = {}, .token = {}, .frames = crypto_frame(0, hello)}));
        send(Octets{0x40} + Octets(900, 3));
    }
    std::uint64_t octets(bool up) const
    {
        std::uint64_t sum = 0;
        for (const auto& volume : site.of<TrafficVolume>()) sum += up ? volume.up : volume.down;
        return sum;
    }
};

}  // namespace

TEST_CASE("a post to a platform is the same exchange at each step, whatever DNS said before")
{
    for (const auto step : kAll) {
        for (const auto* told : {"", "api.x.example"}) {
            Shed shed(step);
            if (*told != '\0') shed.ask(told, 0);
            Phone{shed.site}.post("api.x.example", 1'500, 1);
            shed.quic_post("upload.x.example", 5);
            shed.site.finish();
            const auto exchanges = shed.site.of<Exchange>();
            REQUIRE(exchanges.size() == 2);
            CHECK(exchanges[0].server_name == "api.x.example");
            CHECK(exchanges[0].up_bytes == 1'500);
            CHECK(exchanges[0].down_bytes == 400);
            CHECK(exchanges[0].name_origin == NameOrigin::tls);
            CHECK(exchanges[1].server_name == "upload.x.example");
            CHECK(shed.lost() == 0);
        }
    }
}

TEST_CASE("packets of nobody's devices go unread from the first step on, and are counted as packets")
{
    Shed before(Shedding::nothing);
    Phone{before.site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 900, 0);
    CHECK(before.lost() == 0);
    CHECK(before.site.dissector.counters().wire.compared > 0);
    Shed shed(Shedding::strangers);
    Phone{shed.site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 900, 0);
    CHECK(shed.lost(Loss::shed_stranger) == 4);
    CHECK(shed.site.dissector.counters().packets == 4);
    CHECK(shed.site.dissector.counters().wire.compared == 0);
}

TEST_CASE("what identity and names need is read at each step: ARP, DHCP, DNS, strangers, sightings, routers' phones")
{
    for (const auto step : kAll) {
        Shed shed(step, only({kPhone}), {.routers = {kOther}, .dhcp_servers = {}, .dhcp_server_macs = {}});
        auto& site = shed.site;
        site.frame(
            kGateway, kPhone,
            ip_packet(ip("10.77.20.1"), ip("10.77.20.5"), 17, udp(67, 68, dhcp_ack(kPhone, "10.77.20.5", 3'600))), 0);
        site.frame(mac("02:1a:10:00:99:99"), kGateway, arp_of(mac("02:1a:10:00:99:99"), "10.77.20.9"), 1, 0x0806);
        Phone{site, mac("02:1a:10:00:99:99"), kGateway, "10.77.20.5", 50'001}.up({}, 2, 0x02);
        Phone{site, kOther, kGateway, "10.77.20.5", 50'002}.post("api.x.example", 700, 3);
        shed.ask("upload.x.example", 4);
        CHECK(site.of<Lease>().size() == 1);
        CHECK(std::ranges::count(site.of<AddressSighting>(), ip("10.77.20.9"), &AddressSighting::ip) == 1);
        CHECK(kinds(site) == Kinds{Suspicion::Kind::stranger_at_address});
        site.finish();
        CHECK(site.of<Exchange>().size() == 1);
        CHECK(site.dissector.counters().wire.dhcp == 1);
    }
}

TEST_CASE("from the second step on a named server that is no platform's sends unread; what the device sends is counted")
{
    for (const auto step : kAll) {
        Shed shed(step);
        Phone phone{shed.site};
        phone.post("other.example", 1'500, 0);
        for (int i = 0; i < 10; ++i) phone.down(Octets(1'000, 7), 1 + i * 0.1);
        phone.up(tls_record(Octets(600, 1), 23), 3);
        shed.site.finish();
        const bool volumes = step >= Shedding::volumes;
        CHECK(shed.lost(Loss::shed_volume) == (volumes ? 10 : 0));
        CHECK((shed.octets(false) > 10'000) == !volumes);
        CHECK(shed.octets(true) > 2'100);
    }
}

TEST_CASE("a server without a name, or with a hidden one, sends nothing unread: it counts as what is not seen")
{
    Shed shed(Shedding::hellos);
    Phone hidden{shed.site};
    hidden.up({}, 0, 0x02);
    hidden.up(tls_record(client_hello(server_name_extension("outer.example") + extension(0xfe0d, Octets(40, 0)))), 0.1);
    Phone nameless{shed.site, kPhone, kGateway, "10.77.20.5", 50'001};
    nameless.up({}, 0, 0x02);
    nameless.up(octets_of("who knows what this is"), 0.1);
    for (int i = 0; i < 10; ++i) {
        hidden.down(Octets(1'000, 7), 1 + i * 0.1);
        nameless.down(Octets(1'000, 7), 1 + i * 0.1);
    }
    shed.site.finish();
    CHECK(shed.lost() == 0);
    CHECK(shed.octets(false) == 20'000);
}

TEST_CASE(
    "in the last step a flow to a server that DNS gave one name, no platform's, has that name and no hello is read")
{
    Shed shed(Shedding::hellos);
    shed.ask("other.example", 0);
    Phone{shed.site}.post("api.x.example", 1'500, 1);
    shed.quic_post("api.x.example", 2);
    CHECK(shed.lost(Loss::shed_hello) == 2);
    shed.site.finish();
    CHECK(shed.site.of<Exchange>().empty());
    for (const auto& volume : shed.site.of<TrafficVolume>()) CHECK(volume.by_dns + volume.named + volume.unnamed > 0);

    Shed shared(Shedding::hellos);
    shared.ask("other.example", 0);
    shared.ask("another.example", 0);
    Phone{shared.site}.post("api.x.example", 1'500, 1);
    shared.quic_post("upload.x.example", 5);
    shared.site.finish();
    CHECK(shared.lost(Loss::shed_hello) == 0);
    CHECK(shared.site.of<Exchange>().size() == 2);
}

TEST_CASE("a step that has ended leaves nothing out any more")
{
    Shed shed(Shedding::hellos);
    Phone{shed.site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 900, 0);
    const auto lost = shed.lost();
    shed.site.dissector.shed(Shedding::nothing);
    shed.ask("other.example", 1);
    Phone phone{shed.site};
    phone.post("other.example", 1'500, 2);
    phone.down(Octets(1'000, 7), 3);
    Phone{shed.site, kOther, kGateway, "10.77.20.6"}.post("api.x.example", 900, 4);
    CHECK(shed.lost() == lost);
}
