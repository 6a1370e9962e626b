// A sign on the wire that somebody may be pretending to be another device or server: told to the operator, without any
// person, and weighed against what it throws doubt on.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "policy/types.hpp"

namespace breakwatch {

struct Suspicion {
    enum class Kind : std::uint8_t {
        unknown_dhcp_server,  // answers that come from no configured and not the first learnt server
        forged_dhcp,          // a release or decline that its own frame contradicts
        forged_address,       // ARP or ND whose sender is not the frame's
        address_conflict,     // two devices claim one address
        lease_conflict,       // an address was granted while another device's lease of it ran
        stranger_at_address,  // frames of a device that is not enrolled carry an enrolled one's address
        two_devices,          // one MAC acts like two devices
        device_behind,        // packets of an enrolled device came over one hop more: something stands behind it
        router_learnt,        // a router that the configuration does not name
        decoy_hello,          // two hellos on one connection, or one that its server does not get
        foreign_tunnel,       // packets wrapped by somebody who is no configured mirror
        flood,                // one sender, or all together, fill a table: what is new of them is not looked at
        evidence_lost,        // so many statements about other devices that some were dropped
        count
    };

    Kind kind = Kind::address_conflict;
    std::string what;  // in words; servers and routers by address, devices and people never
    Timestamp at;
    MacAddress mac = {};  // of the enrolled device that is doubted from then on; zero: none
    IpAddress ip = {};    // about which something was said that is not believed; none: no certain one
};

std::string_view name(Suspicion::Kind kind);

}  // namespace breakwatch
