// What vendors say of a session: the same from a packet and from a detail file.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "feeds/radius/radius_attributes.hpp"
#include "feeds/radius/radius_detail_record.hpp"
#include "support/moments.hpp"

using namespace breakwatch;
using namespace breakwatch::test;

namespace {

using Octets = std::vector<std::uint8_t>;

Octets of(const std::string& text)
{
    return {text.begin(), text.end()};
}

Octets number(std::uint32_t value)
{
    return {static_cast<std::uint8_t>(value >> 24U), static_cast<std::uint8_t>(value >> 16U),
            static_cast<std::uint8_t>(value >> 8U), static_cast<std::uint8_t>(value)};
}

struct Packet {
    Octets attributes;

    Packet& add(std::uint8_t type, const Octets& value)
    {
        attributes.push_back(type);
        attributes.push_back(static_cast<std::uint8_t>(value.size() + 2));
        attributes.insert(attributes.end(), value.begin(), value.end());
        return *this;
    }
    Packet& vendor(std::uint32_t id, std::uint8_t type, const Octets& value)
    {
        auto inside = number(id);
        inside.push_back(type);
        inside.push_back(static_cast<std::uint8_t>(value.size() + 2));
        inside.insert(inside.end(), value.begin(), value.end());
        return add(26, inside);
    }
    std::expected<SessionEvent, SessionRefusal> told() const
    {
        Octets bytes{4, 1};
        const auto length = attributes.size() + 20;
        bytes.push_back(static_cast<std::uint8_t>(length >> 8U));
        bytes.push_back(static_cast<std::uint8_t>(length));
        bytes.resize(20);
        bytes.insert(bytes.end(), attributes.begin(), attributes.end());
        return session_event(decode_radius(bytes).value(), at("12:00"));
    }
};

Packet start(const std::string& called = "04bd88c95ff0")
{
    Packet packet;
    packet.add(40, number(1)).add(44, of("A1")).add(4, {10, 0, 0, 5}).add(1, of("anna"));
    packet.add(31, of("02-1A-10-00-10-01")).add(8, {10, 77, 0, 5});
    if (!called.empty()) packet.add(30, of(called));
    return packet;
}

std::expected<SessionEvent, SessionRefusal> read(const std::string& lines, const std::string& user = "\"anna\"",
                                                 const std::string& calling = "\"02-1A-10-00-10-01\"")
{
    DetailRecordReader reader(64 * 1024);
    std::string text =
        "Mon Nov 23 16:38:38 2026\n\tAcct-Status-Type = Start\n\tAcct-Session-Id = \"A1\"\n"
        "\tNAS-IP-Address = 10.0.0.5\n\tUser-Name = " +
        user + "\n\tCalling-Station-Id = " + calling + "\n" + lines +
        "\tFramed-IP-Address = 10.77.0.5\n\tTimestamp = 1795451918\n\n";
    std::uint64_t line = 0;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = text.find('\n', from);
        if (auto result = reader.take(text.substr(from, end - from), ++line, false)) {
            REQUIRE_MESSAGE(result->has_value(), result->error().what);
            return session_event((*result)->accounting, (*result)->arrival);
        }
        from = end + 1;
    }
    FAIL("no record");
    return std::unexpected(SessionRefusal::no_user);
}

}  // namespace

TEST_CASE("the SSID is taken from the attributes of each vendor, from a packet and from a file")
{
    struct Case {
        std::uint32_t vendor;
        std::uint8_t type;
        std::string value;
        std::string line;
    };
    const std::vector<Case> cases{
        {14823, 5, "BREAK", "Aruba-Essid-Name = \"BREAK\""},
        {25053, 3, "BREAK", "Ruckus-SSID = \"BREAK\""},
        {12356, 7, "BREAK", "Fortinet-SSID = \"BREAK\""},
        {9, 1, "ssid=BREAK", "Cisco-AVPair = \"ssid=BREAK\""},
        {9, 1, "cisco-wlan-ssid=BREAK", "Cisco-AVPair = \"cisco-wlan-ssid=BREAK\""},
        {388, 2, "BREAK", "Symbol-Current-ESSID = \"BREAK\""},
        {14525, 5, "BREAK", "Trapeze-SSID = \"BREAK\""},
        {4329, 5, "BREAK", "Siemens-SSID := \"BREAK\""},
        {8744, 0, "ssid=BREAK", "Colubris-AVPair = \"ssid=BREAK\""},
        {664, 103, "BREAK", "adtran-ssid = \"BREAK\""},
        {14823, 5, "BREAK", "Vendor-14823-Attr-5 = 0x425245414b"},
        {14823, 5, "BREAK", "Attr-26.14823.5 = 0x425245414b"},
        {25053, 3, "BREAK", "Vendor-Specific.Ruckus.SSID = \"BREAK\""},
        {25053, 3, "BREAK", "Ruckus-SSID = \"\\102REAK\""},
    };
    for (const auto& one : cases) {
        CAPTURE(one.line);
        CHECK(start().vendor(one.vendor, one.type, of(one.value)).told().value().ssid == "BREAK");
        CHECK(read("\t" + one.line + "\n").value().ssid == "BREAK");
    }
    CHECK(start().vendor(14823, 5, {'B', 'R', 0}).told().value().ssid == "BR");
    CHECK(start("00-1A-1E-20-00-01:OTHER").vendor(14823, 5, of("BREAK")).told().value().ssid == "BREAK");
}

TEST_CASE("the VLAN of a session is taken with and without a tag, and from each vendor")
{
    const auto vlan = [](const Packet& packet) { return packet.told().value().vlan; };
    CHECK(vlan(start()) == 0);
    CHECK(vlan(start().add(81, of("30"))) == 30);
    CHECK(vlan(start().add(81, {1, '3', '0'})) == 30);
    CHECK(vlan(start().add(64, {1, 0, 0, 13}).add(81, {1, '3', '0'})) == 30);
    CHECK(vlan(start().add(64, {1, 0, 0, 3}).add(81, {1, '3', '0'})) == 0);  // L2TP: no VLAN
    CHECK(vlan(start().add(81, {2, '4', '0'}).add(81, {1, '3', '0'})) == 30);
    CHECK(vlan(start().add(81, of("VLAN0030"))) == 30);
    CHECK(vlan(start().add(81, of("STAFF"))) == 0);
    CHECK(vlan(start().add(81, of("4095"))) == 0);
    CHECK(vlan(start().add(56, number(0x3200'001E))) == 30);
    CHECK(vlan(start().add(56, number(0x3100'001E))) == 0);  // tagged: a telephone's
    CHECK(vlan(start().add(58, of("230"))) == 30);
    CHECK(vlan(start().vendor(14823, 2, number(30))) == 30);
    CHECK(vlan(start().vendor(25053, 9, number(30))) == 30);
    CHECK(vlan(start().vendor(14988, 26, number(30))) == 30);
    CHECK(vlan(start().vendor(9, 1, of("vlan-id=30"))) == 30);
    CHECK(vlan(start().vendor(1916, 211, of("U30"))) == 30);
    for (const auto* line :
         {"Tunnel-Private-Group-Id:0 = \"30\"", "Tunnel-Private-Group-ID = \"30\"",
          "Tunnel-Private-Group-Id:1 = \"30\"", "Aruba-User-Vlan = 30", "Egress-VLANID = 838860830",
          "Egress-VLANID = 0x3200001e", "Attr-81 = 0x013330", "Cisco-AVPair = \"vlan-id=30\"", "Ruckus-VLAN-ID = 30"}) {
        CAPTURE(line);
        CHECK(read("\t" + std::string(line) + "\n").value().vlan == 30);
    }
    CHECK(read("\tTunnel-Type:0 = VLAN\n\tTunnel-Private-Group-Id:0 = \"30\"\n").value().vlan == 30);
    CHECK(read("\tTunnel-Type:1 = L2TP\n\tTunnel-Private-Group-Id:1 = \"30\"\n").value().vlan == 0);
}

TEST_CASE("an access point is told by its name where its MAC is not")
{
    CHECK(start("").vendor(14823, 6, of("AP-Break-1")).told().value().access_point_name == "AP-Break-1");
    CHECK(start("").vendor(29671, 1, of("AP-Break-1")).told().value().access_point_name == "AP-Break-1");
    CHECK(start("").add(32, of("ap17")).told().value().access_point_name == "ap17");
    CHECK(start("").vendor(25053, 14, {0, 0x1a, 0x1e, 0x20, 0, 1}).told().value().access_point == "00:1a:1e:20:00:01");
    CHECK(start("hotspot1").told().value().access_point == "hotspot1");
    CHECK(start("hotspot1").told().value().ssid == "hotspot1");
}

TEST_CASE("a hint that cannot be read is as if it were not there")
{
    CHECK(start().add(56, {1}).add(6, {1, 2}).add(64, {}).vendor(14823, 2, {1}).told());
    CHECK(start().add(26, {1, 2, 3}).add(26, {0, 0, 0x39, 0xe7, 5, 200, 'x'}).told());
    CHECK(read("\tAruba-User-Vlan = many\n\tService-Type = Framed-User\n").has_value());
}

TEST_CASE("MAC authentication is the device's own name: the session has no user, whatever notation")
{
    for (const auto* user : {"021a10001001", "021A10001001", "02-1A-10-00-10-01", "02:1a:10:00:10:01", "021a.1000.1001",
                             "02-1a-10-00-10-01@mab.example", "CORP\\021a10001001", "mac-021a10001001",
                             "host/02-1A-10-00-10-01", "02_1a_10_00_10_01", "021a10-001001", "021a10001001.guest"}) {
        CAPTURE(user);
        Packet packet;
        packet.add(40, number(1)).add(44, of("A1")).add(4, {10, 0, 0, 5}).add(1, of(user));
        packet.add(31, of("02-1A-10-00-10-01")).add(30, of("00-11-22-33-44-55:BREAK")).add(8, {10, 77, 0, 5});
        const auto event = packet.told().value();
        CHECK(event.by_device);
        CHECK(event.user.empty());
        CHECK(event.realm.empty());
        CHECK(event.mac == mac("02:1a:10:00:10:01"));
        CHECK(event.ssid == "BREAK");
    }
    CHECK(start().add(6, number(10)).told().value().by_device);
    CHECK(start().add(6, number(10)).told().value().user.empty());
    CHECK(start().vendor(9, 1, of("method=mab")).told().value().by_device);
    CHECK(read("\tService-Type = Call-Check\n").value().by_device);
    CHECK(read("", "\"02:1a:10:00:10:01\"", "\"10.77.0.5\"").value().mac == mac("02:1a:10:00:10:01"));
    CHECK_FALSE(read("", "\"100000000001\"").value().by_device);  // a number, and not of this device
    CHECK(read("", "\"100000000001\"").value().user == "100000000001");
}

TEST_CASE("a user is kept as sent with its realm beside it; an outer identity is nobody")
{
    const auto user = [](const std::string& name) { return read("", "\"" + name + "\"").value(); };
    CHECK(user("1042@partner.example").user == "1042@partner.example");
    CHECK(user("1042@partner.example").realm == "partner.example");
    CHECK(user("GUEST\\\\1042").user == "GUEST\\1042");
    CHECK(user("GUEST\\\\1042").realm == "GUEST");
    CHECK(user("anna").realm.empty());
    for (const auto* outer : {"anonymous@corp.example", "@corp.example", "ANONYMOUS@corp.example"}) {
        CAPTURE(outer);
        CHECK(user(outer).user.empty());
        CHECK_FALSE(user(outer).by_device);
        CHECK(user(outer).realm == "corp.example");
    }
    CHECK(user("anonymous").user.empty());
    const auto told = read("\tChargeable-User-Identity = 0x616e6e61\n", "\"anonymous@corp.example\"").value();
    CHECK(told.user == "anna@corp.example");
    CHECK(read("\tChargeable-User-Identity = \"anna\"\n", "\"bela\"").value().user == "bela");
    CHECK(read("\tChargeable-User-Identity = 0x00\n", "\"anonymous@corp.example\"").value().user.empty());
}

TEST_CASE("a portal's Calling-Station-Id is a MAC, an address, or either with something after it")
{
    const auto calling = [](const std::string& text) { return read("", "\"anna\"", "\"" + text + "\"").value(); };
    const auto phone = mac("02:1a:10:00:10:01");
    for (const auto* text :
         {"1:2:1a:10:0:10:1", "1:02:1a:10:00:10:01", "01-02-1a-10-00-10-01", "2:1a:10:0:10:1",
          "02-1A-10-00-10-01:BREAK", "02-1a-10-00-10-01,10.77.0.5", "10.77.0.5/02-1a-10-00-10-01", " 021a10001001 "}) {
        CAPTURE(text);
        CHECK(calling(text).mac == phone);
    }
    CHECK(calling("02-1A-10-00-10-01:BREAK").ssid == "BREAK");
    for (const auto* text : {"10.77.0.5", "10.77.0.5:51234", "10.77.0.5:BREAK", "2001:db8::5", "[2001:db8::5]:443"}) {
        CAPTURE(text);
        CHECK(calling(text).mac.is_zero());
        CHECK(calling(text).addresses == std::vector{ip("10.77.0.5")});  // Framed-IP-Address is inside a tunnel
    }
    CHECK(calling("10.77.0.5:51234").ssid.empty());
    CHECK_FALSE(read("", "\"anna\"", "\"phone-1001\""));
}

TEST_CASE("Called-Station-Id is split at whatever separator a site chose")
{
    for (const auto* text :
         {"00-1A-1E-20-00-01:BREAK", "00-1A-1E-20-00-01-BREAK", "00:1a:1e:20:00:01 BREAK", "001a1e200001-BREAK",
          "001a.1e20.0001,BREAK", "00-1A-1E-20-00-01;BREAK", "00-1A-1E-20-00-01|BREAK", "00-1A-1E-20-00-01@BREAK",
          "BREAK:00-1A-1E-20-00-01", "BREAK@001a1e200001"}) {
        CAPTURE(text);
        CHECK(parse_called_station(text).access_point == "00:1a:1e:20:00:01");
        CHECK(parse_called_station(text).ssid == "BREAK");
    }
    CHECK(parse_called_station("10.0.0.1:BREAK").ssid == "BREAK");
    CHECK(parse_called_station("2001:db8::1").access_point == "2001:db8::1");
    CHECK(parse_called_station("00:1a:1e:20:00:01:a:b").ssid == "a:b");
}

TEST_CASE("IPv6 addresses and prefixes of every attribute are the session's")
{
    Octets address = ip("2001:db8:77::5").bytes().size() == 16 ? Octets(16) : Octets{};
    const auto v6 = ip("2001:db8:77::5");
    std::ranges::copy(v6.bytes(), address.begin());
    Octets prefix{0, 64};
    prefix.insert(prefix.end(), address.begin(), address.begin() + 8);
    const auto event = start().add(168, address).add(97, prefix).add(123, {0, 32, 0x20, 1, 0xd, 0xb8}).told().value();
    CHECK(event.addresses == std::vector{ip("10.77.0.5"), v6});
    CHECK(event.prefixes.size() == 2);
    CHECK(start().vendor(2011, 158, address).told().value().addresses.back() == v6);
    CHECK(start().vendor(9, 1, of("addrv6=2001:db8:77::5")).told().value().addresses.back() == v6);
}
