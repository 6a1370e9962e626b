// Address to device to person, over an interval: what identity comes to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

// strong: a per-user RADIUS session with the address confirmed. medium: an enrolled MAC with the
// address confirmed (lease, ARP/ND, or seen on the frame itself). weak: neither; never names a
// person.
enum class Grade : std::uint8_t { strong, medium, weak };
std::string_view name(Grade grade);

struct Binding {
    StaffId staff;
    MacAddress mac;
    IpAddress ip;
    Timestamp from;
    std::optional<Timestamp> to;  // none: still in force
    Grade grade = Grade::weak;
    std::string zone;    // "" where nothing tells it
    std::string reason;  // "enrolled MAC, DHCP lease of 09:14:02Z", in words, without the MAC
};

}  // namespace breakwatch
