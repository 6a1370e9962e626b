// Which RADIUS attributes say something about a session, by number (on the wire) and by name (in
// detail files): one table for both. A vendor's attribute is one line of it.
#pragma once

#include <cstdint>
#include <string_view>

namespace breakwatch {

// What an attribute says of the session. Those from `chargeable_identity` to the end are hints: one
// that cannot be read is as if it were not there.
enum class RadiusField : std::uint8_t {
    status_type,
    user_name,
    session_id,
    calling_station,
    called_station,
    nas_identifier,
    nas_address,
    nas_address_v6,
    sender,
    address,
    prefix,
    interface_id,
    delay,
    event_time,
    octets_in,
    octets_out,
    gigawords_in,
    gigawords_out,
    chargeable_identity,
    service_type,
    ssid,
    access_point,       // its MAC
    access_point_name,  // or its place
    device_mac,
    vlan,         // as a number
    vlan_text,    // as a number in words: "30", "VLAN0030", "U30"
    egress_vlan,  // RFC 4675: tag marker and number
    egress_vlan_text,
    tunnel_type,  // RFC 2868: what kind of tunnel the group of the same tag is for
    tunnel_group,
    pair,  // "key=value"
};

enum class RadiusType : std::uint8_t {
    text,
    tagged_text,
    number,
    tagged_number,
    v4,
    v6,
    v6_prefix,
    interface_id,
    mac,
    time,
};

constexpr bool is_hint(RadiusField field)
{
    return field >= RadiusField::chargeable_identity;
}

struct RadiusAttribute {
    std::string_view name;     // as FreeRADIUS's dictionaries have it
    std::uint32_t vendor = 0;  // private enterprise number; 0: IETF
    std::uint8_t number = 0;   // 0: a name of the server's own, never on the wire
    RadiusType type = RadiusType::text;
    RadiusField field = RadiusField::user_name;
};

// Null: says nothing that is wanted.
const RadiusAttribute* radius_attribute(std::uint32_t vendor, std::uint8_t number);
// In any case, with a tag (Tunnel-Private-Group-ID:1), with the dots of FreeRADIUS 4, or by number
// (Attr-30, Vendor-14823-Attr-5, Attr-26.14823.5).
const RadiusAttribute* radius_attribute(std::string_view name);

}  // namespace breakwatch
