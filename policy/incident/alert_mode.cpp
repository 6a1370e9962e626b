#include "policy/incident/alert_mode.hpp"

namespace breakwatch {

std::string_view name(AlertMode mode)
{
    switch (mode) {
        case AlertMode::complaint: return "complaint";
        case AlertMode::media: return "media";
        case AlertMode::measured: return "measured";
        case AlertMode::budget: return "budget";
    }
    return "budget";
}

bool may_alert(AlertMode mode, const Finding& finding, bool measured)
{
    if (mode == AlertMode::complaint || finding.kind == FindingKind::media_upload) return false;
    if (finding.tier == Tier::a) return true;
    if (!measured) return false;
    const bool media = finding.kind == FindingKind::media_post || finding.kind == FindingKind::story;
    return media || mode != AlertMode::media;
}

}  // namespace breakwatch
