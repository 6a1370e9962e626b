#include "app/dissector_limits_of.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

std::vector<Subnet> subnets_of(const std::vector<std::string>& texts)
{
    std::vector<Subnet> subnets;
    for (const auto& text : texts) {
        if (const auto subnet = parse_subnet(text)) subnets.push_back(*subnet);
    }
    return subnets;
}

}  // namespace

SensorLimits sensor_limits_of(const MemoryPlan& memory)
{
    SensorLimits limits;
    memory.limit(limits);
    return limits;
}

DissectorLimits dissector_limits_of(const CaptureConfig& config, const MemoryPlan& memory)
{
    DissectorLimits limits;
    memory.limit(limits);
    for (const auto& mirror : config.mirrors) {
        const auto known = std::ranges::find(kEncapsulations, std::string_view(mirror.encapsulation),
                                             [](const auto& entry) { return entry.first; });
        if (known == kEncapsulations.end()) continue;
        limits.mirrors.rules.push_back({known->second, subnets_of(mirror.from), subnets_of(mirror.to), mirror.macs});
    }
    return limits;
}

LinkConfig link_config_of(const CaptureConfig& config)
{
    LinkConfig link;
    link.learn_routers = config.interfaces.size() <= 1;
    for (const auto& each : config.routers) {
        if (const auto mac = parse_mac(each)) link.routers.push_back(*mac);
    }
    for (const auto& each : config.dhcp_servers) {
        if (const auto mac = parse_mac(each)) {
            link.dhcp_server_macs.push_back(*mac);
        } else if (const auto ip = parse_ip(each)) {
            link.dhcp_servers.push_back(*ip);
        }
    }
    return link;
}

}  // namespace breakwatch
