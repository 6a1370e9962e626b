#include "cli/calibrate_command.hpp"

#include <algorithm>
#include <cstdio>
#include <expected>
#include <map>

#include "cli/write_whole.hpp"
#include "config/load_config.hpp"
#include "learn/model_file.hpp"
#include "learn/site_fit.hpp"
#include "policy/activity/detector_watch.hpp"
#include "policy/activity/numbers_in_force.hpp"

namespace breakwatch {

namespace {

std::expected<std::vector<Recording>, std::string> read_all(const std::vector<std::filesystem::path>& files)
{
    std::vector<Recording> recordings;
    for (const auto& file : files) {
        auto recording = read_recording(file);
        if (!recording) return std::unexpected(recording.error());
        recordings.push_back(std::move(*recording));
    }
    return recordings;
}

std::string row(const char* what, const SiteFigures& figures)
{
    char text[240];
    std::snprintf(
        text, sizeof text,
        "  %-14s at the alert threshold %zu of %zu posts found, %zu false; at the balanced %zu found, %zu false "
        "(F1 %.2f); log-loss %.3f\n",
        what, figures.found_alert, figures.posts, figures.wrong_alert, figures.found, figures.wrong, figures.f1(),
        figures.surprise);
    return text;
}

std::string in_words(const Measured& measured)
{
    char text[300];
    std::snprintf(text, sizeof text,
                  "measured here, %s: %zu of %zu posts found; in %.1f hours of browsing %zu false of %zu actions",
                  measured.platform.c_str(), measured.found, measured.posts, measured.browse_hours,
                  measured.false_findings, measured.actions);
    std::string out = text;
    if (measured.browse_hours > 0) {
        std::snprintf(text, sizeof text, ": %.2f an hour, at most %.2f", false_per_hour(measured),
                      upper_per_hour(measured));
        out += text;
    }
    if (is_enough(measured)) return out + "\n";
    std::snprintf(text, sizeof text, "; not enough to count as measured: expected %zu posts and %.1f hours\n",
                  kLeastPostsMeasured, kLeastBrowseHours);
    return out + text;
}

MeasuredRecord measured_of(const DetectorModel& model, const std::vector<Recording>& recordings)
{
    std::map<std::string, std::vector<Recording>> by_platform;
    for (const auto& recording : recordings) by_platform[recording.platform].push_back(recording);
    MeasuredRecord record;
    for (const auto& [platform, own] : by_platform) record.push_back(measure_site(model, own));
    return record;
}

// What BW-3005 is about, of the requests recorded.
std::string distance(const DetectorModel& model, const std::vector<Recording>& recordings)
{
    FeatureDrift drift(model);
    for (const auto& recording : recordings) {
        for (const auto& sample : recording.samples) drift.add(sample.features);
    }
    const auto found = drift.drift();
    if (!found) return "what the model was made from is not stated in it: no distance\n";
    char text[240];
    std::snprintf(
        text, sizeof text,
        "distance from what it was made from: %.2f over %llu requests, most of all in %s (the daemon says BW-3005 "
        "from %.2f over %llu requests on)\n",
        found->distance, static_cast<unsigned long long>(drift.seen()), std::string(name(found->farthest)).c_str(),
        DetectorWatch::kFar, static_cast<unsigned long long>(DetectorWatch::kBatch));
    return text;
}

}  // namespace

Outcome run_calibrate_record(const CalibrateRecordOptions& options)
{
    const auto catalog = load_platforms(options.platforms);
    if (!catalog) return failed(lines_of(catalog.error()));
    if (!catalog->platform_index(options.platform))
        return failed("--platform: found '" + options.platform + "'; expected a platform of the table", tool_usage);
    const auto session = read_session(options.capture, *catalog);
    if (!session) return failed(session.error());
    const auto recording = record(*session, options.platform, *catalog);
    if (recording.samples.empty())
        return failed(options.capture.string() + ": nothing on " + options.platform + " that could be a post" +
                          (session->complaint.empty() ? "" : "; " + session->complaint),
                      tool_not_found);
    if (const auto wrong = write_whole(options.output, to_text(recording)); !wrong.empty()) return failed(wrong);
    return {
        tool_success,
        options.output.string() + ": " + std::to_string(recording.posts()) + " posts among " +
            std::to_string(recording.samples.size()) + " requests on " + options.platform + "\n",
        session->complaint.empty() ? "" : "breakwatch: " + options.capture.string() + ": " + session->complaint + "\n"};
}

Outcome run_calibrate_fit(const CalibrateFitOptions& options)
{
    const auto model = load_detector_model(options.model);
    if (!model) return failed(lines_of(model.error()));
    const auto recordings = read_all(options.recordings);
    if (!recordings) return failed(recordings.error());
    const auto fit = fit_site(*model, *recordings);
    if (!fit) return failed("nothing was fitted: " + fit.error());
    std::string text = "learned from " + std::to_string(fit->posts_fitted) +
                       " posts; held back: " + std::to_string(fit->recordings_held_back) + " recordings with " +
                       std::to_string(fit->before.posts) + " posts in " + std::to_string(fit->before.acts) + " acts\n";
    text += row("in force:", fit->before) + row("fitted here:", fit->after);
    if (fit->posts_fitted < kLeastPostsForConfidence)
        text += "confidences stay the shipped ones: they are refitted from " +
                std::to_string(kLeastPostsForConfidence) + " posts on\n";
    text += "thresholds stay as they are: a site never chooses them\n" + in_words(fit->measured);
    if (!fit->better) return {tool_no_better, text + "NOT INSTALLED: " + fit->why + "\n", ""};
    // The daemon reads it as its own user.
    if (const auto wrong = write_whole(options.output, to_yaml(fit->model), 0644); !wrong.empty()) return failed(wrong);
    return {tool_success, text + "written to " + options.output.string() + ": " + fit->why + "\n", ""};
}

Outcome run_calibrate_check(const CalibrateCheckOptions& options)
{
    const auto model = load_detector_model(options.model);
    if (!model) return failed(lines_of(model.error()));
    const auto recordings = read_all(options.recordings);
    if (!recordings) return failed(recordings.error());
    std::string text = "model of " + model->version + ", to be reviewed by " + model->review_by + "\n";
    for (const auto& recording : *recordings) text += row((recording.name + ":").c_str(), measure(*model, {recording}));
    text += row("all:", measure(*model, *recordings)) + distance(*model, *recordings);
    for (const auto& measured : model->measured) text += "in the file: " + in_words(measured);
    for (const auto& measured : measured_of(*model, *recordings)) text += "by these recordings: " + in_words(measured);
    return {tool_success, text, ""};
}

Outcome run_calibrate_measure(const CalibrateMeasureOptions& options)
{
    const auto model = load_detector_model(options.model);
    if (!model) return failed(lines_of(model.error()));
    const auto recordings = read_all(options.recordings);
    if (!recordings) return failed(recordings.error());
    MeasuredRecord record;
    std::error_code error;
    if (std::filesystem::exists(options.output, error)) {
        const auto before = load_measured(options.output);
        if (!before) return failed(lines_of(before.error()));
        if (before->model == numbers_in_force(*model)) record = before->record;
    }
    const auto measured = measured_of(*model, *recordings);
    put_over(record, measured);
    if (const auto wrong = write_whole(options.output, measured_to_yaml(record, numbers_in_force(*model)), 0644);
        !wrong.empty())
        return failed(wrong);
    std::string text;
    for (const auto& each : measured) text += in_words(each);
    return {tool_success, text + "written to " + options.output.string() + "\n", ""};
}

}  // namespace breakwatch
