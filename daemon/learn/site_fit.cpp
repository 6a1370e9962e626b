#include "learn/site_fit.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <span>

#include "learn/calibration.hpp"

namespace breakwatch {
namespace {

// How much better the held-back figures must be: less is chance.
constexpr double kLessSurprise = 0.98;

using Recordings = std::span<const Recording>;

std::size_t posts_of(Recordings recordings)
{
    std::size_t posts = 0;
    for (const auto& recording : recordings) posts += recording.posts();
    return posts;
}

// The strongest candidate of each act.
struct Act {
    double score = -1e9;
    double confidence = 0;
    bool post = false;
};

std::vector<Act> acts_of(const DetectorModel& model, const Recording& recording)
{
    const auto* adaptation = adaptation_for(model, recording.platform);
    std::map<std::size_t, Act> acts;
    for (const auto& sample : recording.samples) {
        auto& act = acts[sample.act];
        act.score = std::max(act.score, score(model, sample.features, adaptation));
        act.confidence = calibrated(model, act.score, adaptation);
        act.post = act.post || sample.post;
    }
    std::vector<Act> out;
    for (const auto& [number, act] : acts) out.push_back(act);
    return out;
}

// A few more trees on what the model got wrong here.
std::vector<BoostedTree> further_trees(const DetectorModel& model, Recordings recordings)
{
    std::vector<Example> examples;
    for (const auto& recording : recordings) {
        for (const auto& sample : recording.samples)
            examples.push_back({sample.features, sample.post, 1, score(model, sample.features)});
    }
    BoostingOptions options;
    for (std::size_t i = 0; i < kFeatures; ++i) options.features.push_back(static_cast<Feature>(i));
    options.trees = 30;
    options.rate = 0.1;
    options.penalty = 5;
    options.least_weight = 1;
    options.feature_share = 1;  // few posts: what tells them must be found by every tree
    options.adds_to_model = true;
    return boost(examples, options).trees;
}

DetectorModel with(DetectorModel model, Adaptation adaptation)
{
    std::erase_if(model.platforms, [&](const Adaptation& other) { return other.platform == adaptation.platform; });
    model.platforms.push_back(std::move(adaptation));
    return model;
}

// Confidence from scores of recordings that the trees in question have not seen.
std::vector<CalibrationPoint> site_calibration(const DetectorModel& model, Recordings recordings)
{
    std::vector<ScoredOutcome> outcomes;
    for (const auto& left_out : recordings) {
        std::vector<Recording> others;
        for (const auto& recording : recordings) {
            if (&recording != &left_out) others.push_back(recording);
        }
        const auto trained = with(model, {left_out.platform, "", further_trees(model, others), {}});
        for (const auto& act : acts_of(trained, left_out)) outcomes.push_back({act.score, act.post});
    }
    return calibrate(outcomes);
}

// Each recording by trees that were made from the others.
std::size_t found_by_others(const DetectorModel& model, const Adaptation& adaptation, Recordings recordings)
{
    std::size_t found = 0;
    for (const auto& left_out : recordings) {
        std::vector<Recording> others;
        for (const auto& recording : recordings) {
            if (&recording != &left_out) others.push_back(recording);
        }
        auto of_others = adaptation;
        of_others.trees = further_trees(model, others);
        found += measure(with(model, std::move(of_others)), {left_out}).found_alert;
    }
    return found;
}

std::string share(std::size_t part, std::size_t whole)
{
    return std::to_string(part) + " of " + std::to_string(whole);
}

void conclude(SiteFit& fit)
{
    const bool no_worse = fit.after.f1() >= fit.before.f1() && fit.after.wrong_alert <= fit.before.wrong_alert &&
                          fit.after.found_alert >= fit.before.found_alert;
    const bool surer = fit.after.surprise < fit.before.surprise * kLessSurprise;
    fit.better = no_worse && surer;
    if (fit.better) {
        fit.why =
            "on what was held back it finds at least as many posts, raises no more false alerts, and its confidences "
            "fit better";
        return;
    }
    if (fit.after.wrong_alert > fit.before.wrong_alert) {
        fit.why = "it raises more false alerts on what was held back";
    } else if (fit.after.found_alert < fit.before.found_alert) {
        fit.why = "it finds fewer posts on what was held back";
    } else if (!no_worse) {
        fit.why = "posts found and false findings together are worse on what was held back";
    } else {
        fit.why = "its confidences are no better on what was held back than chance would make them";
    }
}

}  // namespace

double SiteFigures::f1() const
{
    const auto sum = 2 * found + wrong + (posts - found);
    return sum == 0 ? 0 : 2 * static_cast<double>(found) / static_cast<double>(sum);
}

SiteFigures measure(const DetectorModel& model, const std::vector<Recording>& recordings)
{
    SiteFigures figures;
    double surprise = 0;
    for (const auto& recording : recordings) {
        for (const auto& act : acts_of(model, recording)) {
            ++figures.acts;
            if (act.post) ++figures.posts;
            if (act.confidence >= model.balanced_threshold) ++(act.post ? figures.found : figures.wrong);
            if (act.confidence >= model.alert_threshold) ++(act.post ? figures.found_alert : figures.wrong_alert);
            const auto right = std::clamp(act.post ? act.confidence : 1 - act.confidence, 1e-3, 1.0);
            surprise -= std::log(right);
        }
    }
    figures.surprise = figures.acts == 0 ? 0 : surprise / static_cast<double>(figures.acts);
    return figures;
}

Measured measure_site(const DetectorModel& model, const std::vector<Recording>& recordings)
{
    Measured measured;
    for (const auto& recording : recordings) {
        measured.platform = recording.platform;
        const auto figures = measure(model, {recording});
        if (!recording.browse_only()) {
            measured.posts += figures.posts;
            measured.found += figures.found_alert;
        } else if (recording.hours > 0) {
            measured.browse_hours += recording.hours;
            measured.actions += figures.acts;
            measured.false_findings += figures.wrong_alert;
        }
    }
    return measured;
}

std::expected<SiteFit, std::string> fit_site(const DetectorModel& model, const std::vector<Recording>& all)
{
    std::vector<Recording> recordings;
    std::ranges::copy_if(all, std::back_inserter(recordings), [](const Recording& r) { return !r.browse_only(); });
    if (recordings.size() < 3)
        return std::unexpected("expected three recordings with posts or more: one in three is held back");
    for (const auto& recording : all) {
        if (recording.platform != recordings.front().platform)
            return std::unexpected("found recordings of " + recordings.front().platform + " and " + recording.platform +
                                   "; expected one platform");
    }
    const auto held = std::max<std::size_t>(1, recordings.size() / 3);
    const Recordings lessons(recordings.data(), recordings.size() - held);
    const std::vector<Recording> held_back(recordings.end() - static_cast<std::ptrdiff_t>(held), recordings.end());
    if (posts_of(lessons) < kLeastPostsToFit)
        return std::unexpected("found " + std::to_string(posts_of(lessons)) +
                               " posts to learn from; expected at least " + std::to_string(kLeastPostsToFit));
    if (posts_of(held_back) < kLeastPostsHeldBack)
        return std::unexpected("found " + std::to_string(posts_of(held_back)) + " posts held back; expected at least " +
                               std::to_string(kLeastPostsHeldBack));
    Adaptation adaptation{lessons.front().platform, share(posts_of(lessons), posts_of(recordings)) + " posts", {}, {}};
    adaptation.trees = further_trees(model, lessons);
    if (posts_of(lessons) >= kLeastPostsForConfidence) adaptation.calibration = site_calibration(model, lessons);
    SiteFit fit;
    fit.before = measure(model, held_back);
    const auto found = found_by_others(model, adaptation, recordings);
    fit.model = with(model, std::move(adaptation));
    fit.measured = measure_site(fit.model, all);
    fit.measured.found = found;
    put_over(fit.model.measured, {fit.measured});
    fit.after = measure(fit.model, held_back);
    fit.posts_fitted = posts_of(lessons);
    fit.recordings_held_back = held;
    conclude(fit);
    return fit;
}

}  // namespace breakwatch
