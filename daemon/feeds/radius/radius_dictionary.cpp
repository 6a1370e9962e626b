#include "feeds/radius/radius_dictionary.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

namespace breakwatch {

namespace {

using F = RadiusField;
using T = RadiusType;

// RFC 2865, 2866, 2868, 2869, 3162, 4372, 4675, 4818 and 6911, then vendors.
constexpr auto kKnown = std::to_array<RadiusAttribute>({
    {"User-Name", 0, 1, T::text, F::user_name},
    {"NAS-IP-Address", 0, 4, T::v4, F::nas_address},
    {"Service-Type", 0, 6, T::number, F::service_type},
    {"Framed-IP-Address", 0, 8, T::v4, F::address},
    {"Called-Station-Id", 0, 30, T::text, F::called_station},
    {"Calling-Station-Id", 0, 31, T::text, F::calling_station},
    {"NAS-Identifier", 0, 32, T::text, F::nas_identifier},
    {"Acct-Status-Type", 0, 40, T::number, F::status_type},
    {"Acct-Delay-Time", 0, 41, T::number, F::delay},
    {"Acct-Input-Octets", 0, 42, T::number, F::octets_in},
    {"Acct-Output-Octets", 0, 43, T::number, F::octets_out},
    {"Acct-Session-Id", 0, 44, T::text, F::session_id},
    {"Acct-Input-Gigawords", 0, 52, T::number, F::gigawords_in},
    {"Acct-Output-Gigawords", 0, 53, T::number, F::gigawords_out},
    {"Event-Timestamp", 0, 55, T::time, F::event_time},
    {"Egress-VLANID", 0, 56, T::number, F::egress_vlan},
    {"Egress-VLAN-Name", 0, 58, T::text, F::egress_vlan_text},
    {"Tunnel-Type", 0, 64, T::tagged_number, F::tunnel_type},
    {"Tunnel-Private-Group-Id", 0, 81, T::tagged_text, F::tunnel_group},
    {"Chargeable-User-Identity", 0, 89, T::text, F::chargeable_identity},
    {"NAS-IPv6-Address", 0, 95, T::v6, F::nas_address_v6},
    {"Framed-Interface-Id", 0, 96, T::interface_id, F::interface_id},
    {"Framed-IPv6-Prefix", 0, 97, T::v6_prefix, F::prefix},
    {"Delegated-IPv6-Prefix", 0, 123, T::v6_prefix, F::prefix},
    {"Framed-IPv6-Address", 0, 168, T::v6, F::address},
    {"Packet-Src-IP-Address", 0, 0, T::v4, F::sender},
    {"Packet-Src-IPv6-Address", 0, 0, T::v6, F::sender},
    {"Called-Station-SSID", 0, 0, T::text, F::ssid},
    {"3Com-SSID", 43, 6, T::text, F::ssid},
    {"3Com-VLAN-Name", 43, 2, T::text, F::vlan_text},
    {"Adtran-AP-Name", 664, 100, T::text, F::access_point_name},
    {"Adtran-SSID", 664, 103, T::text, F::ssid},
    {"Aruba-User-Vlan", 14823, 2, T::number, F::vlan},
    {"Aruba-Essid-Name", 14823, 5, T::text, F::ssid},
    {"Aruba-Location-Id", 14823, 6, T::text, F::access_point_name},
    {"Aruba-Named-User-Vlan", 14823, 9, T::text, F::vlan_text},
    {"Aruba-AP-MAC-Address", 14823, 60, T::text, F::access_point},
    {"Aruba-Device-MAC-Address", 14823, 61, T::text, F::device_mac},
    {"Cisco-AVPair", 9, 1, T::text, F::pair},
    {"Colubris-AVPair", 8744, 0, T::text, F::pair},
    {"Dlink-VLAN-ID", 171, 11, T::text, F::vlan_text},
    {"Extreme-Netlogin-Vlan", 1916, 203, T::text, F::vlan_text},
    {"Extreme-Netlogin-Vlan-Tag", 1916, 209, T::number, F::vlan},
    {"Extreme-Netlogin-Extended-Vlan", 1916, 211, T::text, F::vlan_text},
    {"Extreme-User-Vlan", 26928, 1, T::number, F::vlan},
    {"Fortinet-SSID", 12356, 7, T::text, F::ssid},
    {"Fortinet-AP-Name", 12356, 8, T::text, F::access_point_name},
    {"Fortinet-WirelessController-Device-MAC", 12356, 23, T::mac, F::device_mac},
    {"Fortinet-WirelessController-WTP-ID", 12356, 24, T::text, F::access_point_name},
    {"H3C-Av-Pair", 25506, 210, T::text, F::pair},
    {"HP-Egress-VLANID", 11, 64, T::number, F::egress_vlan},
    {"HP-Egress-VLAN-Name", 11, 65, T::text, F::egress_vlan_text},
    {"Huawei-User-Mac", 2011, 153, T::text, F::device_mac},
    {"Huawei-Framed-IPv6-Address", 2011, 158, T::v6, F::address},
    {"Meraki-Device-Name", 29671, 1, T::text, F::access_point_name},
    {"Meraki-Ap-Name", 29671, 3, T::text, F::access_point_name},
    {"Meru-Access-Point-Name", 15983, 2, T::text, F::access_point_name},
    {"Mikrotik-Wireless-VLANID", 14988, 26, T::number, F::vlan},
    {"Nomadix-Net-VLAN", 3309, 11, T::number, F::vlan},
    {"Ruckus-SSID", 25053, 3, T::text, F::ssid},
    {"Ruckus-Location", 25053, 5, T::text, F::access_point_name},
    {"Ruckus-VLAN-ID", 25053, 9, T::number, F::vlan},
    {"Ruckus-BSSID", 25053, 14, T::mac, F::access_point},
    {"Siemens-AP-Name", 4329, 2, T::text, F::access_point_name},
    {"Siemens-SSID", 4329, 5, T::text, F::ssid},
    {"Symbol-Current-ESSID", 388, 2, T::text, F::ssid},
    {"Trapeze-VLAN-Name", 14525, 1, T::text, F::vlan_text},
    {"Trapeze-SSID", 14525, 5, T::text, F::ssid},
    {"TP-CAPWAP-SSID", 18681, 48, T::text, F::ssid},
    {"UTStarcom-VLAN-ID", 7064, 140, T::number, F::vlan},
});

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lower, lower);
}

bool takes(std::string_view& text, std::string_view prefix)
{
    if (!same_name(text.substr(0, prefix.size()), prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

std::optional<std::uint32_t> takes_number(std::string_view& text)
{
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return value;
}

const RadiusAttribute* numbered(std::uint32_t vendor, std::uint32_t number)
{
    return number > 255 ? nullptr : radius_attribute(vendor, static_cast<std::uint8_t>(number));
}

// "Attr-30", "Attr-26.14823.5", "Vendor-14823-Attr-5", "26.14823.5".
const RadiusAttribute* by_number(std::string_view name)
{
    if (takes(name, "Vendor-")) {
        const auto vendor = takes_number(name);
        if (!vendor || !takes(name, "-Attr-")) return nullptr;
        const auto number = takes_number(name);
        return number && name.empty() ? numbered(*vendor, *number) : nullptr;
    }
    const bool said = takes(name, "Attr-") || takes(name, "raw.");
    const auto first = takes_number(name);
    if (!first) return nullptr;
    if (name.empty()) return said ? numbered(0, *first) : nullptr;
    if (*first != 26 || !takes(name, ".")) return nullptr;
    const auto vendor = takes_number(name);
    if (!vendor || !takes(name, ".")) return nullptr;
    const auto number = takes_number(name);
    return number && name.empty() ? numbered(*vendor, *number) : nullptr;
}

}  // namespace

const RadiusAttribute* radius_attribute(std::uint32_t vendor, std::uint8_t number)
{
    const auto found = std::ranges::find_if(kKnown, [&](const RadiusAttribute& known) {
        const bool on_wire = known.number != 0 || known.vendor != 0;
        return on_wire && known.vendor == vendor && known.number == number;
    });
    return found == kKnown.end() ? nullptr : &*found;
}

const RadiusAttribute* radius_attribute(std::string_view name)
{
    name = name.substr(0, name.find(':'));
    std::string plain(name);
    if (takes(name, "Vendor-Specific.")) {
        plain = name;
        std::ranges::replace(plain, '.', '-');
    }
    const auto found =
        std::ranges::find_if(kKnown, [&plain](const RadiusAttribute& known) { return same_name(known.name, plain); });
    return found == kKnown.end() ? by_number(plain) : &*found;
}

}  // namespace breakwatch
