// What the kernel hands to one of several rings on an interface: the site's filter, and the lanes of that ring
// (flow/steering.hpp). The kernel drops what is surely another ring's; what may be everybody's comes to all of them,
// and the dissector has the last word.
#pragma once

#include <linux/filter.h>

#include <span>
#include <vector>

#include "flow/steering.hpp"

namespace breakwatch {

// Classic BPF for an Ethernet link: `rest`, the program of the site's filter, behind the choice of lanes. One ring
// alone: `rest` itself.
std::vector<sock_filter> kernel_filter(std::span<const sock_filter> rest, Shard ring);
// Takes every frame, so many octets of it.
std::vector<sock_filter> take_all_filter(int snaplen);

}  // namespace breakwatch
