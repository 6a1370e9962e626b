#include "wire.hpp"

#include "support/client_hello.hpp"
#include "support/dns.hpp"

namespace breakwatch::bench {

namespace {

using namespace std::chrono_literals;
using namespace breakwatch::test;

const IpAddress kServer = ip("198.51.100.7");
const IpAddress kServer6 = ip("2001:db8:f::7");

bool is_v6(const IpAddress& address)
{
    return address.family == IpAddress::Family::v6;
}
std::uint16_t type_of(const IpAddress& address)
{
    return is_v6(address) ? 0x86dd : 0x0800;
}
const IpAddress& server_for(const IpAddress& client, const Manner& manner)
{
    if (manner.to.family != IpAddress::Family::none) return manner.to;
    return is_v6(client) ? kServer6 : kServer;
}
void set_hops(Octets& packet, const IpAddress& sender, std::uint8_t hops)
{
    packet[is_v6(sender) ? 7 : 8] = hops;
}

}  // namespace

void Wire::show(Timestamp at, const MacAddress& from, const MacAddress& to, const Octets& packet, std::uint16_t type,
                std::uint16_t vlan)
{
    if (vlan == 0) {
        history_.shown.push_back({at, ethernet(to, from, type, packet)});
    } else {
        history_.shown.push_back({at, ethernet(to, from, 0x8100, big_endian(vlan, 2) + big_endian(type, 2) + packet)});
    }
}

void Wire::arp(const MacAddress& says, const IpAddress& address, Timestamp at, const MacAddress& frame)
{
    show(at, frame, kEverybody,
         hex("0001 0800 06 04 0001") + octets_of(says) + octets_of(address) + Octets(6, 0) + octets_of(kDhcp), 0x0806);
}

void Wire::advertise(const MacAddress& says, const IpAddress& address, Timestamp at, const MacAddress& frame)
{
    auto packet = ip_packet(address, ip("ff02::1"), 58,
                            hex("8800 0000 20000000") + octets_of(address) + hex("0201") + octets_of(says));
    set_hops(packet, address, 255);
    show(at, frame, mac("33:33:00:00:00:01"), packet, 0x86dd);
}

Octets Wire::dhcp(bool reply, int kind, const MacAddress& client, const IpAddress& own, const IpAddress& given,
                  const Octets& options)
{
    const auto address = [](const IpAddress& each) {
        return each.family == IpAddress::Family::none ? Octets(4, 0) : octets_of(each);
    };
    return Octets{static_cast<std::uint8_t>(reply ? 2 : 1), 1, 6, 0} + big_endian(++transaction_, 4) + Octets(4, 0) +
           address(own) + address(given) + Octets(8, 0) + octets_of(client) + Octets(202, 0) + hex("63825363 3501") +
           Octets{static_cast<std::uint8_t>(kind)} + options + Octets{0xff};
}

void Wire::request(const MacAddress& client, const std::string& software, Timestamp at, std::uint16_t vlan)
{
    show(
        at, client, kEverybody,
        ip_packet(ip("0.0.0.0"), ip("255.255.255.255"), 17, udp(68, 67, dhcp(false, 3, client, {}, {}, hex(software)))),
        0x0800, vlan);
}

void Wire::ack(const MacAddress& client, const IpAddress& address, std::uint32_t seconds, Timestamp at,
               const MacAddress& to, const MacAddress& server, const IpAddress& id)
{
    const auto options = hex("3604") + octets_of(id) + hex("3304") + big_endian(seconds, 4);
    show(at, server, to, ip_packet(id, address, 17, udp(67, 68, dhcp(true, 5, client, {}, address, options))));
}

void Wire::release(const MacAddress& client, const IpAddress& address, Timestamp at, const MacAddress& frame)
{
    show(at, frame, kGateway, ip_packet(address, kDhcp, 17, udp(68, 67, dhcp(false, 7, client, address, {}, {}))));
}

void Wire::dns(const IpAddress& client, const MacAddress& frame, const std::string& name, const std::string& address,
               Timestamp at, bool asked, const MacAddress& from)
{
    if (is_v6(client)) return;
    if (asked) show(at - 30ms, frame, kGateway, ip_packet(client, kDhcp, 17, udp(33'333, 53, dns_question(name))));
    show(at, from, frame, ip_packet(kDhcp, client, 17, udp(53, 33'333, dns_answer(name, address))));
}

// A hello that the server is not to get: it dies on its way, lies under the true one, or far outside the window.
void Wire::decoy(const MacAddress& frame, const IpAddress& from, Timestamp at, const Manner& manner)
{
    const bool far = manner.trick == Manner::Trick::out_of_window;
    const TcpPart part{port_, 443, far ? 0x40000000U : 100U, 0x18, hello_to(manner.decoy)};
    auto packet = ip_packet(from, server_for(from, manner), 6, tcp(part));
    set_hops(packet, from, manner.trick == Manner::Trick::hop_limit ? std::uint8_t{5} : manner.hops);
    show(at, frame, kGateway, packet, type_of(from), manner.vlan);
}

void Wire::connection(const MacAddress& frame, const IpAddress& from, Timestamp at, const Manner& manner)
{
    ++port_;
    const auto send = [&](Duration after, bool up, std::uint32_t sequence, std::uint8_t flags, const Octets& payload) {
        const TcpPart part{up ? port_ : std::uint16_t{443}, up ? std::uint16_t{443} : port_, sequence, flags, payload};
        auto packet = up ? ip_packet(from, server_for(from, manner), 6, tcp(part))
                         : ip_packet(server_for(from, manner), from, 6, tcp(part));
        if (up) set_hops(packet, from, manner.hops);
        show(at + after, up ? frame : kGateway, up ? kGateway : frame, packet, type_of(from), manner.vlan);
    };
    const auto hello = manner.server.empty() ? tls_record(client_hello(alpn_extension("h2"))) : hello_to(manner.server);
    send(-400ms, true, 99, 0x02, {});
    if (!manner.decoy.empty()) decoy(frame, from, at - 350ms, manner);
    send(-300ms, true, 100, 0x18, hello);
    send(0ms, true, static_cast<std::uint32_t>(100 + hello.size()), 0x18, tls_record(Octets(1'200, 1), 23));
    send(300ms, false, 500, 0x18, tls_record(Octets(300, 1), 23));
}

void Wire::tunnelled(const MacAddress& sender, const IpAddress& from, std::uint16_t port, const MacAddress& frame,
                     const IpAddress& inner, Timestamp at)
{
    History invented;
    Wire(invented).connection(frame, inner, at);
    const auto header = port == 6081 ? hex("0000 6558 000001 00") : port == 2152 ? Octets{} : hex("08000000 00000100");
    for (const auto& each : invented.shown) {
        auto inside = each.frame;
        if (port == 2152) {  // GTP-U carries the packet alone (3GPP TS 29.281)
            inside.erase(inside.begin(), inside.begin() + 14);
            inside = hex("30ff") + big_endian(inside.size(), 2) + hex("00000001") + inside;
        }
        show(each.at, sender, kGateway, ip_packet(from, ip("203.0.113.5"), 17, udp(50'000, port, header + inside)));
    }
}

}  // namespace breakwatch::bench
