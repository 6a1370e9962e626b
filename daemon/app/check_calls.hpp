// What a run would understand of the call files that are there: each is read to its end, and counted. A mapping with
// one wrong word is as valid as a right one; only the site's own records tell.
#pragma once

#include "app/check_finding.hpp"
#include "config/config.hpp"
#include "feeds/people/person_files.hpp"

namespace breakwatch {

CheckFindings check_call_files(const Config& config, const PersonFiles& people, Timestamp now);

}  // namespace breakwatch
