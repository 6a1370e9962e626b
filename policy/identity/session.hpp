// A RADIUS accounting session (RFC 2866): who is on the network with which device, where.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/identity/subnet.hpp"
#include "policy/types.hpp"

namespace breakwatch {

struct SessionEvent {
    enum class Kind : std::uint8_t { start, interim, stop, nas_reset };

    Kind kind = Kind::start;
    std::string nas;         // scope of session_id: NAS-Identifier, else NAS-IP-Address
    std::string session_id;  // Acct-Session-Id
    std::string user;        // User-Name as sent; mapped by enrolment. "" where none is told
    std::string realm;       // of `user`, as sent: after the last @, else before the backslash
    // The device logged in by itself (its MAC is its name): there is no user, which says more than
    // a report that does not repeat one.
    bool by_device = false;
    MacAddress mac;  // Calling-Station-Id; zero where a portal knows the address alone
    std::vector<IpAddress> addresses;
    std::vector<Subnet> prefixes;   // Framed-IPv6-Prefix (RFC 3162)
    std::string access_point;       // MAC part of Called-Station-Id
    std::string access_point_name;  // what a vendor's attribute calls it, else NAS-Identifier
    std::string ssid;
    std::uint16_t vlan = 0;       // that the session was put into
    Timestamp at;                 // Event-Timestamp, else arrival less Acct-Delay-Time
    Duration clock_error{0};      // how far the two were apart: the moment is certain to so much
    std::uint64_t octets_in = 0;  // from the device since the session began, gigawords added
    std::uint64_t octets_out = 0;
};

}  // namespace breakwatch
