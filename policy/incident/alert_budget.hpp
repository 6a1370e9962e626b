// Which of the incidents that are not sure enough by themselves are alerted all the same: so many a day and site, the
// most post-like ones. A streaming choice: each competes as its findings settle, in the order of their times, so that
// the same facts, whenever they came within the horizon, give the same alerts, live and in a replay. Owned by the
// engine.
//
// An incident is raised where, about its time,
//   - fewer than so many were raised in any 24 hours,
//   - none of its person's was: one phone, hostile or unlucky, takes one place a day and not all of them; who reads
//     that one finds the others of the person beside it on the list,
//   - its score is among those that the site's own last two weeks give so often: of each person and day the best
//     counts, so that a phone that makes thousands does not raise the bar for others. In the first day there is no bar.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "policy/incident/incident.hpp"

namespace breakwatch {

// An incident that competed. The score is its confidence in ten-thousandths: whole, so that it is the same when read
// back.
struct BudgetScore {
    IncidentKey key;
    Timestamp at;  // of the finding that it competed with last
    std::uint32_t score = 0;
    bool raised = false;
    auto operator<=>(const BudgetScore&) const = default;
};

class AlertBudget {
  public:
    static constexpr Duration kHistory = std::chrono::hours{24 * 14};
    static constexpr Duration kDay = std::chrono::hours{24};
    // Fewer than these say nothing of how one compares.
    static constexpr std::size_t kLeastToRank = 20;

    explicit AlertBudget(std::size_t scores) : most_(scores) {}

    // Whether it competes with that score: it is new, or was held with a lower one.
    bool competes(const IncidentKey& key, std::uint32_t score) const;
    // Whether the incident is raised, now or before.
    bool compete(const IncidentKey& key, Timestamp at, std::uint32_t score, unsigned per_day);
    // How many of 100 that competed before `at` scored less; none: too few did.
    std::optional<unsigned> rank(const IncidentKey& key, Timestamp at, std::uint32_t score) const;

    void forget(const StaffId& staff);
    void tidy(Timestamp now);
    std::size_t size() const { return scores_.size(); }

    void keep() { keep_ = true; }
    std::vector<BudgetScore> take_changes() { return std::exchange(changes_, {}); }
    void recall(const BudgetScore& kept);

  private:
    bool has_room(const BudgetScore& contender, unsigned per_day) const;
    std::uint32_t bar(const BudgetScore& contender, unsigned per_day) const;
    void make_room(const StaffId& staff);

    std::size_t most_;
    std::map<IncidentKey, BudgetScore> scores_;
    bool keep_ = false;
    std::vector<BudgetScore> changes_;
};

}  // namespace breakwatch
