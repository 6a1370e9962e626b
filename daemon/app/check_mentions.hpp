// The feeds of mentions, before there is a run: the platforms they name, and their files read to the end.
#pragma once

#include "app/check_finding.hpp"
#include "config/config.hpp"
#include "policy/activity/platform_catalog.hpp"

namespace breakwatch {

CheckFindings check_mention_platforms(const Config& config, const PlatformCatalog& catalog);
CheckFindings check_mention_files(const Config& config, Timestamp now);

}  // namespace breakwatch
