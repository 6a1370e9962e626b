#include "policy/incident/due.hpp"

#include <algorithm>

namespace breakwatch {

namespace {

constexpr std::array kStates{IncidentState::triaged, IncidentState::principal_notified, IncidentState::answered,
                             IncidentState::closed};
constexpr std::uint64_t kAtDue = 3;

}  // namespace

std::chrono::seconds DueTimes::of(IncidentState state) const
{
    switch (state) {
        case IncidentState::detected: break;
        case IncidentState::triaged: return triaged;
        case IncidentState::principal_notified: return principal_notified;
        case IncidentState::answered: return answered;
        case IncidentState::closed: return closed;
    }
    return std::chrono::seconds{0};
}

std::string DueTimes::owner_of(IncidentState state) const
{
    const auto place = std::ranges::find(kStates, state);
    return place == kStates.end() ? "" : owners.at(static_cast<std::size_t>(place - kStates.begin()));
}

std::string_view name(DueBasis basis)
{
    constexpr std::array<std::string_view, 3> kNames{"contractual", "statutory", "promise"};
    return kNames.at(static_cast<std::size_t>(basis));
}

std::string DueItem::key() const
{
    const std::string basis_name(name(basis));
    if (basis != DueBasis::promise) return basis_name + " " + std::string(name(state));
    return basis_name + " " + std::to_string(from.time_since_epoch().count()) + " " + role;
}

std::vector<DueItem> due_items(const DueCase& about, const DueClock& clock)
{
    std::vector<DueItem> items;
    if (about.withdrawn) return items;
    for (const auto basis : {DueBasis::contractual, DueBasis::statutory}) {
        const auto& times = basis == DueBasis::contractual ? clock.contractual : clock.statutory;
        for (const auto state : kStates) {
            if (!about.told || state <= about.state || times.of(state).count() <= 0) continue;
            items.push_back(
                {about.incident, basis, state, times.owner_of(state), about.from, about.from + times.of(state)});
        }
    }
    for (const auto& promise : about.promises) {
        if (about.state >= IncidentState::answered) break;
        items.push_back(
            {about.incident, DueBasis::promise, IncidentState::answered, promise.role, promise.made, promise.due});
    }
    return items;
}

std::uint64_t reminder_at(const DueItem& item, Timestamp now)
{
    const auto whole = item.due - item.from;
    if (now >= item.due) return kAtDue + static_cast<std::uint64_t>((now - item.due) / std::chrono::hours{24});
    if (now - item.from >= whole / 10 * 8) return 2;
    return now - item.from >= whole / 2 ? 1 : 0;
}

int percent_gone(std::uint64_t reminder)
{
    constexpr std::array kPercent{0, 50, 80, 100};
    return kPercent.at(std::min(reminder, kAtDue));
}

}  // namespace breakwatch
