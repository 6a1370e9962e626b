// Which MACs are routers: their frames carry packets of other devices, which are then known by their address alone.
// Configured, or learnt with care: a device on the link that forges others' addresses must not become one.
#pragma once

#include <cstddef>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

// One of the two: a device on this link itself has the address, or the MAC is a router.
struct RouterFact {
    IpAddress local = {};
    MacAddress router = {};
};

class RouterWatch {
  public:
    // Learnt: a MAC in whose frames the addresses of so many enrolled devices were seen, none of which was ever seen on
    // this link itself (ARP, ND, DHCP without a relay, frames of their own).
    static constexpr std::size_t kEnough = 8;
    static constexpr std::size_t kCandidates = 256;
    static constexpr std::size_t kLocal = 50'000;

    // `learn`: where none is configured.
    explicit RouterWatch(const std::vector<MacAddress>& configured, bool learn = true)
        : configured_(!configured.empty() || !learn), routers_(configured.begin(), configured.end())
    {}

    // Asked for each packet of nobody's: most links have none.
    bool is_router(const MacAddress& mac) const { return !routers_.empty() && routers_.contains(mac); }
    // Whether a packet with this address in a router's frame may be the device's that holds the address.
    bool may_carry(const MacAddress& mac, const IpAddress& ip) const
    {
        return is_router(mac) && (configured_ || !local_.contains(ip));
    }
    // The address of an enrolled device in a frame of another MAC. True: that MAC is a router from now on; sensors,
    // which learn it from their teller, know it within a second of packet time.
    bool saw(const MacAddress& mac, const IpAddress& ip);
    // A device on this link itself has the address.
    void is_local(const IpAddress& ip);
    void learn(const RouterFact& fact);
    bool learns() const { return !configured_; }

  private:
    bool configured_;
    std::unordered_set<MacAddress> routers_;
    std::unordered_map<MacAddress, std::set<IpAddress>> candidates_;
    std::unordered_set<IpAddress> local_;
    bool local_full_ = false;  // nothing is learnt any more: what is local cannot be told
};

}  // namespace breakwatch
