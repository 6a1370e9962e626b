#include "policy/incident/expected_alerts.hpp"

#include <algorithm>
#include <cmath>

namespace breakwatch {

ExpectedAlerts expected_false_alerts(const MeasuredRecord& record, std::size_t phones, const BreakHabits& habits)
{
    const auto hours = std::chrono::duration<double, std::ratio<3'600>>(habits.length).count() * habits.social;
    const auto breaks = static_cast<double>(phones) * habits.a_day;
    const auto platforms = static_cast<double>(std::ranges::count_if(record, is_enough));
    ExpectedAlerts expected;
    for (const auto& measured : record) {
        if (!is_enough(measured)) continue;
        expected.a_day += breaks * (1 - std::exp(-false_per_hour(measured) * hours / platforms));
        expected.upper = std::max(expected.upper, breaks * (1 - std::exp(-upper_per_hour(measured) * hours)));
    }
    return expected;
}

}  // namespace breakwatch
