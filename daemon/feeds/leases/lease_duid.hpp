// DHCPv6 names clients by DUID; some DUIDs hold a MAC address.
#pragma once

#include <optional>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

// The MAC in a DUID of type LLT or LL over Ethernet (RFC 8415 section 11), "00:03:00:01:02:1a:...".
// It is the address the device had when it made the DUID, not always the one it uses.
std::optional<MacAddress> mac_in_duid(std::string_view duid);

}  // namespace breakwatch
