// Who is on duty when, as the work-force plan says. Times are UTC: zones and daylight saving are
// resolved where the file is read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/types.hpp"

namespace breakwatch {

// unknown: the plan says something of that time that could not be read; on duty or not is not known.
enum class DutyActivity : std::uint8_t { shift, break_, meal, training, off, unknown };
std::string_view name(DutyActivity activity);

struct DutyInterval {
    StaffId staff;
    Timestamp start;
    Timestamp end;  // exclusive
    DutyActivity activity = DutyActivity::shift;
    std::string site;
};

struct DutyState {
    bool on_shift = false;              // a break or meal belongs to the shift and does not end it
    bool unknown = false;               // neither on shift nor off it: the roster could not be read there
    std::optional<DutyInterval> shift;  // the whole stretch on duty, pieces that touch put together
    std::optional<DutyInterval> pause;  // the break or meal in force
    bool from_call_system = false;      // `end` of shift and pause may be the end of time: not known
    std::string conflict;               // in words, where roster and call system disagree
};

// Immutable; a new file makes a new Roster, which replaces the old one whole.
class Roster {
  public:
    Roster() = default;
    // Rows that end before they start are left out: the reader has refused them already.
    explicit Roster(std::vector<DutyInterval> intervals);
    // Shift, training, break and meal are duty, whether breaks lie inside a shift row or between
    // two of them; `off` takes duty away. `unknown` counts only where nothing else is said.
    DutyState at(const StaffId& staff, Timestamp time) const;
    const std::vector<DutyInterval>& intervals() const { return intervals_; }

  private:
    // Rows of one meaning, by staff and start. `latest_end` is the latest end of that person's rows
    // up to here, so that a search backwards knows when to stop even if rows overlap.
    struct Entry {
        DutyInterval interval;
        Timestamp latest_end;
    };
    using Line = std::vector<Entry>;

    static Line in_order(std::vector<DutyInterval> intervals);
    static std::optional<DutyInterval> in_force(const Line& line, const StaffId& staff, Timestamp time);

    std::vector<DutyInterval> intervals_;  // by staff, start; as they were given
    Line duty_;
    Line pauses_;
    Line off_;
    Line unknown_;
};

}  // namespace breakwatch
