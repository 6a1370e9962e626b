// A sensor behind a dissector, a phone that talks to a platform, and what was observed of it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "capture/sensor.hpp"
#include "support/client_hello.hpp"
#include "support/wire.hpp"

namespace breakwatch::test {

inline const auto kPhone = mac("02:1a:10:00:10:01");
inline const auto kOther = mac("02:1a:10:00:10:02");
inline const auto kGateway = mac("02:1a:10:00:00:fe");

inline const PlatformCatalog& catalog()
{
    static const PlatformCatalog one({{"x", "api.x.example", Role::api, Tier::b, false, Surface::public_, {}, {}},
                                      {"x", "upload.x.example", Role::upload, Tier::a, false, Surface::public_, {}, {}},
                                      {"ech", "outer.example", Role::outer, Tier::b, false, Surface::both, {}, {}}});
    return one;
}

inline std::shared_ptr<const DeviceFilter> only(std::unordered_set<MacAddress> macs,
                                                std::unordered_set<IpAddress> ips = {})
{
    return std::make_shared<const DeviceFilter>(
        DeviceFilter{.all = false, .macs = std::move(macs), .ips = std::move(ips)});
}

// A sensor behind a dissector, and what it observed.
struct Site {
    std::vector<Observation> seen;
    Sensor sensor;
    Dissector dissector;

    explicit Site(std::shared_ptr<const DeviceFilter> filter, const SensorLimits& limits = {},
                  const LinkConfig& link = {}, const DissectorLimits& wire = {})
        : sensor(
              catalog(), std::move(filter), [this](Observation&& each) { seen.push_back(std::move(each)); }, limits,
              link),
          dissector(wire, sensor)
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
        sensor.advance(whole.time);
        dissector.process(whole);
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

inline Octets dhcp_ack(const MacAddress& client, const std::string& address, std::uint32_t seconds)
{
    return hex("0201 0600 12345678 0000 0000 00000000") + octets_of(ip(address)) + Octets(8, 0) + octets_of(client) +
           Octets(202, 0) + hex("63825363 350105 3304") + big_endian(seconds, 4) + Octets{0xff};
}

inline Octets arp_of(const MacAddress& phone, const char* address)
{
    return hex("0001 0800 06 04 0001") + octets_of(phone) + octets_of(ip(address)) + Octets(6, 0) + hex("0a4d1401");
}

inline Octets dhcp_request(const MacAddress& client, std::uint8_t type, const Octets& options,
                           const char* own = "0.0.0.0")
{
    return hex("0101 0600 12345678 0000 0000") + octets_of(ip(own)) + Octets(12, 0) + octets_of(client) +
           Octets(202, 0) + hex("63825363 3501") + Octets{type} + options + Octets{0xff};
}

inline std::vector<Suspicion::Kind> kinds(const Site& site)
{
    std::vector<Suspicion::Kind> all;
    for (const auto& each : site.of<Suspicion>()) all.push_back(each.kind);
    return all;
}

using Kinds = std::vector<Suspicion::Kind>;

}  // namespace breakwatch::test
