// Whose tunnels are opened. A port number says nothing of the sender: a phone that wraps invented frames of a
// colleague into VXLAN must not be believed, so a wrap is opened only where the site named it as its own.
#pragma once

#include <algorithm>
#include <vector>

#include "decode/tunnel.hpp"
#include "policy/identity/subnet.hpp"
#include "policy/types.hpp"

namespace breakwatch {

// One mirror, controller or gateway. Addresses are those of the packet around the wrap; empty lists: any.
struct MirrorRule {
    Encapsulation encapsulation = Encapsulation::vxlan;
    std::vector<Subnet> from;
    std::vector<Subnet> to;
    std::vector<MacAddress> macs;  // that sent the frame around it
};

struct MirrorTrust {
    bool any = false;  // tools on captures, which name nobody
    std::vector<MirrorRule> rules;

    bool opens(Encapsulation encapsulation, const IpAddress& from, const IpAddress& to, const MacAddress& mac) const
    {
        return any || std::ranges::any_of(rules, [&](const MirrorRule& rule) {
                   return rule.encapsulation == encapsulation && among(rule.from, from) && among(rule.to, to) &&
                          (rule.macs.empty() || std::ranges::find(rule.macs, mac) != rule.macs.end());
               });
    }

  private:
    static bool among(const std::vector<Subnet>& subnets, const IpAddress& ip)
    {
        return subnets.empty() ||
               std::ranges::any_of(subnets, [&](const Subnet& subnet) { return subnet.contains(ip); });
    }
};

}  // namespace breakwatch
