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

DissectorLimits dissector_limits_of(const CaptureConfig& config)
{
    DissectorLimits limits;
    for (const auto& mirror : config.mirrors) {
        const auto known = std::ranges::find(kEncapsulations, std::string_view(mirror.encapsulation),
                                             [](const auto& entry) { return entry.first; });
        if (known == kEncapsulations.end()) continue;
        limits.mirrors.rules.push_back({known->second, subnets_of(mirror.from), subnets_of(mirror.to), mirror.macs});
    }
    return limits;
}

}  // namespace breakwatch
