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
    std::string user;        // User-Name as sent; mapped by enrolment
    MacAddress mac;          // Calling-Station-Id
    std::vector<IpAddress> addresses;
    std::vector<Subnet> prefixes;  // Framed-IPv6-Prefix (RFC 3162)
    std::string access_point;      // MAC part of Called-Station-Id
    std::string ssid;
    Timestamp at;                 // Event-Timestamp, else arrival less Acct-Delay-Time
    std::uint64_t octets_in = 0;  // from the device since the session began, gigawords added
    std::uint64_t octets_out = 0;
};

}  // namespace breakwatch
