// What is left out when more packets come than there is time for, the least missed first; each step includes those
// before it. Flows of watched devices to platforms, and what identity and names need (ARP, ND, DHCP, DNS, RADIUS,
// fragments, tunnels), are in none: they are lost only when the ring itself is full. But where DNS told the device one
// other name alone of a platform's address, the last step takes the flow for that name's.
#pragma once

#include <cstdint>

namespace breakwatch {

enum class Shedding : std::uint8_t {
    nothing,
    strangers,  // packets of nobody's devices go unread; a stranger with a watched device's address is still told
    volumes,    // what servers that are no platform's send to watched devices is neither read nor counted
    hellos,     // where DNS gave the server one name and no platform's, that is its name: no hello is looked for
};

}  // namespace breakwatch
