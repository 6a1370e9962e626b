// Where a device is: the break area, the operator floor. Told by SSID, access point, VLAN or
// subnet.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/identity/subnet.hpp"

namespace breakwatch {

// A zone holds when any one of its lists fits; the first rule in order wins.
struct ZoneRule {
    std::string zone;
    std::vector<std::string> ssids;
    std::vector<std::string> access_points;  // names, or MACs in any notation: lower-cased colon form after loading
    std::vector<std::uint16_t> vlans;
    std::vector<std::string> subnets;  // CIDR
    bool devices_allowed = true;       // false: the operator floor
};

// What the network tells of a device's place; empty, 0 or none where it tells nothing.
struct Place {
    std::string ssid;
    std::string access_point;
    std::uint16_t vlan = 0;
    IpAddress ip;
    std::string access_point_name = {};
    auto operator<=>(const Place&) const = default;
};

class ZoneMap {
  public:
    ZoneMap() = default;
    // Subnets that cannot be read are left out: the configuration has refused them already.
    explicit ZoneMap(std::vector<ZoneRule> rules);

    // None where no rule fits.
    const ZoneRule* find(const Place& place) const;
    const ZoneRule* by_name(std::string_view zone) const;
    bool has_forbidden() const;

  private:
    std::vector<ZoneRule> rules_;
    std::vector<std::vector<Subnet>> subnets_;  // of the rule at the same index
};

}  // namespace breakwatch
