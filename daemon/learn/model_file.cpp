#include "learn/model_file.hpp"

#include <cstdio>

namespace breakwatch {
namespace {

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.5g", value);
    return text;
}

std::string points(const std::vector<CalibrationPoint>& calibration, const std::string& indent)
{
    std::string out;
    for (const auto& point : calibration)
        out += indent + "- {score: " + number(point.score) + ", confidence: " + number(point.confidence) + "}\n";
    return out;
}

std::string trees(const std::vector<BoostedTree>& trees, const std::string& indent)
{
    std::string out;
    for (const auto& tree : trees) {
        out += indent + "- splits: [";
        for (std::size_t i = 0; i < tree.feature.size(); ++i)
            out += (i > 0 ? ", " : "") + std::string(name(tree.feature[i])) + " " + number(tree.threshold[i]);
        out += "]\n" + indent + "  values: [";
        for (std::size_t i = 0; i < tree.value.size(); ++i) out += (i > 0 ? ", " : "") + number(tree.value[i]);
        out += "]\n";
    }
    return out;
}

std::string numbers(const std::vector<double>& values)
{
    std::string out;
    for (const auto value : values) out += (out.empty() ? "" : ", ") + number(value);
    return "[" + out + "]";
}

std::string validation(const Validation& validation)
{
    std::string out =
        "  sessions: " + std::to_string(validation.sessions) + "\n  posts: " + std::to_string(validation.posts) +
        "\n  found: " + std::to_string(validation.found) + "\n  others: " + std::to_string(validation.others) +
        "\n  wrong: " + std::to_string(validation.wrong) + "\n  reliability:\n";
    for (const auto& bin : validation.reliability)
        out += "    - {from: " + number(bin.from) + ", to: " + number(bin.to) + ", mean: " + number(bin.mean) +
               ", findings: " + std::to_string(bin.findings) + ", right: " + std::to_string(bin.right) + "}\n";
    return out;
}

std::string spreads(const std::vector<FeatureSpread>& spreads)
{
    std::string out;
    for (const auto& spread : spreads)
        out += "  - feature: " + std::string(name(spread.feature)) + "\n    cuts: " + numbers(spread.cuts) +
               "\n    shares: " + numbers(spread.shares) + "\n";
    return out;
}

std::string measured_rows(const MeasuredRecord& record)
{
    std::string out = "measured:\n";
    for (const auto& row : record)
        out += "  - {platform: " + row.platform + ", posts: " + std::to_string(row.posts) +
               ", found: " + std::to_string(row.found) + ", browse_hours: " + number(row.browse_hours) +
               ", actions: " + std::to_string(row.actions) + ", false_findings: " + std::to_string(row.false_findings) +
               "}\n";
    return out;
}

}  // namespace

std::string measured_to_yaml(const MeasuredRecord& record, const std::string& numbers)
{
    return "# What this site measured of the post detector (breakwatch calibrate measure): of posts that volunteers\n"
           "# marked, those found; of hours in which they published nothing, the actions taken for a post.\n"
           "version: 1\nmodel: '" +
           numbers + "'\n" + measured_rows(record);
}

std::string to_yaml(const DetectorModel& model)
{
    std::string out =
        "# The numbers of the post detector: boosted trees of depth 3 over named features, learned from labelled\n"
        "# captures by tests/bench (detector_quality train). Do not edit by hand: train, or calibrate on site.\n"
        "# A tree is complete: split i leads to i*2+1 (value below the number) or i*2+2; `values` are the node\n"
        "# means in log-odds, the last eight those of the leaves. `spreads`: the share of what it was\n"
        "# learned from below each cut, between and above, to tell when traffic is no longer like that. `validation`:\n"
        "# how it did on sessions left out in turn, at the alert threshold and by confidence; reports tell it.\n";
    out += "version: " + model.version + "\n";
    if (!model.trained_on.empty()) out += "trained_on: " + model.trained_on + "\n";
    out += "review_by: " + model.review_by + "\n";
    out += "alert_threshold: " + number(model.alert_threshold) + "\n";
    out += "balanced_threshold: " + number(model.balanced_threshold) + "\n";
    if (!model.measured.empty()) out += measured_rows(model.measured);
    if (model.validation.sessions > 0) out += "validation:\n" + validation(model.validation);
    out += "base_score: " + number(model.base_score) + "\n";
    out += "calibration:\n" + points(model.calibration, "  ");
    out += "trees:\n" + trees(model.trees, "  ");
    if (!model.spreads.empty()) out += "spreads:\n" + spreads(model.spreads);
    if (model.platforms.empty()) return out;
    out += "platforms:\n";
    for (const auto& adaptation : model.platforms) {
        out += "  - platform: " + adaptation.platform + "\n    fitted_on: " + adaptation.fitted_on + "\n";
        if (!adaptation.calibration.empty()) out += "    calibration:\n" + points(adaptation.calibration, "      ");
        out += "    trees:\n" + trees(adaptation.trees, "      ");
    }
    return out;
}

}  // namespace breakwatch
