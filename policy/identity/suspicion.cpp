#include "policy/identity/suspicion.hpp"

namespace breakwatch {

std::string_view name(Suspicion::Kind kind)
{
    switch (kind) {
        case Suspicion::Kind::unknown_dhcp_server: return "unknown DHCP server";
        case Suspicion::Kind::forged_dhcp: return "forged DHCP message";
        case Suspicion::Kind::forged_address: return "forged ARP or ND";
        case Suspicion::Kind::address_conflict: return "address claimed by two devices";
        case Suspicion::Kind::lease_conflict: return "address leased twice";
        case Suspicion::Kind::stranger_at_address: return "address used by another device";
        case Suspicion::Kind::two_devices: return "one MAC, two devices";
        case Suspicion::Kind::device_behind: return "device behind an enrolled one";
        case Suspicion::Kind::router_learnt: return "router learnt";
        case Suspicion::Kind::decoy_hello: return "decoy hello";
        case Suspicion::Kind::foreign_tunnel: return "tunnel of no configured mirror";
        case Suspicion::Kind::flood: return "flood";
        case Suspicion::Kind::evidence_lost: return "statements about devices lost";
        case Suspicion::Kind::count: break;
    }
    return "";
}

}  // namespace breakwatch
