#include "model_file.hpp"

#include <cstdio>

namespace breakwatch {
namespace {

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.5g", value);
    return text;
}

}  // namespace

std::string to_yaml(const DetectorModel& model)
{
    std::string out =
        "# The numbers of the post detector: boosted trees of depth 3 over named features, learned from labelled\n"
        "# captures by tests/bench (detector_quality train). Do not edit by hand: train, or calibrate on site.\n"
        "# A tree is complete: split i leads to i*2+1 (value below the number) or i*2+2; `values` are the node\n"
        "# means in log-odds, the last eight those of the leaves.\n";
    out += "version: " + model.version + "\n";
    out += "trained_on: " + model.trained_on + "\n";
    out += "review_by: " + model.review_by + "\n";
    out += "alert_threshold: " + number(model.alert_threshold) + "\n";
    out += "balanced_threshold: " + number(model.balanced_threshold) + "\n";
    out += "base_score: " + number(model.base_score) + "\n";
    out += "calibration:\n";
    for (const auto& point : model.calibration)
        out += "  - {score: " + number(point.score) + ", confidence: " + number(point.confidence) + "}\n";
    out += "trees:\n";
    for (const auto& tree : model.trees) {
        out += "  - splits: [";
        for (std::size_t i = 0; i < tree.feature.size(); ++i)
            out += (i > 0 ? ", " : "") + std::string(name(tree.feature[i])) + " " + number(tree.threshold[i]);
        out += "]\n    values: [";
        for (std::size_t i = 0; i < tree.value.size(); ++i) out += (i > 0 ? ", " : "") + number(tree.value[i]);
        out += "]\n";
    }
    return out;
}

}  // namespace breakwatch
