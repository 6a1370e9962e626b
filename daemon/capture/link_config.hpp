// What the operator knows of the link: which frames may be another device's, and which DHCP answers are the network's.
#pragma once

#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

struct LinkConfig {
    std::vector<MacAddress> routers;           // their frames carry other devices' packets; empty: learnt, and told
    bool learn_routers = true;                 // not where devices may be on another link that is seen, too
    std::vector<IpAddress> dhcp_servers;       // by server identifier or address
    std::vector<MacAddress> dhcp_server_macs;  // both empty: the first that answers, and told of others
};

}  // namespace breakwatch
