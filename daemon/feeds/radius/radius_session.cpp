#include "feeds/radius/radius_session.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace breakwatch {

namespace {

// RFC 2866 section 5.1.
enum : std::uint32_t { kStart = 1, kStop = 2, kInterim = 3, kAccountingOn = 7, kAccountingOff = 8 };

std::optional<SessionEvent::Kind> kind_of(std::uint32_t status_type)
{
    switch (status_type) {
        case kStart:
            return SessionEvent::Kind::start;
        case kInterim:
            return SessionEvent::Kind::interim;
        case kStop:
            return SessionEvent::Kind::stop;
        case kAccountingOn:
        case kAccountingOff:
            return SessionEvent::Kind::nas_reset;
        default:
            return std::nullopt;
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
std::optional<IpAddress> address_of(const Subnet& prefix,
                                    const std::array<std::uint8_t, 8>& interface_id)
{
    if (prefix.length != 64) return std::nullopt;
    auto address = prefix.network;
    std::ranges::copy(interface_id, address.octets.begin() + 8);
    return address;
}

void add_address(SessionEvent& event, const IpAddress& address)
{
    // 255.255.255.254 and .255 ask for an address instead of telling one (RFC 2865 section 5.8).
    const bool chosen_by_other = address.family == IpAddress::Family::v4 &&
                                 address.octets[0] == 255 && address.octets[1] == 255 &&
                                 address.octets[2] == 255 && address.octets[3] >= 254;
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
std::optional<SessionRefusal> lacking(const SessionEvent& event)
{
    if (event.nas.empty()) return SessionRefusal::no_nas;
    if (event.kind == SessionEvent::Kind::nas_reset) return std::nullopt;
    if (event.session_id.empty()) return SessionRefusal::no_session_id;
    if (event.kind != SessionEvent::Kind::start) return std::nullopt;
    if (event.user.empty()) return SessionRefusal::no_user;
    if (event.mac.is_zero()) return SessionRefusal::no_device;
    return std::nullopt;
}

bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// How many characters at the front are a MAC address followed by `:` or by nothing; 0: none are.
std::size_t station_prefix(std::string_view text)
{
    for (const std::size_t length : {17U, 14U, 13U, 12U}) {
        if (text.size() < length || (text.size() > length && text[length] != ':')) continue;
        if (parse_station(text.substr(0, length))) return length;
    }
    return 0;
}

}  // namespace

std::string_view name(SessionRefusal refusal)
{
    switch (refusal) {
        case SessionRefusal::no_status_type:
            return "Acct-Status-Type: missing";
        case SessionRefusal::other_status_type:
            return "Acct-Status-Type: not Start, Interim-Update, Stop, Accounting-On or -Off";
        case SessionRefusal::no_session_id:
            return "Acct-Session-Id: missing";
        case SessionRefusal::no_nas:
            return "NAS-Identifier and NAS-IP-Address: missing";
        case SessionRefusal::no_user:
            return "User-Name: missing in a Start";
        case SessionRefusal::no_device:
            return "Calling-Station-Id: no MAC address in a Start; expected 02-1A-10-00-10-01 or "
                   "alike";
        case SessionRefusal::malformed_attribute:
            return "an attribute has a length that its type cannot have";
    }
    return "";
}

std::expected<SessionEvent, SessionRefusal> session_event(const AccountingRecord& record,
                                                          Timestamp arrival)
{
    if (!record.status_type) return std::unexpected(SessionRefusal::no_status_type);
    const auto kind = kind_of(*record.status_type);
    if (!kind) return std::unexpected(SessionRefusal::other_status_type);

    SessionEvent event;
    event.kind = *kind;
    event.nas = nas_of(record);
    event.at = time_of(record, *kind, arrival);
    if (*kind != SessionEvent::Kind::nas_reset) {
        event.session_id = record.session_id;
        event.user = record.user_name;
        event.mac = parse_station(record.calling_station).value_or(MacAddress{});
        auto called = parse_called_station(record.called_station);
        event.access_point = std::move(called.access_point);
        event.ssid = std::move(called.ssid);
        event.octets_in = std::uint64_t{record.gigawords_in} << 32U | record.octets_in;
        event.octets_out = std::uint64_t{record.gigawords_out} << 32U | record.octets_out;
        add_addresses(event, record);
    }
    if (const auto refusal = lacking(event)) return std::unexpected(*refusal);
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
    return "Event-Timestamp of NAS \"" + std::string(nas) + "\" is " +
           to_words(ahead ? skew : -skew) + (ahead ? " ahead of" : " behind") +
           " its arrival here; check the clocks. Until then its sessions begin late and end early";
}

std::optional<MacAddress> parse_station(std::string_view text)
{
    std::string digits;
    std::array<std::size_t, 12> groups{};
    std::size_t group = 0;
    char separator = 0;
    for (const char c : text) {
        if (is_hex(c)) {
            if (digits.size() == 12) return std::nullopt;
            digits += c;
            ++groups[group];
            continue;
        }
        if ((c != ':' && c != '-' && c != '.' && c != ' ') || (separator != 0 && c != separator) || groups[group] == 0)
            return std::nullopt;
        ++group;
        if (group == groups.size()) return std::nullopt;
        separator = c;
    }
    // Equal groups of 2, 4, 6 or 12 digits: "192.168.100.123" has twelve as well, and is no MAC.
    const auto width = groups[0];
    const auto parts = std::span(groups).first(group + 1);
    const bool even = width % 2 == 0 && width != 0;
    if (!even || digits.size() != 12 ||
        std::ranges::any_of(parts, [width](std::size_t part) { return part != width; })) {
        return std::nullopt;
    }
    return parse_mac(digits);
}

CalledStation parse_called_station(std::string_view text)
{
    auto length = station_prefix(text);
    std::string access_point;
    if (const auto mac = parse_station(text.substr(0, length))) {
        access_point = to_string(*mac);
    } else {
        length = std::min(text.find(':'), text.size());
        access_point = std::string(text.substr(0, length));
    }
    const auto ssid = length < text.size() ? text.substr(length + 1) : std::string_view{};
    return {std::move(access_point), std::string(ssid)};
}

}  // namespace breakwatch
