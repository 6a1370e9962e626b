// The incident clock: until when an incident is to have got how far, by whom, and when somebody is reminded. Pure;
// times are given.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/incident/incident.hpp"

namespace breakwatch {

// So long after its first finding an incident is to be in each state. Zero: no due time.
struct DueTimes {
    std::chrono::seconds triaged{0};
    std::chrono::seconds principal_notified{0};
    std::chrono::seconds answered{0};
    std::chrono::seconds closed{0};
    std::array<std::string, 4> owners{};  // roles, of each state in that order; "": not stated
    auto operator<=>(const DueTimes&) const = default;

    std::chrono::seconds of(IncidentState state) const;
    std::string owner_of(IncidentState state) const;
    bool any() const { return triaged.count() + principal_notified.count() + answered.count() + closed.count() > 0; }
};

// Whom a due time is owed to: two sets that know nothing of each other, and what people promised.
enum class DueBasis : std::uint8_t { contractual, statutory, promise };
std::string_view name(DueBasis basis);

struct DueClock {
    DueTimes contractual;
    DueTimes statutory;
    bool any() const { return contractual.any() || statutory.any(); }
};

// An answer to a customer by then, promised to a role. The last one to a role holds.
struct Promise {
    std::string role;
    Timestamp made;
    Timestamp due;
    bool operator==(const Promise&) const = default;
};

// One due time of one incident. A promise is kept by the answer.
struct DueItem {
    std::string incident;
    DueBasis basis = DueBasis::contractual;
    IncidentState state = IncidentState::answered;  // that is due
    std::string role;                               // the owner's, or to whom it was promised; "": not stated
    Timestamp from;                                 // the clock began
    Timestamp due;

    // The same over restarts and changes of the times: what was told of it is known by this.
    std::string key() const;
};

// What counts of an incident for its clock.
struct DueCase {
    std::string incident;
    Timestamp from;
    IncidentState state = IncidentState::detected;
    bool told = false;       // one that is held is due by promises alone
    bool withdrawn = false;  // by nothing
    std::vector<Promise> promises;
};

// What is to be done yet, whether or not it is late.
std::vector<DueItem> due_items(const DueCase& about, const DueClock& clock);

// Reminders of one due time are numbered: 1 at 50 %, 2 at 80 %, 3 at 100 % of the time, and one more with each day
// after. The last whose moment has come; 0: none. So one that was missed is not told beside it.
std::uint64_t reminder_at(const DueItem& item, Timestamp now);
// Of the time: 50, 80 or 100.
int percent_gone(std::uint64_t reminder);

}  // namespace breakwatch
