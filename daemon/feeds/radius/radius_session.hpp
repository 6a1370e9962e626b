// From what RADIUS accounting tells (on the wire or in a detail file) to a SessionEvent: pure, so
// that a live server, its log and a capture give the same events.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "feeds/radius/radius_station.hpp"
#include "policy/identity/session.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// The attributes that are wanted, as sent. All others, Class among them, are not kept.
struct AccountingRecord {
    static constexpr std::size_t kAddresses = 16;  // of each kind; further ones are ignored

    // RFC 2868: what the attributes of one tag say.
    struct Tunnel {
        std::uint8_t tag = 0;
        std::uint32_t type = 0;  // 13: VLAN (RFC 3580); 0: not told
        std::uint16_t vlan = 0;
    };

    std::optional<std::uint32_t> status_type;  // Acct-Status-Type
    std::string user_name;
    std::string chargeable_identity;  // RFC 4372: who it is where User-Name must not say
    bool by_device = false;           // Service-Type is Call-Check, or the NAS says so in its own way
    std::string session_id;
    std::string calling_station;
    std::string called_station;
    std::string ssid;  // vendors' attributes, and so until device_mac
    std::string access_point;
    std::string access_point_name;
    std::string device_mac;
    std::uint16_t vlan = 0;         // a vendor's
    std::uint16_t egress_vlan = 0;  // RFC 4675, untagged
    std::vector<Tunnel> tunnels;
    std::string nas_identifier;
    std::optional<IpAddress> nas_address;  // NAS-IP-Address or NAS-IPv6-Address
    std::optional<IpAddress> sender;       // source of the datagram
    std::vector<IpAddress> addresses;
    std::vector<Subnet> prefixes;
    std::optional<std::array<std::uint8_t, 8>> interface_id;
    std::optional<Timestamp> event_time;  // Event-Timestamp
    std::chrono::seconds delay{0};        // Acct-Delay-Time
    std::uint32_t octets_in = 0;
    std::uint32_t octets_out = 0;
    std::uint32_t gigawords_in = 0;
    std::uint32_t gigawords_out = 0;
};

// What a record lacks to be one. Names in radius_session.cpp.
enum class SessionRefusal : std::uint8_t {
    no_status_type,
    other_status_type,  // tunnels, links, failures: nothing about a device
    no_session_id,
    no_nas,
    no_user,
    no_device,
    malformed_attribute,
};
std::string_view name(SessionRefusal refusal);

// How far Event-Timestamp may be from arrival less Acct-Delay-Time. Beyond, one of two clocks is
// wrong, and the reading that binds a person for less time is taken: the later for a beginning, but
// never after arrival; the earlier for an end.
constexpr Duration kClockTolerance = std::chrono::minutes{5};

std::expected<SessionEvent, SessionRefusal> session_event(const AccountingRecord& record, Timestamp arrival);

// Event-Timestamp less (arrival less Acct-Delay-Time): how far the NAS's clock is ahead of ours.
std::optional<Duration> clock_skew(const AccountingRecord& record, Timestamp arrival);
// For the operator: whose clock, which way, and what is done about it.
std::string describe_skew(std::string_view nas, Duration skew);

}  // namespace breakwatch
