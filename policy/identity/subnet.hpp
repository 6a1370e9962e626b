// An address block: zones by subnet, and the prefix a RADIUS session was given.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

struct Subnet {
    IpAddress network;        // bits past `length` are zero
    std::uint8_t length = 0;  // in bits

    bool contains(const IpAddress& ip) const;
    auto operator<=>(const Subnet&) const = default;
};

// The address with the bits past `length` cleared.
IpAddress masked(const IpAddress& ip, std::uint8_t length);
// "10.77.20.0/24", "2001:db8:77::/48"; an address alone is itself. Host bits are cleared.
std::optional<Subnet> parse_subnet(std::string_view text);

}  // namespace breakwatch
