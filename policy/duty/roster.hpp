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

enum class DutyActivity : std::uint8_t { shift, break_, meal, training, off };
std::string_view name(DutyActivity activity);

struct DutyInterval {
    StaffId staff;
    Timestamp start;
    Timestamp end;     // exclusive
    DutyActivity activity = DutyActivity::shift;
    std::string site;
};

struct DutyState {
    bool on_shift = false;  // inside a shift; a break or meal lies within it and does not end it
    std::optional<DutyInterval> shift;
    std::optional<DutyInterval> pause;  // the break or meal in force
};

// Immutable; a new file makes a new Roster, which replaces the old one whole.
class Roster {
  public:
    Roster() = default;
    explicit Roster(std::vector<DutyInterval> intervals);
    DutyState at(const StaffId& staff, Timestamp time) const;
    const std::vector<DutyInterval>& intervals() const { return intervals_; }

  private:
    std::vector<DutyInterval> intervals_;  // by staff, start
};

}  // namespace breakwatch
