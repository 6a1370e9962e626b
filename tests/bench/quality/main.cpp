// detector_quality: trains the post detector from labelled captures, and measures it on sessions it has not seen.
//   detector_quality evaluate LAB...                  sessions left out, an eighth at a time: all figures
//   detector_quality evaluate-clients LAB...          a whole client left out, at the thresholds that ship
//   detector_quality evaluate-platforms LAB...        a whole platform left out, at the thresholds that ship
//   detector_quality check LAB...                     the shipped model, as it is
//   detector_quality train LAB... > policy/detector.yaml
// A last argument that ends in .svg: a picture, too. Each folder has its own report. Sessions of a later folder that
// are named like one of an earlier folder, and more, are its variations: learned from, never judged.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
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

constexpr const char* kVersion = "2026-11-27";
constexpr const char* kReviewBy = "2027-05-27";

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

JudgedSessions of_folder(JudgedSessions sessions, const std::string& folder)
{
    std::erase_if(sessions, [&](const Judged& judged) { return judged.session->folder != folder; });
    return sessions;
}

int tell(const Verdict& verdict, const std::string& svg_file)
{
    std::set<std::string> folders;
    for (const auto& judged : verdict.plain) folders.insert(judged.session->folder);
    for (const auto& folder : folders) {
        print_report((folder + ", as recorded").c_str(), of_folder(verdict.plain, folder), verdict.thresholds);
        print_report((folder + ", with other sessions' non-post actions laid over (+100 %)").c_str(),
                     of_folder(verdict.overlaid, folder), verdict.thresholds);
    }
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
    const auto variations = std::ranges::count_if(sessions, [](const auto& s) { return !s.origin.empty(); });
    learned.model.version = kVersion;
    learned.model.review_by = kReviewBy;
    learned.model.trained_on = std::to_string(learned.validation.sessions().size()) + " captures of the lab, " +
                               std::to_string(learned.validation.posts()) + " posts, with overlay and " +
                               std::to_string(variations) + " variations of them";
    std::printf("%s", to_yaml(learned.model).c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    const std::string command = argc > 2 ? argv[1] : "";
    std::vector<std::string> folders(argv + std::min(argc, 2), argv + argc);
    std::string svg_file;
    if (!folders.empty() && folders.back().ends_with(".svg")) {
        svg_file = folders.back();
        folders.pop_back();
    }
    const bool known = command == "train" || command == "check" || command.starts_with("evaluate");
    if (!known) {
        std::fprintf(
            stderr,
            "usage: detector_quality evaluate|evaluate-clients|evaluate-platforms|check|train LAB_FOLDER... [SVG]\n");
        return 2;
    }
    const auto catalog = load_platforms({});
    if (!catalog) return fail("the shipped platform table cannot be read");
    const auto sessions = read_labs(folders, *catalog);
    if (!sessions) return fail(sessions.error());
    if (command == "train") return train_shipped(*sessions, *catalog);
    if (command == "check") return check(*sessions, *catalog, svg_file);
    if (command == "evaluate-clients") return evaluate_unseen(*sessions, LeaveOut::client, *catalog, svg_file);
    if (command == "evaluate-platforms") return evaluate_unseen(*sessions, LeaveOut::platform, *catalog, svg_file);
    return evaluate(*sessions, *catalog, svg_file);
}
