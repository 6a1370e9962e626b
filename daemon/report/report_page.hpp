// One incident as a page: self-contained, nothing loaded from anywhere, no script, everything escaped.
#pragma once

#include <string>

#include "report/case_view.hpp"

namespace breakwatch {

// Pure. `made_at`: the time that the page states as its own. No staff id is in it.
std::string report_page(const CaseView& view, Timestamp made_at);

}  // namespace breakwatch
