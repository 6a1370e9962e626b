// A site's own numbers for one platform, learned from a volunteer's recordings, and whether they are any better
// than the shipped ones on recordings that were held back.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "learn/recording.hpp"
#include "policy/activity/detector_model.hpp"

namespace breakwatch {

// Fewer posts than these teach nothing, or prove nothing; a confidence curve of one's own needs more. The
// thresholds are never chosen on a site: a confidence means the same everywhere.
inline constexpr std::size_t kLeastPostsToFit = 20;
inline constexpr std::size_t kLeastPostsHeldBack = 10;
inline constexpr std::size_t kLeastPostsForConfidence = 30;

// How a model does on recordings, an act being found if its strongest candidate is.
struct SiteFigures {
    std::size_t posts = 0;
    std::size_t acts = 0;
    std::size_t found = 0;  // posts at the balanced threshold
    std::size_t wrong = 0;
    std::size_t found_alert = 0;  // ... at the alert threshold
    std::size_t wrong_alert = 0;
    double surprise = 0;  // mean log-loss of the confidences, an act each: smaller is better
    double f1() const;
};

SiteFigures measure(const DetectorModel& model, const std::vector<Recording>& recordings);

struct SiteFit {
    DetectorModel model;  // the given one with the platform's adaptation
    SiteFigures before;   // on the held-back recordings
    SiteFigures after;
    std::size_t posts_fitted = 0;
    std::size_t recordings_held_back = 0;
    Measured measured;  // of the model; each post by one that had not learned from its recording
    bool better = false;
    std::string why;  // in words, either way
};

// What recordings of one platform say of a model that learned from none of them: of marked ones the posts, of those
// of browsing alone the time and the false findings.
Measured measure_site(const DetectorModel& model, const std::vector<Recording>& recordings);

// The last third of the recordings with posts is held back; those of browsing alone are not learned from. Refused, in
// words, where there are too few posts or the recordings are of different platforms.
std::expected<SiteFit, std::string> fit_site(const DetectorModel& model, const std::vector<Recording>& recordings);

}  // namespace breakwatch
