// Observations of a capture in words, for comparing what two ways to them have told.
#pragma once

#include <sstream>
#include <string>

#include "policy/observation.hpp"

namespace breakwatch::test {

inline auto count(Timestamp at)
{
    return at.time_since_epoch().count();
}

inline std::string words(const Device& device)
{
    return to_string(device.mac) + " " + to_string(device.ip) + " vlan " + std::to_string(device.vlan) +
           (device.behind ? " behind" : "");
}

// Every observation that the sensor makes, in full.
struct Words {
    std::ostringstream out;

    void operator()(const Exchange& each)
    {
        out << "exchange " << words(each.device) << " flow " << each.flow << ' ' << each.server_name << ' '
            << count(each.up_first) << ' ' << count(each.up_last) << ' ' << each.up_bytes << ' ' << each.down_bytes
            << ' ' << each.up_records << ' ' << each.missing_bytes << ' ' << static_cast<int>(each.transport) << ' '
            << static_cast<int>(each.name_origin) << ' ' << each.match.row << ' ' << each.server_round_trip.count();
    }
    void operator()(const Lease& each)
    {
        out << "lease " << to_string(each.mac) << ' ' << to_string(each.ip) << ' ' << count(each.from) << ' '
            << count(each.until) << ' ' << each.ended.has_value() << ' ' << each.vlan;
    }
    void operator()(const AddressSighting& each)
    {
        out << "sighting " << to_string(each.mac) << ' ' << to_string(each.ip) << ' ' << count(each.at) << ' '
            << each.vlan << ' ' << each.on_frame;
    }
    void operator()(const Suspicion& each)
    {
        out << "suspicion " << name(each.kind) << ' ' << each.what << ' ' << count(each.at) << ' '
            << to_string(each.mac) << ' ' << to_string(each.ip);
    }
    void operator()(const TrafficVolume& each)
    {
        out << "volume " << words(each.device) << ' ' << each.platform << ' ' << count(each.from) << ' ' << each.up
            << ' ' << each.down << ' ' << each.named << ' ' << each.by_dns << ' ' << each.encrypted << ' '
            << each.unnamed;
    }
    template <typename Other>
    void operator()(const Other&)
    {
        out << "something that no sensor tells";
    }
};

}  // namespace breakwatch::test
