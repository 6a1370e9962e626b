#include "policy/incident/rules.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

template <typename List, typename Value>
bool lists(const List& list, const Value& value)
{
    return std::ranges::find(list, value) != list.end();
}

}  // namespace

bool concerns(const Rule& rule, const Finding& finding, Surface surface)
{
    if (rule.kind == Rule::Kind::device_in_zone) return false;
    if (rule.least_tier == Tier::a && finding.tier != Tier::a) return false;
    if (rule.kinds.empty() ? !is_post(finding.kind) : !lists(rule.kinds, finding.kind)) return false;
    return rule.platforms.empty() ? surface != Surface::private_ : lists(rule.platforms, finding.platform);
}

bool concerns_zone(const Rule& rule, std::string_view zone)
{
    return rule.zones.empty() || lists(rule.zones, zone);
}

std::string_view name(Severity severity)
{
    switch (severity) {
        case Severity::critical: return "critical";
        case Severity::error: return "error";
        case Severity::warning: return "warning";
        case Severity::notice: return "notice";
        case Severity::informational: return "informational";
    }
    return "warning";
}

}  // namespace breakwatch
