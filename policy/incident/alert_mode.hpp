// Which incidents of rules of kind post_after_call are alerted, and which are held: kept with their evidence, and told
// to nobody. Chosen by the site in its rules. Mentions and devices in zones are alerted in each mode.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/activity/finding.hpp"

namespace breakwatch {

enum class AlertMode : std::uint8_t {
    complaint,  // none: only what somebody saw
    media,      // tier A, and media posts and stories on platforms measured here
    measured,   // and text posts there
    budget      // and, of what is left over, so many a day (alert_budget.hpp)
};
std::string_view name(AlertMode mode);

struct AlertPlan {
    AlertMode mode = AlertMode::budget;
    unsigned per_day = 3;  // of mode budget
    bool operator==(const AlertPlan&) const = default;
};

// Whether such a finding may make an alert by itself. `measured`: its platform is (activity/measured.hpp). Tier B media
// on a platform that is not measured counts as text does: it is the same judgement of shapes, worth here nobody knows
// what.
bool may_alert(AlertMode mode, const Finding& finding, bool measured);

}  // namespace breakwatch
