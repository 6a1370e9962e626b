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

#include "policy/identity/session.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// The attributes that are wanted, as sent. All others, Class and vendors' among them, are not kept.
struct AccountingRecord {
    static constexpr std::size_t kAddresses = 16;  // of each kind; further ones are ignored

    std::optional<std::uint32_t> status_type;  // Acct-Status-Type
    std::string user_name;
    std::string session_id;
    std::string calling_station;
    std::string called_station;
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

std::expected<SessionEvent, SessionRefusal> session_event(const AccountingRecord& record,
                                                          Timestamp arrival);

// Event-Timestamp less (arrival less Acct-Delay-Time): how far the NAS's clock is ahead of ours.
std::optional<Duration> clock_skew(const AccountingRecord& record, Timestamp arrival);
// For the operator: whose clock, which way, and what is done about it.
std::string describe_skew(std::string_view nas, Duration skew);

// RFC 3580 section 3.21 and what is sent besides: six pairs, three fours, two sixes or twelve
// digits.
std::optional<MacAddress> parse_station(std::string_view text);

struct CalledStation {
    std::string access_point;  // "00:1a:1e:10:00:01", or the name a controller sends instead
    std::string ssid;          // any bytes, blanks and colons too; "" on a wire
};
// RFC 3580 section 3.20: "00-1A-1E-10-00-01:SSID".
CalledStation parse_called_station(std::string_view text);

}  // namespace breakwatch
