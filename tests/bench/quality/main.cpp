// detector_quality: trains the post detector from labelled captures, and measures it by leaving out one
// session at a time.
//   detector_quality evaluate LAB_FOLDER
//   detector_quality train LAB_FOLDER > policy/detector.yaml
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "calibration.hpp"
#include "config/load_config.hpp"
#include "evaluation.hpp"
#include "model_file.hpp"
#include "overlay.hpp"
#include "training.hpp"

namespace {

using namespace breakwatch;

constexpr const char* kVersion = "2026-11-24";
constexpr const char* kReviewBy = "2027-05-24";
constexpr double kWantedPrecision = 0.95;  // of the alert threshold, on sessions left out

// Until there is a calibration, a confidence is the logistic of the score: enough to rank by.
std::vector<CalibrationPoint> logistic()
{
    std::vector<CalibrationPoint> points;
    for (double score = -6; score <= 8; score += 0.125) points.push_back({score, 1 / (1 + std::exp(-score))});
    return points;
}

double logit(double confidence)
{
    return std::log(confidence / (1 - confidence));
}

TrainingOptions training_options()
{
    TrainingOptions options;
    for (std::size_t i = 0; i < kFeatures; ++i) options.boosting.features.push_back(static_cast<Feature>(i));
    return options;
}

struct Verdicts {
    std::vector<Judgement> plain;
    std::vector<Judgement> overlaid;
    std::size_t posts = 0;
};

Verdicts leave_one_out(const std::vector<LabSession>& sessions, const TrainingOptions& options,
                       const PlatformCatalog& catalog)
{
    Verdicts verdicts;
    for (const auto& left_out : sessions) {
        Sessions others;
        for (const auto& session : sessions) {
            if (&session != &left_out) others.push_back(&session);
        }
        auto model = train(others, options, catalog);
        model.calibration = logistic();
        const auto plain = judge(left_out, detect(left_out.exchanges, model, catalog));
        verdicts.plain.insert(verdicts.plain.end(), plain.begin(), plain.end());
        const auto busy = overlaid(left_out, others, 1, options.seed + 77, catalog);
        const auto over = judge(left_out, detect(busy, model, catalog));
        verdicts.overlaid.insert(verdicts.overlaid.end(), over.begin(), over.end());
        verdicts.posts += static_cast<std::size_t>(std::ranges::count_if(left_out.actions, &LabAction::is_post));
        std::fprintf(stderr, "%s: %zu findings\n", left_out.name.c_str(), plain.size());
    }
    return verdicts;
}

Tally tally(const std::vector<Judgement>& judgements, std::size_t posts, double threshold)
{
    Tally tally;
    for (const auto& judgement : judgements) {
        if (judgement.confidence < threshold) continue;
        ++(judgement.right ? tally.right : tally.wrong);
    }
    tally.missed = posts - tally.right;
    return tally;
}

struct Thresholds {
    double balanced = 0.5;
    double alert = 0.5;
};

Thresholds choose(const std::vector<Judgement>& judgements, std::size_t posts)
{
    Thresholds chosen;
    double best_f1 = 0;
    double best_recall = 0;
    for (const auto& candidate : judgements) {
        const auto at = tally(judgements, posts, candidate.confidence);
        if (at.f1() > best_f1) {
            best_f1 = at.f1();
            chosen.balanced = candidate.confidence;
        }
        if (at.precision() >= kWantedPrecision && at.recall() > best_recall) {
            best_recall = at.recall();
            chosen.alert = candidate.confidence;
        }
    }
    return chosen;
}

void print(const char* what, const Tally& tally)
{
    std::fprintf(stderr, "%-22s P %.3f  R %.3f  F1 %.3f  (%zu %zu %zu)\n", what, tally.precision(), tally.recall(),
                 tally.f1(), tally.right, tally.wrong, tally.missed);
}

std::size_t posts_of(const std::vector<LabSession>& sessions)
{
    std::size_t posts = 0;
    for (const auto& session : sessions)
        posts += static_cast<std::size_t>(std::ranges::count_if(session.actions, &LabAction::is_post));
    return posts;
}

}  // namespace

int main(int argc, char** argv)
{
    const std::string command = argc > 2 ? argv[1] : "";
    if (command != "train" && command != "evaluate") {
        std::fprintf(stderr, "usage: detector_quality train|evaluate LAB_FOLDER\n");
        return 2;
    }
    const auto catalog = load_platforms({});
    if (!catalog) return std::fprintf(stderr, "the shipped platform table cannot be read\n"), 1;
    const auto sessions = read_lab(argv[2], *catalog);
    if (!sessions) return std::fprintf(stderr, "%s\n", sessions.error().c_str()), 1;

    const auto options = training_options();
    const auto verdicts = leave_one_out(*sessions, options, *catalog);
    const auto thresholds = choose(verdicts.plain, verdicts.posts);
    print("balanced", tally(verdicts.plain, verdicts.posts, thresholds.balanced));
    print("alert", tally(verdicts.plain, verdicts.posts, thresholds.alert));
    print("balanced, overlaid", tally(verdicts.overlaid, verdicts.posts, thresholds.balanced));
    print("alert, overlaid", tally(verdicts.overlaid, verdicts.posts, thresholds.alert));
    if (command == "evaluate") return 0;

    Sessions all;
    for (const auto& session : *sessions) all.push_back(&session);
    auto model = train(all, options, *catalog);
    std::vector<Outcome> outcomes;
    for (const auto* each : {&verdicts.plain, &verdicts.overlaid}) {
        for (const auto& judgement : *each) outcomes.push_back({logit(judgement.confidence), judgement.right});
    }
    model.calibration = calibrate(std::move(outcomes));
    model.version = kVersion;
    model.review_by = kReviewBy;
    model.trained_on = std::to_string(sessions->size()) + " captures of the lab, " + std::to_string(posts_of(*sessions)) +
                       " posts, with overlay";
    model.alert_threshold = calibrated(model, logit(thresholds.alert));
    model.balanced_threshold = calibrated(model, logit(thresholds.balanced));
    std::printf("%s", to_yaml(model).c_str());
    return 0;
}
