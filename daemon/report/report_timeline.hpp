// The drawn timeline of one incident: an SVG element to stand in a page, coloured by the page's style.
#pragma once

#include <string>

#include "report/case_view.hpp"

namespace breakwatch {

std::string draw_timeline(const CaseView& view);

// The stretch of time that is drawn: from the call, break and first traffic to the window's end, but
// never so long that minutes become invisible.
struct TimeSpan {
    Timestamp from;
    Timestamp to;
};
TimeSpan drawn_span(const Incident& incident, const RuleFacts* rule);

}  // namespace breakwatch
