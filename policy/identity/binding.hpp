// Address to device to person, over an interval: what identity comes to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

// strong: two independent sources agree as of then: a per-user RADIUS session, and the link (the MAC on the frame,
// lease, ARP or ND). medium: one source that nothing contradicts. weak: contradicted, or old against how often
// its source speaks; never names a person.
enum class Grade : std::uint8_t { strong, medium, weak };
std::string_view name(Grade grade);

struct Binding {
    StaffId staff;
    MacAddress mac;
    IpAddress ip;
    Timestamp from;
    std::optional<Timestamp> to;  // none: still in force
    Grade grade = Grade::weak;
    std::string zone;                 // "" where nothing tells it
    std::string reason;               // "enrolled MAC, DHCP lease of 09:14:02Z", in words, without the MAC
    std::vector<std::string> doubts;  // what spoke against it, in words; each an incident's gap
};

// A device or address that a binding has, without whose it is and why: what a capture has to look at.
struct BoundAddress {
    MacAddress mac;     // zero: a portal told the user and no device
    IpAddress ip;       // of no family: none was told yet
    bool over = false;  // no longer in force
    auto operator<=>(const BoundAddress&) const = default;
};

}  // namespace breakwatch
