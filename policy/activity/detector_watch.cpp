#include "policy/activity/detector_watch.hpp"

#include <cmath>
#include <string>

namespace breakwatch {
namespace {

constexpr const char* kDetector = "BW-3005";

}  // namespace

DetectorWatch::DetectorWatch(const DetectorModel& model) : review_by_(parse_rfc3339(model.review_by + "T00:00:00Z")) {}

std::vector<ReportHealth> DetectorWatch::advance(const DetectorCounters& counters, Timestamp now)
{
    std::vector<ReportHealth> reports;
    if (review_by_ && now >= *review_by_ && !told_old_) {
        told_old_ = true;
        reports.push_back({kDetector, Severity::warning, "detector",
                           "its numbers were to be reviewed by " + to_rfc3339(*review_by_).substr(0, 10) +
                               ": measure them on fresh recordings (breakwatch calibrate check)",
                           now});
    }
    const auto candidates = counters.candidates - batch_begin_.candidates;
    if (candidates < kBatch) return reports;
    const auto unknown = counters.cannot_tell - batch_begin_.cannot_tell;
    const auto share = static_cast<double>(unknown) / static_cast<double>(candidates);
    batch_begin_ = counters;
    const bool blind = share >= (blind_ ? kBlind / 2 : kBlind);
    if (blind == blind_) return reports;
    blind_ = blind;
    const auto percent = std::to_string(std::lround(share * 100)) + " %";
    reports.push_back(
        {kDetector, blind ? Severity::error : Severity::notice, "detector",
         blind ? percent + " of the possible posts could not be judged, too much of them was not seen: does the mirror port "
                           "show both directions, and in order?"
               : "possible posts can be judged again, all but " + percent,
         now});
    return reports;
}

}  // namespace breakwatch
