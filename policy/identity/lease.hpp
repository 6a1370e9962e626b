// The network's statements that an address belongs to a device, and for how long.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "policy/types.hpp"

namespace breakwatch {

enum class LeaseSource : std::uint8_t { dhcp_snooped, dhcpv6_snooped, dnsmasq_file, kea_file };

// A lease granted, renewed, or (ended set) given back or taken away.
struct Lease {
    MacAddress mac;
    IpAddress ip;
    Timestamp from;                  // when this statement was made
    Timestamp until;                 // when it ends if nothing more is said
    std::optional<Timestamp> ended;  // release, decline, deletion
    LeaseSource source = LeaseSource::dhcp_snooped;
    std::uint16_t vlan = 0;  // 802.1Q, where it was seen on the wire
};

// The device used the address at that moment: it said so by ARP or Neighbour Discovery, or sent a packet with it.
struct AddressSighting {
    MacAddress mac;
    IpAddress ip;
    Timestamp at;
    std::uint16_t vlan = 0;
    bool on_frame = false;  // a packet's own frame, not a statement
};

}  // namespace breakwatch
