#include "attack/generator/kinds.hpp"

#include <random>

#include "support/client_hello.hpp"
#include "support/dns.hpp"
#include "support/frames.hpp"
#include "support/quic_seal.hpp"

namespace breakwatch::attack {

namespace {

using namespace breakwatch::test;

// An enrolled colleague's phone of the bundled case: the worst place to attack from, since its packets are looked at.
const auto kPhone = mac("40:4e:36:1a:75:0c");
const auto kVictim = mac("ae:a9:50:67:bc:13");
const auto kVictimAddress = ip("10.77.0.198");
const auto kStranger = mac("5a:00:00:00:00:01");
const auto kRouter = mac("02:aa:00:00:00:01");
const auto kAddress = ip("10.77.0.84");
const auto kServer = ip("198.18.200.7");

constexpr std::size_t kIpSource = 14 + 12, kIpDestination = 14 + 16, kIp6Target = 14 + 40 + 8 + 14;

Octets up(std::uint8_t protocol, const Octets& payload, const IpAddress& to = kServer, const IpAddress& from = kAddress)
{
    return ethernet(kRouter, kPhone, 0x0800, ip_packet(from, to, protocol, payload));
}
Octets down(std::uint8_t protocol, const Octets& payload)
{
    return ethernet(kPhone, kRouter, 0x0800, ip_packet(kServer, kAddress, protocol, payload));
}

IpAddress v4(std::uint32_t number)
{
    const std::array<std::uint8_t, 4> octets{
        static_cast<std::uint8_t>(number >> 24U), static_cast<std::uint8_t>(number >> 16U),
        static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
    return IpAddress::v4(octets);
}
MacAddress device(std::uint32_t number)
{
    auto some = mac("5a:00:00:00:00:00");
    for (unsigned i = 0; i < 4; ++i) some.octets[5 - i] = static_cast<std::uint8_t>(number >> (8 * i));
    return some;
}
std::uint16_t port(std::size_t i)
{
    return static_cast<std::uint16_t>(1'024 + i % 60'000);
}
Octets part(const Octets& whole, std::size_t from, std::size_t to)
{
    return {whole.begin() + static_cast<std::ptrdiff_t>(from),
            whole.begin() + static_cast<std::ptrdiff_t>(std::min(to, whole.size()))};
}

// Pages with pictures: a hello, a request, forty full segments down with an acknowledgement for two.
Frames ordinary()
{
    Frames all;
    for (std::size_t connection = 0; connection < 1'000; ++connection) {
        const auto own = port(connection * 7);
        std::uint32_t sent = 1'000;
        std::uint32_t received = 9'000;
        const auto say = [&](const Octets& payload, std::uint8_t flags) {
            all.frames.push_back(up(6, tcp({.source = own,
                                            .destination = 443,
                                            .sequence = sent,
                                            .flags = flags,
                                            .payload = payload,
                                            .acknowledgement = received})));
            sent += static_cast<std::uint32_t>(payload.size()) + (flags == 2 ? 1 : 0);
        };
        const auto hear = [&](const Octets& payload, std::uint8_t flags) {
            all.frames.push_back(down(6, tcp({.source = 443,
                                              .destination = own,
                                              .sequence = received,
                                              .flags = flags,
                                              .payload = payload,
                                              .acknowledgement = sent})));
            received += static_cast<std::uint32_t>(payload.size()) + (flags == 0x12 ? 1 : 0);
        };
        say({}, 0x02);
        hear({}, 0x12);
        say({}, 0x10);
        say(hello_to("pictures.example"), 0x18);
        say(tls_record(Octets(400, 1), 23), 0x18);
        for (int i = 0; i < 40; ++i) {
            hear(tls_record(Octets(1'355, 1), 23), 0x10);
            if (i % 2 == 1) say({}, 0x10);
        }
        say({}, 0x11);
        hear({}, 0x11);
    }
    return {std::move(all.frames), 0};
}

Frames half_hellos()
{
    Frames all;
    const auto hello = hello_to("a.rather.long.name.of.a.server.example");
    for (std::size_t i = 0; i < 30'000; ++i) {
        all.frames.push_back(up(6, tcp({.source = port(i), .sequence = 1, .flags = 0x02, .payload = {}})));
        all.frames.push_back(up(6, tcp({.source = port(i), .sequence = 2, .payload = part(hello, 0, 60)})));
    }
    return {std::move(all.frames), kIpDestination + 1};
}

Frames forged_senders()
{
    Frames all;
    const auto hello = hello_to("a.rather.long.name.of.a.server.example");
    for (std::uint32_t i = 0; i < 30'000; ++i) {
        const auto from = v4(0x0a4e0000U + i);
        all.frames.push_back(
            up(6, tcp({.source = port(i), .sequence = 1, .flags = 0x02, .payload = {}}), kServer, from));
        all.frames.push_back(
            up(6, tcp({.source = port(i), .sequence = 2, .payload = part(hello, 0, 60)}), kServer, from));
    }
    return {std::move(all.frames), kIpDestination + 1};
}

// A stranger's phone, beside the colleague's on the link: whoever the packets are for is looked at.
Frames forged_at_colleague()
{
    Frames all;
    const auto hello = hello_to("a.rather.long.name.of.a.server.example");
    for (std::uint32_t i = 0; i < 30'000; ++i) {
        const auto from = v4(0x0a4e0000U + i);
        const auto to = [&](const Octets& segment) {
            all.frames.push_back(ethernet(kVictim, kStranger, 0x0800, ip_packet(from, kVictimAddress, 6, segment)));
        };
        to(tcp({.source = port(i), .sequence = 1, .flags = 0x02, .payload = {}}));
        to(tcp({.source = port(i), .sequence = 2, .payload = part(hello, 0, 60)}));
    }
    return {std::move(all.frames), kIpSource + 1};
}

Frames port_scan()
{
    Frames all;
    for (std::uint32_t i = 0; i < 60'000; ++i)
        all.frames.push_back(
            up(6, tcp({.source = port(i * 31), .destination = port(i * 17), .flags = 0x02, .payload = {}}),
               v4(0xc6120000U + i)));
    return {std::move(all.frames), kIpDestination + 1};
}

// Ports for which 3 a + b is the same: what an unkeyed, linear hash put into one place.
Frames one_hash()
{
    Frames all;
    for (std::uint32_t a = 0; a <= 21'000; ++a) {
        const auto b = 3 * (21'000 - a);
        if (a < 1'024 || b < 6'000 || b > 65'000) continue;
        all.frames.push_back(
            up(17, udp(static_cast<std::uint16_t>(a), static_cast<std::uint16_t>(b), Octets(20, 'x'))));
    }
    return {std::move(all.frames), 0};
}

Frames quic_initials()
{
    Frames all;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
        InitialToSeal initial;
        initial.destination_id = hex("8394c8f0") + big_endian(i, 4);
        initial.frames = crypto_frame(60'000 - i % 50'000, Octets(20, 1));
        initial.frames.resize(1'100, 0);
        all.frames.push_back(up(17, udp(port(i), 443, seal_initial(initial))));
    }
    return {std::move(all.frames), kIpDestination + 1};
}

// Many small pieces of a hello, with holes between them, of one connection after the other.
Frames scattered()
{
    Frames all;
    for (std::size_t i = 0; i < 1'000; ++i) {
        all.frames.push_back(up(6, tcp({.source = port(i), .sequence = 1, .flags = 0x02, .payload = {}})));
        for (std::uint32_t piece = 1; piece < 60; ++piece)
            all.frames.push_back(up(6, tcp({.source = port(i), .sequence = 2 + piece * 1'000, .payload = {0x16}})));
    }
    return {std::move(all.frames), kIpDestination + 1};
}

// A hello in records of one octet, some of them in each segment: never complete, always begun.
Frames dribbled()
{
    Frames all;
    const auto hello = client_hello(extension(21, Octets(8'000, 0)) + server_name_extension("late.example"));
    for (std::size_t i = 0; i < 1'000; ++i) {
        all.frames.push_back(up(6, tcp({.source = port(i), .sequence = 1, .flags = 0x02, .payload = {}})));
        std::uint32_t sequence = 2;
        for (std::size_t at = 0; at < 5'900; at += 100) {
            Octets segment;
            for (std::size_t octet = at; octet < at + 100; ++octet) segment = segment + tls_record({hello[octet]});
            all.frames.push_back(up(6, tcp({.source = port(i), .sequence = sequence, .payload = segment})));
            sequence += static_cast<std::uint32_t>(segment.size());
        }
    }
    return {std::move(all.frames), kIpDestination + 1};
}

Frames two_hellos()
{
    Frames all;
    for (std::size_t i = 0; i < 20'000; ++i) {
        all.frames.push_back(up(6, tcp({.source = port(i), .sequence = 1, .flags = 0x02, .payload = {}})));
        all.frames.push_back(up(6, tcp({.source = port(i), .sequence = 2, .payload = hello_to("one.example")})));
        all.frames.push_back(up(6, tcp({.source = port(i), .sequence = 2, .payload = hello_to("two.example")})));
    }
    return {std::move(all.frames), kIpDestination + 1};
}

// Requests of a post's size to a platform and their answers, each on a connection of its own.
Frames platform_requests()
{
    Frames all;
    for (std::size_t i = 0; i < 15'000; ++i) {
        const auto hello = hello_to("api.x.com");
        const auto next = static_cast<std::uint32_t>(2 + hello.size());
        all.frames.push_back(up(6, tcp({.source = port(i), .sequence = 1, .flags = 0x02, .payload = {}})));
        all.frames.push_back(up(6, tcp({.source = port(i), .sequence = 2, .payload = hello})));
        all.frames.push_back(
            up(6, tcp({.source = port(i), .sequence = next, .payload = tls_record(Octets(900, 1), 23)})));
        all.frames.push_back(down(6, tcp({.source = 443,
                                          .destination = port(i),
                                          .sequence = 9'001,
                                          .payload = tls_record(Octets(400, 1), 23)})));
    }
    return {std::move(all.frames), 0};
}

Frames neighbours()
{
    Frames all;
    std::mt19937 random(1);
    for (std::uint32_t i = 0; i < 60'000; ++i) {
        const auto claimed = hex("20010db8 0000 0000 0000 0000") + big_endian(random(), 4);
        const auto source = IpAddress::v6(std::span<const std::uint8_t, 16>(claimed));
        // RFC 4861 section 4.4, unsolicited, with the target's link-layer address.
        const auto advertisement = hex("88 00 0000 20000000") + claimed + hex("02 01") + octets_of(kPhone);
        auto packet = ip_packet(source, ip("ff02::1"), 58, advertisement);
        packet[7] = 255;
        all.frames.push_back(ethernet(mac("33:33:00:00:00:01"), kPhone, 0x86dd, packet));
    }
    return {std::move(all.frames), kIp6Target};
}

// The colleague's address and any other, claimed by devices that do not exist.
Frames arp_claims()
{
    Frames all;
    for (std::uint32_t i = 0; i < 60'000; ++i) {
        const auto who = device(i);
        const auto claimed = i % 50 == 0 ? kVictimAddress : v4(0x0a4d0000U + i);
        all.frames.push_back(ethernet(
            mac("ff:ff:ff:ff:ff:ff"), who, 0x0806,
            hex("0001 0800 06 04 0002") + octets_of(who) + octets_of(claimed) + Octets(6, 0) + octets_of(claimed)));
    }
    return {std::move(all.frames), 0};
}

Frames dhcp_flood()
{
    Frames all;
    for (std::uint32_t i = 0; i < 30'000; ++i) {
        const auto client = device(i);
        const auto message = [&](std::uint8_t operation, std::uint8_t type) {
            const auto yours = operation == 2 ? v4(0x0a4d0000U + i) : v4(0);
            return Octets{operation} + hex("01 06 00") + big_endian(i, 4) + Octets(8, 0) + octets_of(yours) +
                   Octets(8, 0) + octets_of(client) + Octets(202, 0) + hex("63825363 3501") + Octets{type} +
                   hex("3304 00000e10 3604 0a4d0009 ff");
        };
        all.frames.push_back(ethernet(mac("ff:ff:ff:ff:ff:ff"), client, 0x0800,
                                      ip_packet(ip("0.0.0.0"), ip("255.255.255.255"), 17, udp(68, 67, message(1, 3)))));
        all.frames.push_back(ethernet(
            client, kPhone, 0x0800, ip_packet(ip("10.77.0.9"), ip("255.255.255.255"), 17, udp(67, 68, message(2, 5)))));
    }
    return {std::move(all.frames), 0};
}

// Questions of the phone's own, with answers that it sends itself: long names, ever other addresses.
Frames dns_answers()
{
    Frames all;
    const std::string label(60, 'n');
    for (std::uint32_t i = 0; i < 30'000; ++i) {
        const auto name = dns_name(label + "." + label + "." + label + ".x" + std::to_string(i) + ".example");
        const auto header = [&](const char* flags, int answers) {
            return big_endian(i & 0xffffU, 2) + hex(flags) + hex("0001") +
                   big_endian(static_cast<std::uint64_t>(answers), 2) + hex("00000000");
        };
        const auto question = name + hex("0001 0001");
        const auto record = hex("c00c 0001 0001 00000e10 0004") + octets_of(v4(0xc6130000U + i));
        all.frames.push_back(up(17, udp(port(i), 53, header("0100", 0) + question), ip("10.77.0.1")));
        all.frames.push_back(ethernet(
            kPhone, kRouter, 0x0800,
            ip_packet(ip("10.77.0.1"), kAddress, 17, udp(53, port(i), header("8180", 1) + question + record))));
    }
    return {std::move(all.frames), 0};
}

// The colleague's frames, invented, in tunnels that nobody configured.
Frames tunnels()
{
    Frames all;
    for (std::size_t i = 0; i < 20'000; ++i) {
        const auto inner =
            ethernet(kRouter, kVictim, 0x0800,
                     ip_packet(kVictimAddress, kServer, 6, tcp({.source = port(i), .payload = hello_to("api.x.com")})));
        all.frames.push_back(up(17, udp(port(i), 4789, hex("08000000 00000100") + inner)));
    }
    return {std::move(all.frames), kIpDestination + 1};
}

Frames fragments()
{
    Frames all;
    for (std::uint32_t i = 0; i < 60'000; ++i) {
        auto packet = ip_packet(kAddress, kServer, 17, Octets(64, 'x'));
        packet[4] = static_cast<std::uint8_t>(i >> 8U);
        packet[5] = static_cast<std::uint8_t>(i);
        packet[6] = 0x20;  // more fragments
        packet[7] = static_cast<std::uint8_t>(i % 7);
        all.frames.push_back(ethernet(kRouter, kPhone, 0x0800, packet));
    }
    return {std::move(all.frames), kIpSource + 2};
}

}  // namespace

const std::vector<Kind>& kinds()
{
    static const std::vector<Kind> all{
        {"ordinary", "pages with pictures", ordinary},
        {"half-hellos", "connections that begin a hello and go silent", half_hellos},
        {"forged-senders", "the same with 30,000 sender addresses", forged_senders},
        {"forged-at-another", "half hellos of 30,000 invented senders at the colleague's phone", forged_at_colleague},
        {"port-scan", "a SYN each to another address and port", port_scan},
        {"one-hash", "UDP flows that an unkeyed hash put into one place", one_hash},
        {"quic-initials", "QUIC Initials with the end of a hello far away", quic_initials},
        {"scattered", "segments of one octet, with holes between them", scattered},
        {"dribbled", "hellos in records of one octet that never end", dribbled},
        {"two-hellos", "decoys: two hellos on each connection", two_hellos},
        {"platform-requests", "25,000 requests a second to a platform", platform_requests},
        {"neighbours", "ND: one phone claims ever other addresses", neighbours},
        {"arp-claims", "ARP of 60,000 invented devices, also of the colleague's address", arp_claims},
        {"dhcp", "DHCP requests of invented devices, with forged answers", dhcp_flood},
        {"dns", "DNS questions and answers with long names", dns_answers},
        {"tunnels", "VXLAN with the colleague's frames, invented", tunnels},
        {"fragments", "fragments whose rest never comes", fragments},
    };
    return all;
}

}  // namespace breakwatch::attack
