#include "learn/recipe.hpp"

#include <algorithm>
#include <cmath>

#include "learn/calibration.hpp"
#include "learn/feature_spreads.hpp"

namespace breakwatch {
namespace {

// Of the alert threshold, on left-out sessions, plain and overlaid together.
constexpr double kWantedPrecision = 0.90;

double logit(double confidence)
{
    return std::log(confidence / (1 - confidence));
}

void add_outcomes(std::vector<ScoredOutcome>& outcomes, const HeldBack& part)
{
    for (const auto* judgements : {&part.plain, &part.overlaid}) {
        for (const auto& judgement : *judgements) outcomes.push_back({logit(judgement.confidence()), judgement.right});
    }
}

void recalibrate(std::vector<JudgedFinding>& judgements, const DetectorModel& calibration)
{
    for (auto& judgement : judgements)
        judgement.finding.confidence = calibrated(calibration, logit(judgement.confidence()));
}

std::vector<ScoredOutcome> all_outcomes(const CrossValidation& validation)
{
    std::vector<ScoredOutcome> outcomes;
    for (const auto& part : validation.parts) add_outcomes(outcomes, part);
    return outcomes;
}

}  // namespace

TrainingOptions shipped_recipe()
{
    TrainingOptions options;
    for (std::size_t i = 0; i < kFeatures; ++i) options.boosting.features.push_back(static_cast<Feature>(i));
    options.boosting.trees = 320;
    options.boosting.penalty = 1;
    options.boosting.least_weight = 1;
    options.boosting.feature_share = 0.3;
    options.overlays = 2;
    // What differs from site to site is drawn anew in the variations; these are the lab's own shapes.
    options.recorded_weight = 8;
    options.perturbation = 0.3;
    return options;
}

void calibrate_out_of_fold(CrossValidation& validation)
{
    std::vector<DetectorModel> calibrations;
    for (const auto& left_out : validation.parts) {
        std::vector<ScoredOutcome> outcomes;
        for (const auto& part : validation.parts) {
            if (&part != &left_out) add_outcomes(outcomes, part);
        }
        calibrations.emplace_back().calibration = calibrate(outcomes);
    }
    for (std::size_t i = 0; i < validation.parts.size(); ++i) {
        recalibrate(validation.parts[i].plain, calibrations[i]);
        recalibrate(validation.parts[i].overlaid, calibrations[i]);
    }
}

void calibrate_as(const DetectorModel& model, CrossValidation& validation)
{
    for (auto& part : validation.parts) {
        recalibrate(part.plain, model);
        recalibrate(part.overlaid, model);
    }
}

Thresholds choose_thresholds(const CrossValidation& validation)
{
    auto both = validation.plain();
    const auto overlaid = validation.overlaid();
    both.insert(both.end(), overlaid.begin(), overlaid.end());
    auto chosen = choose_thresholds(both, 2 * validation.posts(), kWantedPrecision);
    // Of confidences that mean what they say, F1 is best at half of the best F1 (Lipton, Elkan, Narayanaswamy 2014);
    // the best of the sample follows chance, and lies too high for platforms not yet seen.
    chosen.balanced = tally(both, 2 * validation.posts(), chosen.balanced).f1() / 2;
    return chosen;
}

Learned learn(const std::vector<LabSession>& sessions, const TrainingOptions& options, const PlatformCatalog& catalog)
{
    Learned learned;
    learned.validation = cross_validate(sessions, LeaveOut::session, options, catalog);
    Sessions all;
    for (const auto& session : sessions) all.push_back(&session);
    learned.model = train(all, options, catalog);
    std::vector<Example> examples;
    for (const auto& session : sessions) {
        const auto own = examples_of(session, session.exchanges, catalog);
        examples.insert(examples.end(), own.begin(), own.end());
    }
    learned.model.spreads = spreads_of(examples);
    learned.model.calibration = calibrate(all_outcomes(learned.validation));
    calibrate_out_of_fold(learned.validation);
    const auto thresholds = choose_thresholds(learned.validation);
    learned.model.alert_threshold = thresholds.alert;
    learned.model.balanced_threshold = thresholds.balanced;
    learned.model.validation = validate(learned.validation.sessions(), learned.validation.plain(), thresholds.alert);
    return learned;
}

}  // namespace breakwatch
