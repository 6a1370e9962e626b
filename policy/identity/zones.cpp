#include "policy/identity/zones.hpp"

#include <algorithm>
#include <utility>

namespace breakwatch {

namespace {

template <typename Value>
bool lists(const std::vector<Value>& list, const Value& value)
{
    return std::ranges::find(list, value) != list.end();
}

// The notation that sessions use, whatever the configuration has.
std::string colon_form(const std::string& access_point)
{
    const auto mac = parse_mac(access_point);
    return mac ? to_string(*mac) : access_point;
}

}  // namespace

ZoneMap::ZoneMap(std::vector<ZoneRule> rules) : rules_(std::move(rules))
{
    for (auto& rule : rules_) {
        std::ranges::transform(rule.access_points, rule.access_points.begin(), colon_form);
        auto& subnets = subnets_.emplace_back();
        for (const auto& text : rule.subnets) {
            if (const auto subnet = parse_subnet(text)) subnets.push_back(*subnet);
        }
    }
}

const ZoneRule* ZoneMap::find(const Place& place) const
{
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        const auto& rule = rules_[i];
        const auto inside = [&place](const Subnet& subnet) { return subnet.contains(place.ip); };
        if ((!place.ssid.empty() && lists(rule.ssids, place.ssid)) ||
            (!place.access_point.empty() && lists(rule.access_points, colon_form(place.access_point))) ||
            (!place.access_point_name.empty() && lists(rule.access_points, colon_form(place.access_point_name))) ||
            (place.vlan != 0 && lists(rule.vlans, place.vlan)) || std::ranges::any_of(subnets_[i], inside)) {
            return &rule;
        }
    }
    return nullptr;
}

const ZoneRule* ZoneMap::by_name(std::string_view zone) const
{
    const auto rule = std::ranges::find(rules_, zone, &ZoneRule::zone);
    return rule == rules_.end() ? nullptr : &*rule;
}

bool ZoneMap::has_forbidden() const
{
    return std::ranges::any_of(rules_, [](const ZoneRule& rule) { return !rule.devices_allowed; });
}

}  // namespace breakwatch
