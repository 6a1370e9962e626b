#include "app/check_all.hpp"

#include <algorithm>
#include <utility>

#include "app/check_alerts.hpp"
#include "app/check_calls.hpp"
#include "app/check_files.hpp"
#include "app/check_mentions.hpp"
#include "app/check_names.hpp"
#include "app/check_network.hpp"
#include "app/feeds.hpp"

namespace breakwatch {

namespace {

// Of whom only the login is known, one.
std::size_t phones_of(const Enrolment& enrolment, Timestamp now)
{
    std::size_t phones = 0;
    for (const auto& person : enrolment.people()) {
        if (person.active_at(now)) phones += std::max<std::size_t>(person.macs.size(), 1);
    }
    return phones;
}

}  // namespace

CheckFindings check_all(const Config& config, const Tables* tables, const PersonFiles* people, CheckReach reach,
                        const std::string& user, const BreakHabits& habits)
{
    CheckFindings all;
    const auto take = [&](CheckFindings findings) {
        for (auto& finding : findings) all.push_back(std::move(finding));
    };
    const auto now = wall_clock();
    take(check_capture(config));
    take(check_secrets(config));
    take(check_openers(config));
    take(check_certificates(config, now));
    if (tables != nullptr) {
        take(check_zones(config, tables->rules));
        take(check_what_rules_ask(config, tables->rules));
        take(check_mention_platforms(config, tables->catalog));
    }
    if (people != nullptr) take(check_people_named(config, *people, now));
    if (tables != nullptr && people != nullptr)
        take(check_alerts(config, *tables, phones_of(*people->enrolment(), now), habits));
    if (reach == CheckReach::files) return all;
    take(check_feed_files(config));
    if (people != nullptr) take(check_call_files(config, *people, now));
    take(check_mention_files(config, now));
    take(check_ports(config));
    take(check_hosts(config));
    take(check_readable(config, user));
    take(check_state_directory(config, user));
    return all;
}

}  // namespace breakwatch
