// What of the network a run would need: the interface and its filter, ports to listen on, names to resolve.
#pragma once

#include "app/check_finding.hpp"
#include "config/config.hpp"

namespace breakwatch {

CheckFindings check_capture(const Config& config);
// Ports under 1024 need a capability that the service does not have; others may be in use.
CheckFindings check_ports(const Config& config);
// SIEMs and call systems by name. Asks the resolver.
CheckFindings check_hosts(const Config& config);

}  // namespace breakwatch
