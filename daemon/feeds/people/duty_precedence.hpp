// One person's rows as one plan: repeats folded, time off before everything else, contradictions found.
#pragma once

#include <vector>

#include "feeds/people/roster_rows.hpp"

namespace breakwatch {

struct SettledDuty {
    std::vector<DutyInterval> intervals;
    RowErrors contradictions;
};

// Time off takes the rest away for as long as it lasts; breaks, meals and training lie where they lie. Of two shifts
// that overlap, neither inside the other, only what both say is known. Unknown is what no other row tells.
SettledDuty settle_duty(RosterRows rows);

}  // namespace breakwatch
