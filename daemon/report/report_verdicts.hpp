// The part of the page that says how often the rule of an incident was right, by what people found.
#pragma once

#include "report/case_view.hpp"
#include "report/markup.hpp"

namespace breakwatch {

// Nothing where no incident of the rule has a verdict.
void write_rule_verdicts(Markup& page, const CaseView& view);

}  // namespace breakwatch
