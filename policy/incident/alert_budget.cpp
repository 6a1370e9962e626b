#include "policy/incident/alert_budget.hpp"

#include <algorithm>
#include <functional>

#include "policy/share.hpp"

namespace breakwatch {

namespace {

double days(Duration time)
{
    return std::chrono::duration<double, std::ratio<86'400>>(time).count();
}

}  // namespace

bool AlertBudget::competes(const IncidentKey& key, std::uint32_t score) const
{
    const auto known = scores_.find(key);
    return known == scores_.end() || (!known->second.raised && known->second.score < score);
}

bool AlertBudget::compete(const IncidentKey& key, Timestamp at, std::uint32_t score, unsigned per_day)
{
    if (!competes(key, score)) return scores_.at(key).raised;
    if (!scores_.contains(key)) make_room(key.staff);
    BudgetScore contender{key, at, score, false};
    contender.raised = has_room(contender, per_day) && score >= bar(contender, per_day);
    scores_.insert_or_assign(key, contender);
    if (keep_) changes_.push_back(contender);
    return contender.raised;
}

// Of those raised, none was with facts later than these but by a recall: looking both ways keeps to the number in any
// 24 hours.
bool AlertBudget::has_room(const BudgetScore& contender, unsigned per_day) const
{
    std::size_t raised = 0;
    for (const auto& [key, other] : scores_) {
        if (!other.raised || std::chrono::abs(contender.at - other.at) >= kDay) continue;
        if (key.staff == contender.key.staff) return false;
        ++raised;
    }
    return raised < per_day;
}

// The score that so many a day reach.
std::uint32_t AlertBudget::bar(const BudgetScore& contender, unsigned per_day) const
{
    std::map<std::pair<StaffId, std::chrono::sys_days>, std::uint32_t> best;
    auto first = contender.at;
    for (const auto& [key, other] : scores_) {
        if (key == contender.key || other.at >= contender.at || contender.at - other.at > kHistory) continue;
        first = std::min(first, other.at);
        auto& of_day = best[{key.staff, std::chrono::floor<std::chrono::days>(other.at)}];
        of_day = std::max(of_day, other.score);
    }
    const auto history = days(contender.at - first);
    const auto places = static_cast<std::size_t>(history * per_day);
    if (history < 1 || best.size() <= places || places == 0) return 0;
    std::vector<std::uint32_t> scores;
    scores.reserve(best.size());
    for (const auto& [whose, score] : best) scores.push_back(score);
    const auto place = scores.begin() + static_cast<std::ptrdiff_t>(places) - 1;
    std::ranges::nth_element(scores, place, std::greater{});
    return *place;
}

std::optional<unsigned> AlertBudget::rank(const IncidentKey& key, Timestamp at, std::uint32_t score) const
{
    std::size_t all = 0;
    std::size_t below = 0;
    for (const auto& [other_key, other] : scores_) {
        if (other_key == key || other.at >= at || at - other.at > kHistory) continue;
        ++all;
        if (other.score < score) ++below;
    }
    if (all < kLeastToRank) return std::nullopt;
    return static_cast<unsigned>(100 * below / all);
}

void AlertBudget::forget(const StaffId& staff)
{
    std::erase_if(scores_, [&](const auto& entry) { return entry.first.staff == staff; });
}

void AlertBudget::tidy(Timestamp now)
{
    std::erase_if(scores_, [&](const auto& entry) { return now - entry.second.at > kHistory; });
}

void AlertBudget::recall(const BudgetScore& kept)
{
    make_room(kept.key.staff);
    scores_.insert_or_assign(kept.key, kept);
}

// The oldest goes; of a person who has their share, the oldest of theirs.
void AlertBudget::make_room(const StaffId& staff)
{
    const auto own = static_cast<std::size_t>(
        std::ranges::count_if(scores_, [&](const auto& entry) { return entry.first.staff == staff; }));
    const bool of_own = own >= share_of(most_);
    if (!of_own && scores_.size() < most_) return;
    auto oldest = scores_.end();
    for (auto entry = scores_.begin(); entry != scores_.end(); ++entry) {
        if (of_own && entry->first.staff != staff) continue;
        if (oldest == scores_.end() || entry->second.at < oldest->second.at) oldest = entry;
    }
    if (oldest != scores_.end()) scores_.erase(oldest);
}

}  // namespace breakwatch
