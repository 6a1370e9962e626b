#include "feeds/radius/radius_session.hpp"

#include <algorithm>
#include <utility>

#include "feeds/core/line_encoding.hpp"
#include "feeds/radius/radius_user.hpp"
#include "policy/text.hpp"

namespace breakwatch {

namespace {

// RFC 2866 section 5.1.
enum : std::uint32_t { kStart = 1, kStop = 2, kInterim = 3, kAccountingOn = 7, kAccountingOff = 8 };

std::optional<SessionEvent::Kind> kind_of(std::uint32_t status_type)
{
    switch (status_type) {
        case kStart: return SessionEvent::Kind::start;
        case kInterim: return SessionEvent::Kind::interim;
        case kStop: return SessionEvent::Kind::stop;
        case kAccountingOn:
        case kAccountingOff: return SessionEvent::Kind::nas_reset;
        default: return std::nullopt;
    }
}

std::string nas_of(const AccountingRecord& record)
{
    if (!record.nas_identifier.empty()) return record.nas_identifier;
    if (record.nas_address) return to_string(*record.nas_address);
    return record.sender ? to_string(*record.sender) : std::string{};
}

Timestamp time_of(const AccountingRecord& record, SessionEvent::Kind kind, Timestamp arrival)
{
    const auto reported = arrival - record.delay;
    const auto skew = clock_skew(record, arrival);
    if (!skew) return reported;
    if (*skew <= kClockTolerance && *skew >= -kClockTolerance) return *record.event_time;
    const bool ends = kind == SessionEvent::Kind::stop || kind == SessionEvent::Kind::nas_reset;
    if (ends) return std::min(*record.event_time, reported);
    return std::min(std::max(*record.event_time, reported), arrival);
}

// RFC 3162 section 2.2: the session's prefix and its interface identifier are an address.
std::optional<IpAddress> address_of(const Subnet& prefix, const std::array<std::uint8_t, 8>& interface_id)
{
    if (prefix.length != 64) return std::nullopt;
    auto address = prefix.network;
    std::ranges::copy(interface_id, address.octets.begin() + 8);
    return address;
}

void add_address(SessionEvent& event, const IpAddress& address)
{
    // 255.255.255.254 and .255 ask for an address instead of telling one (RFC 2865 section 5.8).
    const bool chosen_by_other = address.family == IpAddress::Family::v4 && address.octets[0] == 255 &&
                                 address.octets[1] == 255 && address.octets[2] == 255 && address.octets[3] >= 254;
    const bool unspecified = address.octets == IpAddress{}.octets;
    const bool known = std::ranges::find(event.addresses, address) != event.addresses.end();
    if (chosen_by_other || unspecified || known) return;
    event.addresses.push_back(address);
}

void add_addresses(SessionEvent& event, const AccountingRecord& record)
{
    for (const auto& address : record.addresses) add_address(event, address);
    for (const auto& prefix : record.prefixes) {
        if (prefix.length == 128) {
            add_address(event, prefix.network);
            continue;
        }
        event.prefixes.push_back(prefix);
        if (!record.interface_id) continue;
        if (const auto address = address_of(prefix, *record.interface_id)) {
            add_address(event, *address);
        }
    }
}

// Only a Start must say all: "a report need not repeat what stays the same".
std::optional<SessionRefusal> lacking(const SessionEvent& event, const AccountingRecord& record, bool portal)
{
    if (event.nas.empty()) return SessionRefusal::no_nas;
    if (event.kind == SessionEvent::Kind::nas_reset) return std::nullopt;
    if (event.session_id.empty()) return SessionRefusal::no_session_id;
    if (event.kind != SessionEvent::Kind::start) return std::nullopt;
    const bool nobody = event.user.empty() && event.mac.is_zero();
    if (nobody || (record.user_name.empty() && event.user.empty() && !event.by_device)) return SessionRefusal::no_user;
    if (event.mac.is_zero() && !portal) return SessionRefusal::no_device;
    return std::nullopt;
}

// Tunnel-Private-Group-ID of a tunnel that is a VLAN (RFC 3580 section 3.31), lowest tag first.
std::uint16_t vlan_of(const AccountingRecord& record)
{
    constexpr std::uint32_t kVlan = 13;
    if (record.vlan != 0) return record.vlan;
    const AccountingRecord::Tunnel* first = nullptr;
    for (const auto& tunnel : record.tunnels) {
        const bool usable = tunnel.vlan != 0 && (tunnel.type == 0 || tunnel.type == kVlan);
        if (usable && (first == nullptr || tunnel.tag < first->tag)) first = &tunnel;
    }
    return first == nullptr ? record.egress_vlan : first->vlan;
}

// Names of places are any octets (an SSID is, IEEE 802.11 section 9.4.2.2); what tells sessions and people apart is
// escaped instead, so that two stay two.
std::string in_text(std::string_view octets)
{
    return clean_text(LineEncoding().decode(octets).text);
}

// Where the session is: what a vendor's attribute says comes before what Called-Station-Id hides.
void set_place(SessionEvent& event, const AccountingRecord& record, const CallingStation& calling)
{
    auto called = parse_called_station(record.called_station);
    const bool named = !called.access_point.empty() && called.ssid.empty() && !parse_mac(called.access_point) &&
                       !parse_ip(called.access_point);
    const auto bssid = parse_station(record.access_point);
    event.access_point =
        bssid && !parse_mac(called.access_point) ? to_string(*bssid) : escaped_text(called.access_point);
    event.access_point_name =
        in_text(record.access_point_name.empty() ? record.nas_identifier : record.access_point_name);
    // A hotspot's server, or the network alone: it may be listed as either.
    for (const auto& ssid : {record.ssid, called.ssid, calling.ssid, named ? called.access_point : std::string{}}) {
        if (event.ssid.empty()) event.ssid = in_text(ssid);
    }
    event.vlan = vlan_of(record);
}

// Whose session it is: the device, and the person if one logged in.
void set_identity(SessionEvent& event, const AccountingRecord& record, const CallingStation& calling)
{
    auto device = calling.mac;
    if (!device) device = parse_client_id(record.device_mac);
    auto user = user_of(record, device);
    // MAC authentication tells the device's own; a portal may have put its own in its place.
    const bool swapped = user.mac && user.mac != device && parse_mac(event.access_point) == user.mac;
    if (swapped) event.access_point = device ? to_string(*device) : std::string{};
    if (swapped || !device) device = user.mac;
    event.mac = device.value_or(MacAddress{});
    event.user = escaped_text(user.name);
    event.realm = escaped_text(user.realm);
    event.by_device = user.by_device;
}

}  // namespace

std::string_view name(SessionRefusal refusal)
{
    switch (refusal) {
        case SessionRefusal::no_status_type: return "Acct-Status-Type: missing";
        case SessionRefusal::other_status_type:
            return "Acct-Status-Type: not Start, Interim-Update, Stop, Accounting-On or -Off";
        case SessionRefusal::no_session_id: return "Acct-Session-Id: missing";
        case SessionRefusal::no_nas: return "NAS-Identifier and NAS-IP-Address: missing";
        case SessionRefusal::no_user: return "User-Name: missing in a Start";
        case SessionRefusal::no_device:
            return "Calling-Station-Id: no MAC address in a Start; expected 02-1A-10-00-10-01 or "
                   "alike, or a portal's client address";
        case SessionRefusal::malformed_attribute: return "an attribute has a length that its type cannot have";
    }
    return "";
}

std::expected<SessionEvent, SessionRefusal> session_event(const AccountingRecord& record, Timestamp arrival)
{
    if (!record.status_type) return std::unexpected(SessionRefusal::no_status_type);
    const auto kind = kind_of(*record.status_type);
    if (!kind) return std::unexpected(SessionRefusal::other_status_type);

    bool portal = false;  // tells of an address, and of no device
    SessionEvent event;
    event.kind = *kind;
    event.nas = escaped_text(nas_of(record));
    event.at = time_of(record, *kind, arrival);
    // Whether the clock is off or the report was late cannot be told: the truth is between the two.
    event.clock_error = std::chrono::abs(clock_skew(record, arrival).value_or(Duration{0}));
    if (*kind != SessionEvent::Kind::nas_reset) {
        event.session_id = escaped_text(record.session_id);
        const auto calling = parse_calling_station(record.calling_station);
        set_place(event, record, calling);
        set_identity(event, record, calling);
        event.octets_in = std::uint64_t{record.gigawords_in} << 32U | record.octets_in;
        event.octets_out = std::uint64_t{record.gigawords_out} << 32U | record.octets_out;
        add_addresses(event, record);
        // A VPN's Calling-Station-Id is where the tunnel comes from; Framed-IP-Address is inside.
        portal = calling.address.has_value();
        if (portal && event.addresses.empty()) add_address(event, *calling.address);
    }
    if (const auto refusal = lacking(event, record, portal)) return std::unexpected(*refusal);
    return event;
}

std::optional<Duration> clock_skew(const AccountingRecord& record, Timestamp arrival)
{
    if (!record.event_time) return std::nullopt;
    return *record.event_time - (arrival - record.delay);
}

std::string describe_skew(std::string_view nas, Duration skew)
{
    const bool ahead = skew > Duration{0};
    return "Event-Timestamp of NAS \"" + std::string(nas) + "\" is " + to_words(ahead ? skew : -skew) +
           (ahead ? " ahead of" : " behind") +
           " its arrival here; check the clocks. Until then its sessions begin late and end early";
}

}  // namespace breakwatch
