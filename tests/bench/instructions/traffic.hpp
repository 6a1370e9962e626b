// Invented traffic for measuring: the same frames each time, of two thousand devices whose MACs count up from
// 02:10:00:00:00:00.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "flow/dissector.hpp"
#include "flow/packet.hpp"
#include "support/client_hello.hpp"
#include "support/dns.hpp"
#include "support/frames.hpp"
#include "support/moments.hpp"
#include "support/quic_seal.hpp"

namespace breakwatch::bench {

using namespace breakwatch::test;

inline constexpr std::uint32_t kDevices = 2'000;
inline const auto kGateway = mac("02:1a:10:00:00:fe");
inline const auto kResolver = ip("10.77.0.1");

inline MacAddress device(std::uint32_t number)
{
    MacAddress address = mac("02:10:00:00:00:00");
    address.octets[3] = static_cast<std::uint8_t>(number >> 16U);
    address.octets[4] = static_cast<std::uint8_t>(number >> 8U);
    address.octets[5] = static_cast<std::uint8_t>(number);
    return address;
}
inline IpAddress client(std::uint32_t number)
{
    return ip("10.77." + std::to_string(number / 250) + "." + std::to_string(number % 250 + 2));
}
inline IpAddress server(std::uint32_t number)
{
    return ip("198.51." + std::to_string(number % 100) + "." + std::to_string(number % 250 + 1));
}
inline std::string site(std::uint32_t number)
{
    return "www" + std::to_string(number % 500) + ".shop" + std::to_string(number % 97) + ".example";
}

// Frames in the order they are sent, ten microseconds apart.
class Traffic {
  public:
    void up(std::uint32_t from, const IpAddress& to, std::uint8_t protocol, const Octets& payload)
    {
        put(ethernet(kGateway, device(from), 0x0800, ip_packet(client(from), to, protocol, payload)));
    }
    void down(const IpAddress& from, std::uint32_t to, std::uint8_t protocol, const Octets& payload)
    {
        put(ethernet(device(to), kGateway, 0x0800, ip_packet(from, client(to), protocol, payload)));
    }
    void pause(Duration time) { now_ += time; }
    // A connection that is opened, names its server, is answered by so many full segments, and closed.
    void connection(std::uint32_t who, std::uint16_t port, const std::string& name, int segments)
    {
        const auto to = server(who);
        std::uint32_t sent = 1'000;
        std::uint32_t received = 5'000;
        const auto from_client = [&](const Octets& payload, std::uint8_t flags) {
            up(who, to, 6,
               tcp({.source = port,
                    .destination = 443,
                    .sequence = sent,
                    .flags = flags,
                    .payload = payload,
                    .acknowledgement = received}));
            sent += static_cast<std::uint32_t>(payload.size());
        };
        const auto from_server = [&](const Octets& payload, std::uint8_t flags) {
            down(to, who, 6,
                 tcp({.source = 443,
                      .destination = port,
                      .sequence = received,
                      .flags = flags,
                      .payload = payload,
                      .acknowledgement = sent}));
            received += static_cast<std::uint32_t>(payload.size());
        };
        from_client({}, 0x02);
        ++sent;
        from_server({}, 0x12);
        ++received;
        from_client(hello_to(name), 0x18);
        from_server(tls_record(Octets(90, 2)), 0x18);
        from_client(tls_record(Octets(811, 3), 23), 0x18);
        const auto segment = tls_record(Octets(1'395, 7), 23);
        for (int i = 0; i < segments; ++i) {
            from_server(segment, 0x10);
            if (i % 2 == 1) from_client({}, 0x10);
        }
        from_client({}, 0x11);
        from_server({}, 0x11);
    }
    std::vector<Packet> packets() const
    {
        std::vector<Packet> all;
        for (std::size_t i = 0; i < frames_.size(); ++i)
            all.push_back({times_[i], 1, frames_[i], static_cast<std::uint32_t>(frames_[i].size())});
        return all;
    }

  private:
    void put(Octets frame)
    {
        frames_.push_back(std::move(frame));
        times_.push_back(now_);
        now_ += std::chrono::microseconds{10};
    }

    Timestamp now_ = at("09:00");
    std::vector<Octets> frames_;
    std::vector<Timestamp> times_;
};

// Ordinary web traffic of many devices: so many connections of so many full segments.
inline Traffic ordinary(std::uint32_t connections, int segments)
{
    Traffic traffic;
    for (std::uint32_t i = 0; i < connections; ++i)
        traffic.connection(i % kDevices, static_cast<std::uint16_t>(20'000 + i % 40'000), site(i), segments);
    return traffic;
}

// SYNs that nobody answers, and first halves of hellos, each of a new connection.
inline Traffic flood(std::uint32_t connections)
{
    Traffic traffic;
    auto half = hello_to("flood.example");
    half.resize(half.size() / 2);
    for (std::uint32_t i = 0; i < connections; ++i) {
        const auto port = static_cast<std::uint16_t>(1'024 + i % 60'000);
        traffic.up(i % kDevices, server(i), 6, tcp({.source = port, .sequence = 999, .flags = 0x02, .payload = {}}));
        if (i % 2 == 0)
            traffic.up(i % kDevices, server(i), 6, tcp({.source = port, .sequence = 1'000, .payload = half}));
    }
    return traffic;
}

// `asked`: each client was told the server's address by DNS before.
inline Traffic initials(std::uint32_t count, bool asked = false)
{
    Traffic traffic;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (asked) {
            traffic.up(i % kDevices, kResolver, 17, udp(40'000, 53, dns_question(site(i))));
            traffic.down(kResolver, i % kDevices, 17, udp(53, 40'000, dns_answer(site(i), to_string(server(i)))));
        }
        const auto hello = client_hello(server_name_extension(site(i)) + Octets(700, 0));
        const auto initial = seal_initial({.source_id = {}, .token = {}, .frames = crypto_frame(0, hello)});
        traffic.up(i % kDevices, server(i), 17, udp(static_cast<std::uint16_t>(30'000 + i % 30'000), 443, initial));
    }
    return traffic;
}

inline Traffic dns(std::uint32_t questions)
{
    Traffic traffic;
    for (std::uint32_t i = 0; i < questions; ++i) {
        const auto port = static_cast<std::uint16_t>(40'000 + i % 20'000);
        traffic.up(i % kDevices, kResolver, 17, udp(port, 53, dns_question(site(i))));
        traffic.down(kResolver, i % kDevices, 17, udp(53, port, dns_answer(site(i), "198.51.100.7")));
        traffic.pause(std::chrono::milliseconds{1});
    }
    return traffic;
}

// Much of a few connections to a platform, each with a request that could be a post.
inline Traffic bulk(std::uint32_t connections, int segments)
{
    Traffic traffic;
    for (std::uint32_t i = 0; i < connections; ++i) {
        traffic.connection(i % kDevices, static_cast<std::uint16_t>(50'000 + i % 10'000), "media-fra3-1.cdn.x.example",
                           segments);
        traffic.pause(std::chrono::seconds{15});
    }
    return traffic;
}

}  // namespace breakwatch::bench
