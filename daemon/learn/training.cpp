#include "learn/training.hpp"

#include <algorithm>
#include <set>

#include "learn/overlay.hpp"

namespace breakwatch {
namespace {

using std::chrono::milliseconds;

bool by_person_of(const LabAction& action, const Exchange& exchange, const PlatformCatalog& catalog)
{
    return action.mac == exchange.device.mac && action.platform == catalog.platform_name(exchange.match.platform);
}

// The candidate nearest to the moment the server saw the publish call.
const Exchange* publishing(const LabAction& post, const std::vector<Exchange>& exchanges,
                           const PlatformCatalog& catalog)
{
    const Exchange* best = nullptr;
    auto best_apart = Duration{milliseconds{400}};
    for (const auto& exchange : exchanges) {
        if (exchange.flow >= kOverlayFlow || !by_person_of(post, exchange, catalog)) continue;
        if (exchange.match.role == Role::telemetry || exchange.match.role == Role::cdn) continue;
        if (exchange.server_name != post.host && exchange.match.role == Role::upload) continue;
        const auto apart = std::chrono::abs(exchange.up_last - post.publish);
        if (apart < best_apart) {
            best = &exchange;
            best_apart = apart;
        }
    }
    return best;
}

std::uint64_t key_of(const Exchange& exchange)
{
    return exchange.flow * 1'000'003U + static_cast<std::uint64_t>(exchange.up_first.time_since_epoch().count());
}

bool inside_post(const LabSession& session, const Exchange& exchange, const PlatformCatalog& catalog)
{
    if (exchange.flow >= kOverlayFlow) return false;
    return std::ranges::any_of(session.actions, [&](const LabAction& action) {
        return action.is_post && by_person_of(action, exchange, catalog) &&
               exchange.up_first >= action.start - milliseconds{300} &&
               exchange.up_first <= action.end + milliseconds{300};
    });
}

void add_examples(std::vector<Example>& all, const LabSession& session, const std::vector<Exchange>& exchanges,
                  double weight, const TrainingOptions& options, const PlatformCatalog& catalog)
{
    for (auto example : examples_of(session, exchanges, catalog)) {
        const bool media = example.post && at(example.features, Feature::upload_before) > 0;
        example.weight = media ? weight * options.media_weight : weight;
        all.push_back(example);
    }
}

}  // namespace

std::vector<Candidate> candidates_of(const std::vector<Exchange>& exchanges, const Teacher& teacher,
                                     const PlatformCatalog& catalog)
{
    std::vector<Candidate> candidates;
    const DetectorModel none;
    PostDetector detector(catalog, none);
    detector.set_observer([&](const Exchange& exchange, const FeatureVector& features, double, bool) {
        const auto lesson = teacher(exchange);
        if (lesson == Lesson::nothing) return;
        candidates.push_back(
            {{features, lesson == Lesson::post, 1}, exchange.device, exchange.match.platform, exchange.up_last});
    });
    for (const auto& exchange : exchanges) detector.observe(exchange);
    detector.finish();
    return candidates;
}

std::vector<Candidate> candidates_of(const LabSession& session, const std::vector<Exchange>& exchanges,
                                     const PlatformCatalog& catalog)
{
    std::set<std::uint64_t> posts;
    for (const auto& action : session.actions) {
        if (!action.is_post) continue;
        if (const auto* exchange = publishing(action, exchanges, catalog)) posts.insert(key_of(*exchange));
    }
    const auto by_label = [&](const Exchange& exchange) {
        if (posts.contains(key_of(exchange))) return Lesson::post;
        return inside_post(session, exchange, catalog) ? Lesson::nothing : Lesson::no_post;
    };
    return candidates_of(exchanges, by_label, catalog);
}

std::vector<Example> examples_of(const LabSession& session, const std::vector<Exchange>& exchanges,
                                 const PlatformCatalog& catalog)
{
    std::vector<Example> examples;
    for (const auto& candidate : candidates_of(session, exchanges, catalog)) examples.push_back(candidate.example);
    return examples;
}

std::vector<Example> training_set(const Sessions& sessions, const TrainingOptions& options,
                                  const PlatformCatalog& catalog)
{
    std::vector<Example> all;
    for (std::size_t i = 0; i < sessions.size(); ++i) {
        const auto& session = *sessions[i];
        const bool recorded = session.origin.empty();
        const auto copies = recorded ? options.overlays : 1;
        const auto share = recorded ? options.overlay_share : options.overlay_share / 2;
        const auto weight = recorded ? options.recorded_weight / static_cast<double>(copies + 1) : 1.0;
        add_examples(all, session, session.exchanges, weight, options, catalog);
        for (std::size_t copy = 1; copy <= copies; ++copy) {
            const auto seed = options.seed + 1000 * i + copy;
            auto exchanges = overlaid(session, sessions, share, seed, catalog);
            if (recorded) exchanges = perturbed(std::move(exchanges), options.perturbation, seed + 500);
            add_examples(all, session, exchanges, weight, options, catalog);
        }
    }
    return all;
}

// The mean of several models is one model: all trees together, each with its share.
DetectorModel train(const Sessions& sessions, const TrainingOptions& options, const PlatformCatalog& catalog)
{
    DetectorModel mean;
    const auto share = 1.0 / static_cast<double>(options.bags);
    for (std::size_t bag = 0; bag < options.bags; ++bag) {
        auto own = options;
        own.seed += 1'000'000 * bag;
        own.boosting.seed += bag;
        const auto model = boost(training_set(sessions, own, catalog), own.boosting);
        mean.base_score += share * model.base_score;
        for (auto tree : model.trees) {
            for (auto& value : tree.value) value *= share;
            mean.trees.push_back(tree);
        }
    }
    return mean;
}

std::vector<Finding> detect(const std::vector<Exchange>& exchanges, const DetectorModel& model,
                            const PlatformCatalog& catalog)
{
    PostDetector detector(catalog, model);
    std::vector<Finding> findings;
    const auto keep = [&](std::vector<Finding> more) {
        for (auto& finding : more) findings.push_back(std::move(finding));
    };
    for (const auto& exchange : exchanges) keep(detector.observe(exchange));
    keep(detector.finish());
    return findings;
}

}  // namespace breakwatch
