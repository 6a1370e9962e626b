#include "policy/activity/detector_watch.hpp"

#include <cmath>
#include <string>
#include <utility>

#include "policy/event_catalogue.hpp"

namespace breakwatch {
namespace {

std::string hundredths(double value)
{
    const auto rounded = std::lround(value * 100);
    const auto rest = std::to_string(rounded % 100);
    return std::to_string(rounded / 100) + "." + (rest.size() < 2 ? "0" : "") + rest;
}

}  // namespace

DetectorWatch::DetectorWatch(const DetectorModel& model)
    : review_by_(parse_rfc3339(model.review_by + "T00:00:00Z")), drift_(model)
{}

void DetectorWatch::saw(const FeatureVector& features, bool cannot_tell)
{
    ++seen_;
    if (cannot_tell) {
        ++unknown_;
    } else {
        drift_.add(features);
    }
}

std::vector<ReportHealth> DetectorWatch::advance(Timestamp now)
{
    std::vector<ReportHealth> reports;
    tell_age(reports, now);
    tell_blindness(reports, now);
    tell_drift(reports, now);
    return reports;
}

void DetectorWatch::tell_age(std::vector<ReportHealth>& reports, Timestamp now)
{
    if (!review_by_ || now < *review_by_ || std::exchange(told_old_, true)) return;
    reports.push_back({event::kDetector.code, Severity::warning, "detector",
                       "its numbers were to be reviewed by " + to_rfc3339(*review_by_).substr(0, 10) +
                           ": measure them on fresh recordings (breakwatch calibrate check)",
                       now});
}

void DetectorWatch::tell_blindness(std::vector<ReportHealth>& reports, Timestamp now)
{
    if (seen_ < kBlindBatch) return;
    const auto unknown = std::exchange(unknown_, 0);
    const auto share = static_cast<double>(unknown) / static_cast<double>(std::exchange(seen_, 0));
    const bool blind = share >= (blind_ ? kBlind / 2 : kBlind);
    if (std::exchange(blind_, blind) == blind) return;
    const auto percent = std::to_string(std::lround(share * 100)) + " %";
    reports.push_back(
        {event::kDetector.code, blind ? Severity::error : Severity::notice, "detector",
         blind ? percent +
                     " of the possible posts could not be judged, too much of them was not seen: does the mirror port "
                     "show both directions, and in order?"
               : "possible posts can be judged again, all but " + percent,
         now});
}

void DetectorWatch::tell_drift(std::vector<ReportHealth>& reports, Timestamp now)
{
    if (drift_.seen() < kBatch) return;
    const auto drift = drift_.drift();
    drift_.start_anew();
    if (!drift) return;
    distance_ = drift->distance;
    const bool far = drift->distance >= (far_ ? kFar / 2 : kFar);
    if (std::exchange(far_, far) == far) return;
    reports.push_back({event::kDetector.code, far ? Severity::warning : Severity::notice, "detector",
                       far ? "the traffic is not like what its numbers were made from (distance " +
                                 hundredths(drift->distance) + ", most of all in " +
                                 std::string(name(drift->farthest)) +
                                 "): measure them on recordings of this site (breakwatch calibrate check)"
                           : "the traffic is again like what its numbers were made from (distance " +
                                 hundredths(drift->distance) + ")",
                       now});
}

}  // namespace breakwatch
