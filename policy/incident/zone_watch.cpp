#include "policy/incident/zone_watch.hpp"

#include <algorithm>
#include <iterator>

namespace breakwatch {

namespace {

// The shift, or the day where no duty is asked or a late login would move its start.
Occasion occasion(const DutyState& duty, const std::string& zone, Timestamp at)
{
    if (duty.shift && !duty.from_call_system) return {Occasion::Kind::shift, zone, to_rfc3339(duty.shift->start)};
    return {Occasion::Kind::day, zone, to_rfc3339(std::chrono::floor<std::chrono::days>(at))};
}

}  // namespace

void ZoneWatch::observe(const Device& device, Timestamp at, const Facts& facts, IncidentBook& book)
{
    const auto asked = [](const Rule& rule) { return rule.kind == Rule::Kind::device_in_zone; };
    if (!facts.bindings.zones().has_forbidden() || std::ranges::none_of(facts.rules, asked)) return;
    const auto bindings = facts.bindings.bindings_at(device, at);
    if (bindings.size() != 1 || bindings.front().grade == Grade::weak) return;
    const auto& binding = bindings.front();
    const auto* zone = facts.bindings.zones().by_name(binding.zone);
    if (zone == nullptr || zone->devices_allowed) return;
    if (judge(binding, at, facts, book)) return;

    const Key key{binding.staff, binding.zone, std::chrono::floor<std::chrono::minutes>(at)};
    if (waiting_.size() >= kWaiting && !waiting_.contains(key)) {
        ++refused_full_;
        return;
    }
    const auto [entry, fresh] = waiting_.try_emplace(key, at, binding);
    if (!fresh && at < entry->second.first) entry->second = {at, binding};
}

bool ZoneWatch::judge(const Binding& binding, Timestamp at, const Facts& facts, IncidentBook& book) const
{
    const auto duty = facts.duty.at(binding.staff, at);
    for (const auto& rule : facts.rules) {
        if (rule.kind != Rule::Kind::device_in_zone || !concerns_zone(rule, binding.zone)) continue;
        if (rule.on_shift && !duty.on_shift && !duty.unknown) continue;
        book.put({binding.staff, rule.id, "", occasion(duty, binding.zone, at)}, {at, binding, duty, rule.severity});
        return true;
    }
    return false;
}

void ZoneWatch::judge_again(const Facts& facts, IncidentBook& book)
{
    std::erase_if(waiting_, [&](const auto& entry) {
        const auto& [at, binding] = entry.second;
        return judge(binding, at, facts, book);
    });
}

void ZoneWatch::forget(const StaffId& staff)
{
    std::erase_if(waiting_, [&staff](const auto& entry) { return std::get<0>(entry.first) == staff; });
}

void ZoneWatch::tidy(Timestamp now)
{
    std::erase_if(waiting_, [&](const auto& entry) { return now - entry.second.first > horizon_; });
}

}  // namespace breakwatch
