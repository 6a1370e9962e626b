// detector_quality: trains the post detector from labelled captures, and measures it on sessions it has not seen.
//   detector_quality evaluate LAB_FOLDER [SVG_FILE]           leave one session out, all figures
//   detector_quality evaluate-clients | evaluate-platforms LAB_FOLDER [SVG_FILE]   leave out a whole client or
//   platform,
//                                                             at the thresholds chosen with a session left out
//   detector_quality check LAB_FOLDER [SVG_FILE]              the shipped model, as it is, on that folder
//   detector_quality train LAB_FOLDER > policy/detector.yaml
// The seed case ships as a proof and is never one of the lessons.
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "config/load_config.hpp"
#include "learn/model_file.hpp"
#include "learn/overlay.hpp"
#include "learn/recipe.hpp"
#include "plot.hpp"
#include "report.hpp"

namespace {

using namespace breakwatch;

constexpr const char* kVersion = "2026-11-24";
constexpr const char* kReviewBy = "2027-05-24";
constexpr const char* kSeedCase = "seed-case";

int fail(const std::string& text)
{
    std::fprintf(stderr, "detector_quality: %s\n", text.c_str());
    return 1;
}

struct Verdict {
    JudgedSessions plain;
    JudgedSessions overlaid;
    Thresholds thresholds;
};

Verdict verdict_of(const CrossValidation& validation, const Thresholds& thresholds)
{
    Verdict verdict{{}, {}, thresholds};
    for (const auto& part : validation.parts) {
        verdict.plain.push_back({part.session.get(), part.plain});
        verdict.overlaid.push_back({part.session.get(), part.overlaid});
    }
    return verdict;
}

int tell(const Verdict& verdict, const std::string& svg_file)
{
    print_report("as recorded", verdict.plain, verdict.thresholds);
    print_report("with other sessions' non-post actions laid over (+100 %)", verdict.overlaid, verdict.thresholds);
    if (svg_file.empty()) return 0;
    std::ofstream file(svg_file);
    file << plot(verdict.plain, verdict.overlaid, verdict.thresholds);
    file.close();
    return file ? 0 : fail(svg_file + ": cannot be written");
}

int evaluate(const std::vector<LabSession>& sessions, const PlatformCatalog& catalog, const std::string& svg_file)
{
    auto validation = cross_validate(sessions, LeaveOut::session, shipped_recipe(), catalog);
    calibrate_out_of_fold(validation);
    return tell(verdict_of(validation, choose_thresholds(validation)), svg_file);
}

// On what the trees have never seen, with confidence and thresholds as they ship: nobody chooses them anew there.
int evaluate_unseen(const std::vector<LabSession>& sessions, LeaveOut what, const PlatformCatalog& catalog,
                    const std::string& svg_file)
{
    const auto shipped = learn(sessions, shipped_recipe(), catalog).model;
    auto validation = cross_validate(sessions, what, shipped_recipe(), catalog);
    calibrate_as(shipped, validation);
    return tell(verdict_of(validation, {shipped.balanced_threshold, shipped.alert_threshold}), svg_file);
}

int check(const std::vector<LabSession>& sessions, const PlatformCatalog& catalog, const std::string& svg_file)
{
    const auto model = load_detector_model({});
    if (!model) return fail("the shipped model cannot be read");
    Sessions all;
    for (const auto& session : sessions) all.push_back(&session);
    Verdict verdict{{}, {}, {model->balanced_threshold, model->alert_threshold}};
    for (const auto& session : sessions) {
        verdict.plain.push_back({&session, judge(session, detect(session.exchanges, *model, catalog))});
        const auto busy = overlaid(session, all, 1, shipped_recipe().seed + 77, catalog);
        verdict.overlaid.push_back({&session, judge(session, detect(busy, *model, catalog))});
    }
    return tell(verdict, svg_file);
}

int train_shipped(const std::vector<LabSession>& sessions, const PlatformCatalog& catalog)
{
    auto learned = learn(sessions, shipped_recipe(), catalog);
    learned.model.version = kVersion;
    learned.model.review_by = kReviewBy;
    learned.model.trained_on = std::to_string(sessions.size()) + " captures of the lab, " +
                               std::to_string(learned.validation.posts()) + " posts, with overlay";
    std::printf("%s", to_yaml(learned.model).c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    const std::string command = argc > 2 ? argv[1] : "";
    const std::string svg_file = argc > 3 ? argv[3] : "";
    const bool known = command == "train" || command == "check" || command.starts_with("evaluate");
    if (!known) {
        std::fprintf(
            stderr,
            "usage: detector_quality evaluate|evaluate-clients|evaluate-platforms|check|train LAB_FOLDER [SVG]\n");
        return 2;
    }
    const auto catalog = load_platforms({});
    if (!catalog) return fail("the shipped platform table cannot be read");
    auto sessions = read_lab(argv[2], *catalog);
    if (!sessions) return fail(sessions.error());
    std::erase_if(*sessions, [](const LabSession& session) { return session.name == kSeedCase; });
    if (command == "train") return train_shipped(*sessions, *catalog);
    if (command == "check") return check(*sessions, *catalog, svg_file);
    if (command == "evaluate-clients") return evaluate_unseen(*sessions, LeaveOut::client, *catalog, svg_file);
    if (command == "evaluate-platforms") return evaluate_unseen(*sessions, LeaveOut::platform, *catalog, svg_file);
    return evaluate(*sessions, *catalog, svg_file);
}
