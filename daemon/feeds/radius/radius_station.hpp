// Called- and Calling-Station-Id as access points, controllers, switches and portals send them: a
// MAC in any notation, an address, a name, an SSID after or before it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

// RFC 3580 section 3.21 and what is sent besides: six pairs, three fours, two sixes or twelve
// digits.
std::optional<MacAddress> parse_station(std::string_view text);
// The same, and as DHCP servers write it: "1:2:1a:10:0:10:1", a client identifier of type 1 without
// leading zeros.
std::optional<MacAddress> parse_client_id(std::string_view text);

struct CalledStation {
    std::string access_point;  // "00:1a:1e:10:00:01", or the name a controller sends instead
    std::string ssid;          // any bytes, blanks and colons too; "" on a wire
};
// RFC 3580 section 3.20: "00-1A-1E-10-00-01:SSID".
CalledStation parse_called_station(std::string_view text);

struct CallingStation {
    std::optional<MacAddress> mac;
    std::optional<IpAddress> address;  // of a portal that knows no MAC
    std::string ssid;                  // where it is appended here
};
CallingStation parse_calling_station(std::string_view text);

}  // namespace breakwatch
