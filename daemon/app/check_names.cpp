#include "app/check_names.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "app/sight_sample.hpp"
#include "config/error_at.hpp"

namespace breakwatch {
namespace {

using Weight = CheckFinding::Weight;

bool recognised_by_nothing(const ZoneRule& zone)
{
    return zone.ssids.empty() && zone.access_points.empty() && zone.vlans.empty() && zone.subnets.empty();
}

}  // namespace

CheckFindings check_zones(const Config& config, const Rules& rules)
{
    CheckFindings findings;
    std::set<std::string> named;
    bool any_zone = false;
    for (const auto& rule : rules) {
        named.insert(rule.zones.begin(), rule.zones.end());
        any_zone = any_zone || (rule.kind == Rule::Kind::post_after_call && rule.zones.empty());
    }
    for (std::size_t i = 0; i < config.zones.size(); ++i) {
        const auto& zone = config.zones[i];
        const auto key = "zones[" + std::to_string(i) + "]";
        if (recognised_by_nothing(zone))
            findings.push_back(
                {Weight::warning,
                 error_at(config, key,
                          "'" + zone.zone +
                              "' has nothing to be recognised by; expected ssids, access_points, vlans or subnets")});
        if (!any_zone && zone.devices_allowed && !named.contains(zone.zone))
            findings.push_back({Weight::warning, error_at(config, key,
                                                          "no rule names the zone '" + zone.zone +
                                                              "'; what happens there raises nothing")});
    }
    return findings;
}

CheckFindings check_what_rules_ask(const Config& config, const Rules& rules)
{
    CheckFindings findings;
    const auto post_rule = std::ranges::find(rules, Rule::Kind::post_after_call, &Rule::kind);
    const auto duty_rule = std::ranges::find(rules, true, &Rule::on_shift);
    if (post_rule != rules.end() && config.calls.empty())
        findings.push_back(
            {Weight::warning, error_at(config, "",
                                       "no call feed is configured (calls:); the rule '" + post_rule->id +
                                           "' asks for a handled contact and can never hold")});
    if (duty_rule != rules.end() && config.rosters.empty() && config.roster.duty == DutyBasis::roster)
        findings.push_back({Weight::warning, error_at(config, "",
                                                      "no roster is configured (rosters:); the rule '" + duty_rule->id +
                                                          "' asks for a shift and can never hold")});
    return findings;
}

CheckFindings check_people_named(const Config& config, const PersonFiles& people, Timestamp now)
{
    CheckFindings findings;
    const auto file = config.enrolment.string();
    const auto& enrolled = people.enrolment()->people();
    if (enrolled.empty()) {
        findings.push_back(
            {Weight::error,
             {file, 0, 0, "", "has no rows; expected at least one enrolled person, nobody would be watched"}});
        return findings;
    }
    const auto active = std::ranges::count_if(enrolled, [&](const auto& person) { return person.active_at(now); });
    if (active == 0)
        findings.push_back({Weight::warning,
                            {file, 0, 0, "",
                             "nobody of the " + std::to_string(enrolled.size()) +
                                 " is enrolled today: notice dates are to come, or all have withdrawn"}});
    if (active > 0 && std::cmp_less(active, enrolled.size()))
        findings.push_back(
            {Weight::note,
             {file, 0, 0, "",
              std::to_string(active) + " of " + std::to_string(enrolled.size()) + " people are enrolled today"}});
    const auto unreachable = std::ranges::count_if(enrolled, [&](const auto& person) {
        return person.active_at(now) && person.macs.empty() && person.radius_users.empty();
    });
    const bool radius = !config.radius.empty() || !config.radius_detail.empty();
    if (unreachable > 0 && !radius)
        findings.push_back({Weight::warning,
                            {file, 0, 0, "macs",
                             std::to_string(unreachable) + " of " + std::to_string(active) +
                                 " enrolled people have no device: no MAC is given, and no RADIUS is configured"}});
    const auto names = names_in_rosters(config, people.status(), *people.enrolment(), people.roster(), now);
    if (!names) return findings;
    if (names->unrostered > 0)
        findings.push_back(
            {Weight::warning,
             error_at(config, "rosters",
                      std::to_string(names->unrostered) + " of " + std::to_string(names->people) +
                          " enrolled people are in no roster, so that nothing they do raises an incident; a roster may "
                          "name them otherwise: enter that name as an alias into the enrolment")});
    if (names->unmapped > 0)
        findings.push_back({Weight::warning, error_at(config, "rosters",
                                                      std::to_string(names->unmapped) +
                                                          " rows are of people whom the enrolment does not name")});
    return findings;
}

}  // namespace breakwatch
