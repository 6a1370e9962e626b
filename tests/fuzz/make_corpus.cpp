// Writes the seeds under tests/fuzz/corpus: the shapes that the unit tests use, with made-up data.
//   fuzz_make_corpus FOLDER
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "support/client_hello.hpp"
#include "support/frames.hpp"
#include "support/quic_seal.hpp"

using namespace breakwatch::test;
using breakwatch::IpAddress;

// Octets stand in groups as the RFCs draw them.
// clang-format off
namespace {

const auto kPhone = mac("02:1a:10:00:10:01"), kOther = mac("5a:00:00:00:00:99"), kRouter = mac("02:1a:10:00:00:01");
const auto kPhone4 = ip("10.77.20.31"), kServer4 = ip("198.51.100.7"), kResolver4 = ip("10.77.20.1");
const auto kPhone6 = ip("2001:db8::31"), kServer6 = ip("2001:db8::80");

std::filesystem::path folder;

void seed(const std::string& target, const std::string& name, const Octets& bytes)
{
    std::filesystem::create_directories(folder / target);
    std::ofstream out(folder / target / name, std::ios::binary | std::ios::trunc);
    for (const auto octet : bytes) out.put(static_cast<char>(octet));
}
void seed(const std::string& target, const std::string& name, std::string_view text) { seed(target, name, octets_of(text)); }

Octets part(const Octets& whole, std::size_t from, std::size_t to)
{
    return {whole.begin() + static_cast<std::ptrdiff_t>(from), whole.begin() + static_cast<std::ptrdiff_t>(to)};
}

// --- packets ---

Octets up(const Octets& ip_payload, std::uint8_t protocol)
{
    return ethernet(kRouter, kPhone, 0x0800, ip_packet(kPhone4, kServer4, protocol, ip_payload));
}
Octets down(const Octets& ip_payload, std::uint8_t protocol)
{
    return ethernet(kPhone, kRouter, 0x0800, ip_packet(kServer4, kPhone4, protocol, ip_payload));
}
Octets up_tcp(std::uint32_t sequence, const Octets& payload, std::uint8_t flags = 0x18, std::uint16_t to = 443)
{
    return up(tcp({50'000, to, sequence, flags, payload}), 6);
}
Octets down_tcp(std::uint32_t sequence, const Octets& payload, std::uint8_t flags = 0x18, std::uint16_t from = 443)
{
    return down(tcp({from, 50'000, sequence, flags, payload}), 6);
}

// What pcap_fuzz takes a packet from; a step under 200 is ten milliseconds each.
Octets then(const Octets& frame, std::uint8_t step = 5) { return Octets{step} + with_length(frame, 2); }

Octets dns_answer()
{
    const auto name = hex("06 75706c6f6164 01 78 07 6578616d706c65 00");  // upload.x.example
    return hex("1234 8180 0001 0003 0000 0000") + name + hex("0001 0001") + hex("c00c 0005 0001 0000012c 0007 0465646765 c013") +
           hex("c030 0001 0001 0000012c 0004 c6336407") + hex("c00c 0041 0001 0000012c 0019 0001 00 0004 0004 c6336407"
                                                              "0001 0003 026832 0005 0002 0000");
}

Octets dhcp_ack()
{
    return hex("02 01 06 00 0000abcd 0000 0000 00000000 0a4d141f 0a4d1401 00000000") + octets_of(kPhone) + Octets(10) +
           Octets(192) + hex("63825363 350105 330400000e10 3604 0a4d1401 0c0a 6d6164652d75702d3031 ff");
}

Octets dhcpv6_reply()
{
    const auto address = hex("0005 0018") + octets_of(kPhone6) + hex("00000384 00000e10");
    return hex("07 00abcd 0001 000e 0001 0001 2a2a2a2a") + octets_of(kPhone) +
           hex("0003 0028 00000001 00000000 00000000") + address;
}

Octets neighbor_advertisement()
{
    return hex("88 00 0000 60000000") + octets_of(kPhone6) + hex("02 01") + octets_of(kPhone);
}

Octets arp_reply()
{
    return hex("0001 0800 06 04 0002") + octets_of(kPhone) + octets_of(kPhone4) + octets_of(kRouter) + octets_of(kResolver4);
}

Octets wlan_up(const Octets& ip)
{
    return hex("8801 0000 001a1e100001") + octets_of(kPhone) + octets_of(kRouter) + hex("1000 0000 aaaa03 000000 0800") + ip;
}

Octets radius_request()
{
    const auto attribute = [](std::uint8_t type, const Octets& value) { return Octets{type} + Octets{static_cast<std::uint8_t>(value.size() + 2)} + value; };
    const auto attributes = attribute(40, hex("00000001")) + attribute(1, octets_of("s1001")) + attribute(44, octets_of("5f010010")) +
                            attribute(4, hex("0a4d1402")) + attribute(31, octets_of("02-1A-10-00-10-01")) +
                            attribute(30, octets_of("00-1A-1E-10-00-01:break")) + attribute(8, octets_of(kPhone4)) +
                            attribute(55, hex("6b042400")) + attribute(33, hex("0a0b")) + attribute(80, Octets(16));
    return hex("04 2a") + big_endian(attributes.size() + 20, 2) + Octets(16, 0x33) + attributes;
}

InitialToSeal initial_with(const Octets& frames, std::uint32_t version = 1)
{
    InitialToSeal initial;
    initial.version = version;
    initial.frames = frames + Octets(40);
    return initial;
}

const auto kHello = client_hello(server_name_extension("upload.x.example") + alpn_extension("h2"));

// --- seeds by target ---

void wire_seeds()
{
    const auto packet = ip_packet(kPhone4, kServer4, 17, udp(50'000, 53, hex("00")));
    const auto frame = ethernet(kRouter, kPhone, 0x0800, packet);
    const auto vlan = ethernet(kRouter, kPhone, 0x88a8, hex("0064 8100 0014 0800") + packet);
    seed("link_layer", "ethernet", hex("00") + frame);
    seed("link_layer", "vlan-in-vlan", hex("00") + vlan);
    seed("link_layer", "snap", hex("00") + ethernet(kRouter, kPhone, 0x0026, hex("aaaa03 000000 0800") + packet));
    seed("link_layer", "pppoe", hex("00") + ethernet(kRouter, kPhone, 0x8864, hex("1100 0001 0020 0021") + packet));
    seed("link_layer", "mpls-pseudowire", hex("00") + ethernet(kRouter, kPhone, 0x8847, hex("00011140 00011140 00000000") + frame));
    seed("link_layer", "provider-bridge", hex("00") + ethernet(kRouter, kPhone, 0x88e7, hex("00000001") + frame));
    seed("link_layer", "fabric-path", hex("00") + ethernet(kRouter, kPhone, 0x8903, hex("0000") + frame));
    seed("link_layer", "null", hex("01 02000000") + packet);
    seed("link_layer", "ppp", hex("02 ff03 0021") + packet);
    seed("link_layer", "cooked", hex("0c 0000 0001 0006") + octets_of(kPhone) + hex("0000 0800") + packet);
    seed("link_layer", "netfilter-log", hex("10 02000000 05000a0041000000") + hex("2100 0900") + packet);
    seed("link_layer", "cooked-2", hex("11 0800 0000 00000002 0001 00 06") + octets_of(kPhone) + hex("0000") + packet);

    seed("wlan", "data", hex("00") + wlan_up(packet));
    seed("wlan", "aggregate", hex("00 8801 0000 001a1e100001") + octets_of(kPhone) + hex("001a1e100001 1000 8000") +
                                  octets_of(kRouter) + octets_of(kPhone) + hex("0025 aaaa03 000000 0800") + packet);
    seed("wlan", "radiotap", hex("01 00 00 0900 02000000 10") + wlan_up(packet) + hex("deadbeef"));
    seed("wlan", "radiotap-timestamp", hex("01 00 00 1900 03000080 00000000 00000000 0000000000000000 20") + wlan_up(packet));

    seed("ip", "ipv4-udp", packet);
    seed("ip", "ipv4-tcp-options", ip_packet(kPhone4, kServer4, 6, hex("c350 01bb 00000001 00000000 7002 ffff 0000 0000 020405b4 01030307")));
    seed("ip", "ipv4-fragment", hex("4500001c 1234 2001 4011 0000") + octets_of(kPhone4) + octets_of(kServer4) + Octets(8));
    seed("ip", "ipv6-extensions", ip_packet(kPhone6, kServer6, 0, hex("2b00050200000000 3301") + Octets(14) + hex("3c04") + Octets(22) + hex("1100010400000000") + udp(546, 547, {})));
    seed("ip", "ipv6-fragment", ip_packet(kPhone6, kServer6, 44, hex("3c000001 0000002a 1100010400000000") + Octets(8)));

    const Octets wraps[] = {hex("00 08000000 00002a00") + frame, hex("02 0c000004 00002a00 0002 0101 00000000") + packet,
                            hex("03 02006558 00002a00 0000000000000000") + frame,
                            hex("04 34ff0020 00000001 00000085 011001c0 01000000") + packet,
                            hex("05 0001 02 01 aaaa bb 0000000000000000 00 0000 cafe 0a4d141f") + ip_packet(kPhone6, kServer6, 59, {}),
                            hex("06 41521129 00000000") + Octets(36) + ip_packet(kPhone6, kServer6, 59, {}),
                            hex("07 4a02 0020 0001 0002 0000 0000 0002 aaaa ff03 0021") + packet,
                            hex("08 00104300 00000000") + wlan_up(packet), hex("09 8000000000000000") + packet,
                            hex("0a") + packet, hex("0c b000 22eb 00000000 00000001 00000002 200100010000000000000001 0000000000000000") + frame,
                            hex("0c 3081 880b 0018 0001 00000001 00000000 0021") + packet, hex("0d 3000") + frame,
                            hex("0e 0006 0101 00000000") + Octets(16) + packet};
    const char* const names[] = {"vxlan", "vxlan-gpe", "geneve", "gtp", "teredo", "ayiya", "l2tp", "capwap", "lisp",
                                 "ip-in-ip", "erspan-3", "pptp", "etherip", "nsh"};
    for (std::size_t i = 0; i < std::size(wraps); ++i) seed("tunnel", names[i], wraps[i]);

    seed("address_resolution", "arp", hex("00") + arp_reply());
    seed("address_resolution", "neighbor", hex("01") + neighbor_advertisement());
}

void stream_seeds()
{
    seed("tls_client_hello", "browser", hex("0020") + tls_record(kHello));
    seed("tls_client_hello", "two-records", hex("0030") + tls_record(part(kHello, 0, 40)) + tls_record(part(kHello, 40, kHello.size())));
    seed("tls_client_hello", "encrypted", hex("0000") + tls_record(client_hello(server_name_extension("front.example") + extension(0xfe0d, hex("00 0001 0001")) + extension(0xffce, hex("1301")))));
    seed("tls_client_hello", "without-records", hex("0010") + kHello);
    seed("tls_client_hello", "sslv2", hex("0004 802e 01 0002 0015 0000 0010") + Octets(0x25));

    seed("http_request", "post", hex("0020") + octets_of("POST /reply HTTP/1.1\r\nHost: www.x.example:8080\r\nContent-Length: 42\r\n\r\nbody"));
    seed("http_request", "connect", hex("0008") + octets_of("CONNECT upload.x.example:443 HTTP/1.1\r\nProxy-Connection: keep-alive\r\n\r\n"));
    seed("http_request", "absolute", hex("0040") + octets_of("GET http://u:p@www.x.example/x HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"));

    // Shape, number, id length and id, frame length and frames; see quic_initial_fuzz.cpp.
    const auto one = [](std::uint8_t shape, const Octets& frames) {
        return Octets{shape, 2} + with_length(hex("8394c8f03e515708"), 1) + with_length(frames, 2);
    };
    seed("quic_initial", "one-crypto", hex("01") + one(3, crypto_frame(0, kHello)));
    seed("quic_initial", "frames-out-of-order", hex("01") + one(7, crypto_frame(60, part(kHello, 60, kHello.size())) + hex("01 0000") + crypto_frame(0, part(kHello, 0, 60))));
    seed("quic_initial", "two-packets", hex("01") + one(0, crypto_frame(50, part(kHello, 50, kHello.size()))) + one(8, hex("03 05 00 01 00 01 01 01 02 03") + crypto_frame(0, part(kHello, 0, 50)) + hex("1c 0a 00 03 627965")));
    seed("quic_initial", "raw", hex("00") + seal_initial(initial_with(crypto_frame(0, kHello))));
    seed("quic_initial", "raw-coalesced", hex("00") + seal_initial(initial_with(crypto_frame(0, kHello), 0x6b3343cf)) + hex("e0 6b3343cf 00 00 08") + Octets(8) + hex("40") + Octets(100));
    seed("quic_initial", "raw-retry", hex("00 f0 00000001 00 04 01020304") + Octets(40));
}

void message_seeds()
{
    seed("dns", "answer", dns_answer());
    seed("dns", "question", hex("1234 0100 0001 0000 0000 0000 01 78 07 6578616d706c65 00 0041 0001"));
    seed("dns", "pointer-circle", hex("1234 8180 0001 0000 0000 0000 01 61 c00c 0001 0001"));
    seed("dhcp", "ack", hex("00") + dhcp_ack());
    seed("dhcp", "overload", hex("00") + part(dhcp_ack(), 0, 44) + hex("350105 ff") + Octets(60) + hex("330400000e10 ff") + Octets(121) + hex("63825363 340103 ff"));
    seed("dhcp", "v6-reply", hex("01") + dhcpv6_reply());
    seed("dhcp", "v6-relayed", hex("01 0d00") + Octets(32) + hex("004f 0008 0001") + octets_of(kPhone) + hex("0009") + with_length(dhcpv6_reply(), 2));
    seed("radius", "start", radius_request());
    seed("radius", "ipv6", hex("04 2b 0046") + Octets(16) + hex("2806 00000003 5f12") + octets_of(kServer6) + hex("a812") + octets_of(kPhone6) + hex("6104 0000 600a 0000000000000031"));
}

void text_seeds()
{
    seed("csv", "roster",
         "ragent_id,start,end,activity,tz,site\r\n1042,2026-11-23T21:00:00,2026-11-24T06:00:00,shift,Asia/Tokyo,made-up\r\n"
         "1042,2026-11-24T01:57:00,2026-11-24T02:12:00,break,Asia/Tokyo,\"made, \"\"up\"\"\"\r\n"
         "1043,2026-11-23T21:00:00Z,2026-11-24T06:00:00Z,off,,\r\n");
    seed("csv", "roster-wrong",
         "ragent_id,start,end,activity,tz,site\n,25:00,2026-11-24T06:00,nap,Nowhere/Zone,x\n1042,2026-11-24T06:00,2026-11-23T06:00,meal,UTC,x\n\"open");
    seed("csv", "enrolment",
         "estaff_id,macs,radius_users,agent_aliases,notice_date,consent_date,withdrawn_date\n"
         "s1001,02:1a:10:00:10:01;02-1a-10-00-10-02,s1001 MADEUP\\s1001,1042,2026-10-01,2026-10-05,\n"
         "s1002,021a.1000.1003,,1043,2026-10-01,,2026-11-01\n");
    seed("call_ndjson", "calls",
         R"({"v":1,"src":"acd","id":"7f1c-1","type":"call_start","agent":"1042","t":"2026-11-23T16:50:51.480Z","queue":"billing","seq":1})"
         "\n"
         R"({"v":1,"src":"acd","id":"7f1c-1","type":"call_end","agent":"s1001","t":"2026-11-24T01:56:02+09:00","talk_s":311,"end":"caller"})"
         "\n"
         R"({"type":"heartbeat","t":"2026-11-23T16:57:00Z"})"
         "\n");
    seed("call_ndjson", "refused",
         R"({"v":1,"id":"1","type":"call_end","agent":"1042","t":"2026-11-23T16:56:02Z","caller_number":"0"})"
         "\n"
         R"({"v":2})"
         "\n[1]\n"
         R"({"id":"1","type":"pause","agent":"1042","t":"2026-13-23T16:56:02Z","talk_s":-1})");
    seed("radius_detail", "records",
         "Mon Nov 23 16:38:36 2026\n\tPacket-Src-IP-Address = 10.77.20.2\n\tAcct-Status-Type = Start\n\tUser-Name = \"s1001\"\n"
         "\tAcct-Session-Id = \"5F010010\"\n\tNAS-Identifier = \"wlc-\\101\"\n\tNAS-IP-Address = 10.77.20.2\n"
         "\tCalling-Station-Id = \"02-1A-10-00-10-01\"\n\tCalled-Station-Id = \"00-1A-1E-10-00-01:break\"\n"
         "\tFramed-IP-Address = 10.77.20.31\n\tFramed-IPv6-Prefix = 2001:db8::/64\n\tFramed-Interface-Id = 0:0:0:31\n"
         "\tEvent-Timestamp = \"Nov 23 2026 16:38:35 UTC\"\n\tAcct-Delay-Time = 1\n\tTimestamp = 1795451916\n\n"
         "Mon Nov 23 16:40:00 2026\n\tAcct-Status-Type = Stop\n\tAcct-Input-Octets := 811\n\tTimestamp = 1795452000\n");
    seed("radius_detail", "torn", "Mon Nov 23 16:38:36 2026\n\tAcct-Status-Type = SMon Nov 23 16:38:40 2026\n\tTimestamp = 1795451920\n\n\n");
    seed("kea_lease", "v4",
         "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n"
         "10.77.20.31,02:1a:10:00:10:01,01:02:1a:10:00:10:01,3600,1795452256,1,0,0,made-up,0,\n"
         "10.77.20.32,,,0,1795452256,1,0,0,,1,\n");
    seed("kea_lease", "v6",
         "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context\n"
         "2001:db8::31,00:03:00:01:02:1a:10:00:10:01,3600,1795452256,1,1800,0,1,128,0,0,made-up,,0,\n"
         "2001:db8:1::,00:03:00:01:02:1a:10:00:10:01,3600,1795452256,1,1800,2,1,56,0,0,,,0,\n");
    constexpr std::string_view kLeases =
        "1795452258 02:1a:10:00:10:01 10.77.20.31 made-up ff:10:00:10:01:00:03:00:01:02:1a:10:00:10:01\n"
        "0 06-02:1a:10:00:10:02 10.77.20.32 * 01:02:1a:10:00:10:02\n"
        "duid 00:01:00:01:2a:2a:2a:2a:02:1a:10:00:00:01\n"
        "1795452300 1 2001:db8::31 made-up 00:03:00:01:02:1a:10:00:10:01\n";
    const std::string states = std::string(kLeases) + '\0' + '\0' + std::string(kLeases.substr(0, 60)) + '\0' +
                               "1795452300 02:1a:10:00:10:03 10.77.20.31 * *\n12 x y z w\n";
    seed("dnsmasq_leases", "states", states);

    seed("config", "site",
         "cpurpose:\n  text: made up\n  responsible: somebody\n  rules_reference: section 1\n  notice_date: 2026-10-01\n  retention: 180 days\n"
         "site: {name: made-up, time_zone: Asia/Tokyo}\ncapture: {interface: eth1, snaplen: 1600, promiscuous: no}\n"
         "calls:\n  - {name: acd, kind: unix-socket, path: calls.sock, silence: 30min}\n"
         "radius:\n  - {name: wlc, listen: '::', port: 1813, clients: [{name: a, address: 10.77.20.2, secret_file: s}]}\n"
         "dnsmasq_leases: [{name: leases, path: dnsmasq.leases}]\n"
         "zones:\n  - {zone: break-area, ssids: [BREAK], vlans: [20], subnets: [10.77.20.0/24, 'fd00::/8']}\n"
         "syslog:\n  - {name: siem, transport: tcp, host: 127.0.0.1, port: 5514, facility: local3, heartbeat: 60s}\n");
    seed("config", "site-wrong",
         "cpurpose: [a]\nsite: {name: x, name: y, time_zone: ../x}\ncapture: {interfase: eth1, snaplen: 9e9}\nzones: {a: b}\nsyslog:\n  - {port: 0, heartbeat: 1 week}\n? [a, b]\n: c\n");
    seed("config", "aliases", "ca: &a [1, 2]\nb: &b [*a, *a, *a]\nc: [*b, *b, *b]\n");
    seed("config", "rules",
         "rversion: 1\nrules:\n  - id: post-after-call\n    kind: post_after_call\n    within: 15min\n    kinds: [media_post, story]\n    least_tier: b\n    least_confidence: 0.6\n    severity: warning\n"
         "  - {id: Zone, kind: device_in_zoned, zones: [floor], within: 25h, least_confidence: nan}\n");
    seed("config", "platforms",
         "pversion: 2026-11-01\nplatforms:\n  x:\n    title: X\n    surface: public\n    hosts:\n      - {host: upload.x.example, role: upload, tier: a}\n      - {host: log*.x.example, role: telemetry, upstream: true, verified: 2026-11-01}\n      - {host: 'a..b', role: nothing}\n");
    seed("config", "detector",
         "dversion: 2026-11-01\nreview_by: 2027-05-01\nalert_threshold: 0.9\nbase_score: -1.5\ncalibration: [{score: -2, confidence: 0.1}, {score: 2, confidence: 0.9}]\n"
         "trees:\n  - splits: [wait 120.5, wait 1, wait 2, wait 3, wait 4, wait 5, wait nan]\n    values: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 1e999]\n");
}

void capture_seeds()
{
    const auto record = [](std::size_t size) { return tls_record(Octets(size, 0x41), 23); };
    const auto opening = then(up_tcp(1'000, {}, 0x02)) + then(down_tcp(9'000, {}, 0x12)) + then(up_tcp(1'001, {}, 0x10));
    const auto hello = tls_record(kHello);
    const auto after = static_cast<std::uint32_t>(1'001 + hello.size());
    seed("pcap", "post-over-tls",
         hex("00") + opening + then(up_tcp(1'001, hello)) + then(down_tcp(9'001, record(60))) + then(up_tcp(after, record(53) + record(400))) +
             then(up_tcp(after + 463, record(300))) + then(down_tcp(9'066, record(90))) + then(up_tcp(after + 768, {}, 0x11), 201) +
             then(down_tcp(9'161, {}, 0x11)) + hex("fa 0000"));
    seed("pcap", "hello-out-of-order",
         hex("00") + opening + then(up_tcp(1'051, part(hello, 50, hello.size()))) + then(up_tcp(1'001, part(hello, 0, 50))) + hex("fc"));
    seed("pcap", "server-first", hex("00") + then(down_tcp(9'001, record(40))) + then(up_tcp(1'001, hello)) + then(down_tcp(9'046, {}, 0x04)));
    seed("pcap", "proxied", hex("00") + then(up_tcp(1'001, octets_of("CONNECT upload.x.example:443 HTTP/1.1\r\n\r\n"), 0x18, 8'080)) +
                                then(down_tcp(9'001, octets_of("HTTP/1.1 200 OK\r\n\r\n"), 0x18, 8'080)) + then(up_tcp(1'044, hello, 0x18, 8'080)));
    seed("pcap", "clear", hex("00") + then(up_tcp(1'001, octets_of("POST /r HTTP/1.1\r\nHost: www.x.example\r\nContent-Length: 4\r\n\r\nbodyGET / HTTP/1.1\r\nHost: b.example\r\n\r\n"), 0x18, 80)) +
                              then(down_tcp(9'001, octets_of("HTTP/1.1 204 No Content\r\n\r\n"), 0x18, 80)));
    const auto initial = seal_initial(initial_with(crypto_frame(0, kHello)));
    seed("pcap", "quic", hex("00") + then(up(udp(50'001, 443, initial), 17)) + then(down(udp(443, 50'001, hex("40") + Octets(120, 1)), 17)) +
                             then(up(udp(50'001, 443, hex("41") + Octets(900, 2)), 17)) + then(down(udp(443, 50'001, hex("42") + Octets(200, 3)), 17)) + hex("fa 0000"));
    const auto from_resolver = [](const Octets& payload) {
        return ethernet(kPhone, kRouter, 0x0800, ip_packet(kResolver4, kPhone4, 17, udp(53, 40'000, payload)));
    };
    seed("pcap", "named-by-dns", hex("00") + then(from_resolver(dns_answer())) + then(up_tcp(1'001, octets_of("opaque first flight"), 0x18, 5'222)) +
                                     then(up_tcp(1'020, Octets(400, 0x55), 0x18, 5'222)) + then(down_tcp(9'001, Octets(90, 0x66), 0x18, 5'222)));
    seed("pcap", "addresses",
         hex("00") + then(ethernet(kPhone, kRouter, 0x0806, arp_reply())) +
             then(ethernet(kPhone, kRouter, 0x86dd, ip_packet(kPhone6, kServer6, 58, neighbor_advertisement()))) +
             then(ethernet(kPhone, kRouter, 0x0800, ip_packet(kResolver4, kPhone4, 17, udp(67, 68, dhcp_ack())))) +
             then(ethernet(kPhone, kRouter, 0x86dd, ip_packet(kServer6, kPhone6, 17, udp(547, 546, dhcpv6_reply())))) + hex("fb 0000"));
    const auto datagram = udp(50'001, 443, initial);
    const auto fragment = [](const char* flags, const Octets& octets) {
        return ethernet(kRouter, kPhone, 0x0800, hex("4500") + big_endian(octets.size() + 20, 2) + hex("1234") + hex(flags) + hex("4011 0000") + octets_of(kPhone4) + octets_of(kServer4) + octets);
    };
    seed("pcap", "fragments", hex("00") + then(fragment("000c", part(datagram, 96, datagram.size()))) + then(fragment("2000", part(datagram, 0, 56))) + then(fragment("2006", part(datagram, 48, 96))));
    seed("pcap", "mirrored", hex("00") + then(ethernet(kRouter, kOther, 0x0800, ip_packet(kResolver4, kServer4, 47, hex("1000 88be 00000001 1001000100000000") + up_tcp(1'001, hello)))) +
                                 then(ethernet(kRouter, kOther, 0x0800, ip_packet(kResolver4, kServer4, 17, udp(40'000, 4789, hex("08000000 00002a00") + up(udp(50'002, 443, initial), 17))))));
    seed("pcap", "wireless", hex("02") + then(hex("00 00 0900 02000000 00") + wlan_up(ip_packet(kPhone4, kServer4, 6, tcp({50'000, 443, 1, 0x18, hello})))));
    Octets many = hex("00");
    for (std::uint16_t port = 1; port < 14; ++port) many = many + then(up(tcp({port, 443, 1, 0x18, part(hello, 0, 60)}), 6), 1);
    seed("pcap", "full", many + hex("fc fb 0000 fd 0000"));
}

Octets little(std::uint32_t value, std::size_t width)
{
    const auto octets = big_endian(value, width);
    return {octets.rbegin(), octets.rend()};
}

// Google QUIC, DTLS and wraps that came later.
void later_seeds()
{
    const auto name = octets_of("x.example");
    const auto chlo = octets_of("CHLO") + little(2, 2) + little(0, 2) + octets_of("PAD") + Octets{0} + little(4, 4) +
                      octets_of("SNI") + Octets{0} + little(4 + 9, 4) + octets_of("----") + name;
    const auto id = hex("0102030405060708");
    const auto stream = hex("a001") + with_length(chlo, 2);
    seed("gquic", "q043", hex("00 09") + id + octets_of("Q043") + Octets{1} + Octets(12, 7) + stream);
    seed("gquic", "q025", hex("00 0d") + id + octets_of("Q025") + Octets{1} + Octets(13, 7) + hex("8001") + chlo);
    seed("gquic", "q046", hex("00 c3") + octets_of("Q046") + hex("50") + id + hex("00000001") + Octets(12, 7) + stream);
    seed("gquic", "message", hex("01 20") + chlo);

    const auto body = hex("fefd") + Octets(32, 7) + hex("00 00 0002 c02b 01 00") + with_length(server_name_extension("x.example"), 2);
    const auto dtls = hex("16 feff 0000 000000000000") +
                      with_length(Octets{1} + big_endian(body.size(), 3) + hex("0000 000000") + big_endian(body.size(), 3) + body, 2);
    seed("tls_client_hello", "dtls", hex("ffff") + dtls);
    const auto google = [](const Octets& bytes) { return Octets{8} + varint(0) + varint(bytes.size()) + bytes; };
    const auto frames = google(kHello);
    // Shape: version 6 (T051) of the list, a packet number of one octet; then number, id, frames.
    seed("quic_initial", "google-frames", hex("01 18 01 08") + id + with_length(frames, 2));
    seed("quic_initial", "google-hello", hex("01 1c 01 08") + id + with_length(google(chlo), 2));
    const auto inner = up_tcp(1, octets_of("hello"));
    seed("tunnel", "tzsp", hex("10 01 00 0001 0a 01 ff 00 01") + inner);
    seed("tunnel", "mpls-in-udp", hex("11 00064140") + part(inner, 14, inner.size()));
    seed("tunnel", "gre-in-udp", hex("0f 0000 6558") + inner);
    seed("tunnel", "wccp", hex("0c 0000 883e 00000000") + part(inner, 14, inner.size()));
    seed("http_request", "no-version", hex("0030") + octets_of("GET /x\r\nHost: a.example\r\nAccept: */*\r\n\r\n"));
    seed("pcap", "hole-acknowledged", hex("00") + then(up_tcp(1'000, {}, 0x02)) + then(up_tcp(1'101, octets_of("GET / HTTP/1.1\r\nHost: b.example\r\n\r\n"), 0x18, 443)) +
                                          then(down(tcp({443, 50'000, 9'001, 0x18, Octets(3, 1), 1'139}), 6)) + then(up_tcp(1'139, Octets(4, 1))));
}

// Segments as exchange_fuzz takes them: what happens on which flow, to the server or from it, 5 ms a step.
void exchange_seeds()
{
    const auto segment = [](std::uint8_t step, std::uint8_t what, std::size_t length, const Octets& captured = {}) {
        return Octets{step, static_cast<std::uint8_t>(what | captured.size() << 4U), 0} + big_endian(length, 2) + captured;
    };
    constexpr std::uint8_t kUp = 4, kSyn = 8, kUpload = 1;
    const auto record = hex("17 0303 0190");
    const auto asked = segment(0, kUp, 700) + segment(20, 0, 300);
    const auto quiet = hex("ce 03");
    seed("exchange", "clear-request-and-answer", hex("1a") + asked + segment(100, kUp, 200) + segment(4, 0, 90) + quiet);
    seed("exchange", "tls-request-and-answer",
         hex("00") + segment(0, kUp | kSyn, 0) + segment(4, kSyn, 0) + segment(1, kUp, 405, record) + segment(20, 0, 405, record) + quiet);
    seed("exchange", "quic-upload-and-post",
         hex("0d") + segment(0, kUp | kUpload, 60'000, hex("40")) + segment(2, kUpload, 200, hex("41")) + segment(100, kUp, 900, hex("42")) +
             segment(60, 0, 500, hex("43")) + quiet);
    seed("exchange", "clock-set-back", hex("1a") + asked + segment(10, kUp, 500) + segment(255, 0, 300) + segment(1, kUp, 80) + hex("fc 03"));
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 2) return 2;
    folder = argv[1];
    wire_seeds();
    stream_seeds();
    message_seeds();
    text_seeds();
    capture_seeds();
    exchange_seeds();
    later_seeds();
    return 0;
}
