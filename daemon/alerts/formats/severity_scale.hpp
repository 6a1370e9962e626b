// Syslog's severity on the scales of other formats.
#pragma once

#include <algorithm>
#include <array>

#include "policy/incident/rules.hpp"

namespace breakwatch {

struct SeverityScale {
    int ten;   // of CEF and ECS, 0 to 10, higher is worse; LEEF's begins at 1
    int ocsf;  // severity_id
};

inline SeverityScale severity_scale(Severity severity)
{
    // By syslog's number: emergency, alert, critical, error, warning, notice, informational, debug.
    constexpr std::array<SeverityScale, 8> kScale{{{10, 6}, {9, 5}, {9, 5}, {7, 4}, {6, 3}, {4, 2}, {2, 1}, {1, 1}}};
    return kScale.at(static_cast<std::size_t>(std::min(static_cast<int>(severity), 7)));
}

}  // namespace breakwatch
