// Captures by a seed, of everything that the path from packets to observations keeps state of: conversations over TCP,
// UDP and QUIC with platforms and others, their ends and reused ports, DNS over both, DHCP, ARP, fragments, mirrors'
// tunnels, VLANs, strangers with enrolled addresses, routers, frames twice or cut, silences of minutes.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "support/capture_files.hpp"
#include "support/client_hello.hpp"
#include "support/dns.hpp"
#include "support/frames.hpp"
#include "support/quic_seal.hpp"

namespace breakwatch::test {

class RandomCapture {
  public:
    struct Frame {
        std::uint64_t microseconds = 0;
        Octets octets;
        std::size_t on_wire = 0;
    };

    static constexpr unsigned kDevices = 12;
    static MacAddress mac_of(unsigned device) { return number_of(0x10U + device); }
    static std::string ip_of(unsigned device) { return "10.77.20." + std::to_string(20 + device); }

    explicit RandomCapture(std::uint64_t seed, std::size_t frames = 1'500) : random_(seed)
    {
        while (frames_.size() < frames) step();
    }

    const std::vector<Frame>& frames() const { return frames_; }
    // In a file, with the end of it cut off perhaps.
    Octets pcap() const
    {
        constexpr std::uint32_t kBegin = 1'795'000'000;
        Octets file = pcap_header();
        for (const auto& frame : frames_) {
            const auto seconds = kBegin + static_cast<std::uint32_t>(frame.microseconds / 1'000'000);
            const auto record = pcap_record(seconds, static_cast<std::uint32_t>(frame.microseconds % 1'000'000),
                                            frame.octets, frame.on_wire);
            file.insert(file.end(), record.begin(), record.end());
        }
        return file;
    }

  private:
    struct Talk {
        unsigned device = 0;
        unsigned server = 0;
        std::uint16_t port = 0;
        std::uint16_t server_port = 443;
        bool udp = false;
        std::uint32_t up = 1'000;
        std::uint32_t down = 9'000;
    };

    static MacAddress number_of(unsigned low)
    {
        MacAddress mac;
        mac.octets = {0x02, 0x1a, 0x10, 0x00, static_cast<std::uint8_t>(low >> 8U), static_cast<std::uint8_t>(low)};
        return mac;
    }
    static MacAddress gateway() { return number_of(0xfe); }
    static std::string server_of(unsigned server) { return "198.51.100." + std::to_string(1 + server); }

    unsigned below(unsigned count) { return static_cast<unsigned>(random_() % count); }
    bool one_in(unsigned count) { return below(count) == 0; }
    Octets noise(std::size_t size)
    {
        Octets octets(size);
        for (auto& octet : octets) octet = static_cast<std::uint8_t>(random_());
        return octets;
    }

    void step()
    {
        now_ += one_in(4) ? below(200'000) : below(3'000);
        if (one_in(60)) now_ += (1 + below(400)) * std::uint64_t{1'000'000};
        switch (below(16)) {
            case 0:
            case 1: return begin_tcp();
            case 2: return begin_quic();
            case 3: return ask_dns();
            case 4: return lease();
            case 5: return resolve();
            case 6: return fragments();
            case 7: return stranger();
            case 8: return any_datagram();
            default: return go_on();
        }
    }

    // A frame between a device and the gateway; some are mirrored twice, in a tunnel, tagged or cut.
    void put(const MacAddress& from, const MacAddress& to, const Octets& packet, std::uint16_t type = 0x0800)
    {
        auto octets = ethernet(to, from, type, packet);
        if (one_in(6)) octets = ethernet(to, from, 0x8100, big_endian(10 + below(2), 2) + big_endian(type, 2) + packet);
        if (one_in(25)) {
            const auto wrapped = udp(40'000, 4'789, hex("08000000 00002a00") + octets);
            octets =
                ethernet(gateway(), number_of(0xf0), 0x0800, ip_packet(ip("192.0.2.1"), ip("192.0.2.2"), 17, wrapped));
        }
        const auto on_wire = octets.size();
        if (one_in(40)) octets.resize(std::max<std::size_t>(20, below(static_cast<unsigned>(octets.size()))));
        frames_.push_back({now_, octets, on_wire});
        if (one_in(15)) frames_.push_back({now_ += below(300), octets, on_wire});
    }
    void up(const Talk& talk, const Octets& payload, std::uint8_t protocol)
    {
        put(mac_of(talk.device), gateway(),
            ip_packet(ip(ip_of(talk.device)), ip(server_of(talk.server)), protocol, payload));
    }
    void down(const Talk& talk, const Octets& payload, std::uint8_t protocol)
    {
        put(gateway(), mac_of(talk.device),
            ip_packet(ip(server_of(talk.server)), ip(ip_of(talk.device)), protocol, payload));
    }
    void tcp_up(Talk& talk, const Octets& payload, std::uint8_t flags = 0x18)
    {
        up(talk, tcp({talk.port, talk.server_port, talk.up, flags, payload, talk.down}), 6);
        talk.up += static_cast<std::uint32_t>(payload.size()) + ((flags & 0x03U) != 0 ? 1 : 0);
    }
    void tcp_down(Talk& talk, const Octets& payload, std::uint8_t flags = 0x18)
    {
        down(talk, tcp({talk.server_port, talk.port, talk.down, flags, payload, talk.up}), 6);
        talk.down += static_cast<std::uint32_t>(payload.size()) + ((flags & 0x03U) != 0 ? 1 : 0);
    }
    std::string name()
    {
        constexpr std::array kNames{"api.x.example", "upload.x.example", "other.example", "outer.example",
                                    "X.example."};
        return kNames[below(kNames.size())];
    }
    // Few ports: they are used again.
    Talk fresh() { return {below(kDevices), below(12), static_cast<std::uint16_t>(50'000 + below(4))}; }

    void begin_tcp()
    {
        auto talk = fresh();
        talk.server_port = one_in(4) ? 80 : one_in(8) ? 53 : 443;
        talk.up = static_cast<std::uint32_t>(random_());
        if (!one_in(5)) tcp_up(talk, {}, 0x02);
        if (!one_in(5)) tcp_down(talk, {}, 0x12);
        if (talk.server_port == 443) {
            const auto hello = hello_to(name());
            const auto cut = one_in(3) ? below(static_cast<unsigned>(hello.size())) : 0;
            if (cut > 0) tcp_up(talk, {hello.begin(), hello.begin() + cut});
            if (!one_in(10)) tcp_up(talk, {hello.begin() + cut, hello.end()});
            if (one_in(10)) tcp_up(talk, hello_to(name()));
        } else if (talk.server_port == 80) {
            tcp_up(talk, octets_of("GET / HTTP/1.1\r\nHost: " + name() + "\r\n\r\n"));
        } else {
            tcp_up(talk, with_length(dns_question("named.x.example"), 2));
            tcp_down(talk, with_length(dns_answer("named.x.example", server_of(below(12))), 2));
        }
        talks_.push_back(talk);
    }

    void begin_quic()
    {
        auto talk = fresh();
        talk.udp = true;
        if (!one_in(4)) {
            InitialToSeal initial;
            initial.destination_id = noise(8);
            initial.frames = crypto_frame(0, client_hello(server_name_extension(name()))) + Octets(200, 0);
            up(talk, udp(talk.port, 443, seal_initial(initial)), 17);
        }
        talks_.push_back(talk);
    }

    void go_on()
    {
        if (talks_.empty()) return begin_tcp();
        const auto which = below(static_cast<unsigned>(talks_.size()));
        auto& talk = talks_[which];
        const std::size_t size = one_in(4) ? 1'200 : 20 + below(500);
        const bool upward = one_in(2);
        if (talk.udp) {
            const auto payload = Octets{0x41} + noise(size);
            upward ? up(talk, udp(talk.port, 443, payload), 17) : down(talk, udp(443, talk.port, payload), 17);
        } else if (one_in(12)) {
            upward ? tcp_up(talk, {}, one_in(2) ? 0x11 : 0x04) : tcp_down(talk, {}, one_in(2) ? 0x11 : 0x14);
            if (one_in(2)) talks_.erase(talks_.begin() + which);
        } else {
            const auto record = talk.server_port == 443 ? tls_record(noise(size), 23) : noise(size);
            upward ? tcp_up(talk, record) : tcp_down(talk, record);
        }
    }

    void ask_dns()
    {
        const auto device = below(kDevices);
        const auto port = static_cast<std::uint16_t>(40'000 + below(2'000));
        const auto phone = ip(ip_of(device));
        const auto resolver = ip("10.77.20.1");
        put(mac_of(device), gateway(), ip_packet(phone, resolver, 17, udp(port, 53, dns_question("api.x.example"))));
        put(gateway(), mac_of(device),
            ip_packet(resolver, phone, 17, udp(53, port, dns_answer("api.x.example", server_of(below(12))))));
    }

    Octets dhcp(bool reply, unsigned device, const Octets& options, unsigned lent)
    {
        return Octets{static_cast<std::uint8_t>(reply ? 2 : 1)} + hex("01 06 00") + noise(4) + hex("0000 0000") +
               octets_of(ip(reply ? "0.0.0.0" : ip_of(lent))) + octets_of(ip(reply ? ip_of(lent) : "0.0.0.0")) +
               Octets(8, 0) + octets_of(mac_of(device)) + Octets(202, 0) + hex("63825363") + options + Octets{0xff};
    }
    void lease()
    {
        const auto device = below(kDevices);
        const auto lent = one_in(4) ? below(kDevices) : device;
        const auto server = ip(one_in(10) ? "10.77.20.9" : "10.77.20.1");
        if (one_in(3)) {
            const Octets options = hex(one_in(3) ? "350107" : "350103 3703010306 3c03414243");
            return put(mac_of(one_in(8) ? below(kDevices) : device), gateway(),
                       ip_packet(ip(ip_of(lent)), server, 17, udp(68, 67, dhcp(false, device, options, lent))));
        }
        const auto options = hex("350105 3304") + big_endian(60 + below(600), 4);
        put(one_in(10) ? number_of(0x99) : gateway(), mac_of(device),
            ip_packet(server, ip(ip_of(lent)), 17, udp(67, 68, dhcp(true, device, options, lent))));
    }

    void resolve()
    {
        const auto device = below(kDevices);
        const auto about = one_in(4) ? below(kDevices) : device;
        const auto arp = hex("0001 0800 06 04 0001") + octets_of(mac_of(device)) + octets_of(ip(ip_of(about))) +
                         Octets(6, 0) + octets_of(ip("10.77.20.1"));
        put(one_in(6) ? mac_of(below(kDevices)) : mac_of(device), gateway(), arp, 0x0806);
    }

    // A datagram in two, the second first at times.
    void fragments()
    {
        const auto talk = fresh();
        auto whole = udp(talk.port, 443, Octets{0x41} + noise(300));
        const auto source = ip(ip_of(talk.device));
        const auto destination = ip(server_of(talk.server));
        const auto id = noise(2);
        constexpr std::ptrdiff_t kFirst = 160;
        const auto piece = [&](const Octets& part, const Octets& place) {
            return hex("4500") + big_endian(part.size() + 20, 2) + id + place + hex("40 11 0000") + octets_of(source) +
                   octets_of(destination) + part;
        };
        auto first = piece({whole.begin(), whole.begin() + kFirst}, hex("2000"));
        auto second = piece({whole.begin() + kFirst, whole.end()}, big_endian(kFirst / 8, 2));
        if (one_in(2)) std::swap(first, second);
        put(mac_of(talk.device), gateway(), first);
        if (!one_in(8)) put(mac_of(talk.device), gateway(), second);
    }

    // Enrolled devices' addresses in frames of a device that is nobody's: a router, or somebody who took one over.
    void stranger()
    {
        const auto from = one_in(2) ? number_of(0x77) : mac_of(kDevices - 1);
        auto talk = fresh();
        put(from, gateway(),
            ip_packet(ip(ip_of(talk.device)), ip(server_of(talk.server)), 6,
                      tcp({talk.port, 443, 1, 0x18, hello_to(name()), 0})));
    }

    void any_datagram()
    {
        constexpr std::array<std::uint16_t, 6> kPorts{4'500, 5'353, 3'478, 1'194, 123, 1'813};
        const auto talk = fresh();
        up(talk, udp(talk.port, kPorts[below(kPorts.size())], noise(60)), 17);
    }

    std::mt19937_64 random_;
    std::uint64_t now_ = 1'000'000;
    std::vector<Frame> frames_;
    std::vector<Talk> talks_;
};

}  // namespace breakwatch::test
