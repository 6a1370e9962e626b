#include <algorithm>
#include <charconv>
#include <cmath>

#include "config/embedded_data.hpp"
#include "config/load_config.hpp"
#include "config/read_measured.hpp"
#include "config/yaml_reader.hpp"

namespace breakwatch {

namespace {

constexpr std::size_t kMostTrees = 5'000;

std::optional<double> parse_real(std::string_view text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

// "wait 120.5": go left below it.
bool read_split(std::string_view text, Feature& feature, double& threshold)
{
    const auto space = text.find(' ');
    if (space == std::string_view::npos) return false;
    const auto named = feature_named(text.substr(0, space));
    const auto value = parse_real(text.substr(space + 1));
    if (!named || !value) return false;
    feature = *named;
    threshold = *value;
    return true;
}

std::vector<double> read_numbers(YamlMap& map, const char* key, const char* expected)
{
    std::vector<std::string> texts;
    std::vector<double> numbers;
    map.required(key, expected);
    map.texts(key, texts);
    for (const auto& text : texts) {
        const auto value = parse_real(text);
        if (!value) map.wrong(key, "found '" + text + "'; expected a number");
        numbers.push_back(value.value_or(0));
    }
    return numbers;
}

BoostedTree read_tree(YamlMap& map)
{
    BoostedTree tree;
    std::vector<std::string> splits;
    map.required("splits", "seven entries of a feature and a threshold");
    map.texts("splits", splits);
    const auto values = read_numbers(map, "values", "fifteen numbers");
    if (splits.size() != tree.feature.size()) map.wrong("splits", "expected seven entries, each 'FEATURE NUMBER'");
    if (values.size() != tree.value.size()) map.wrong("values", "expected fifteen numbers");
    for (std::size_t i = 0; i < splits.size() && i < tree.feature.size(); ++i) {
        if (!read_split(splits[i], tree.feature[i], tree.threshold[i])) {
            map.wrong("splits", "found '" + splits[i] + "'; expected a feature's name and a number");
        }
    }
    std::copy_n(values.begin(), std::min(values.size(), tree.value.size()), tree.value.begin());
    return tree;
}

std::vector<CalibrationPoint> read_calibration(YamlMap& top)
{
    std::vector<CalibrationPoint> points;
    top.maps("calibration", [&](YamlMap& map) {
        CalibrationPoint point;
        map.required("score", "a number");
        map.required("confidence", "a number from 0 to 1");
        map.real("score", point.score, -100, 100);
        map.real("confidence", point.confidence, 0, 1);
        const bool rising =
            points.empty() || (point.score > points.back().score && point.confidence >= points.back().confidence);
        if (!rising) map.wrong("score", "expected scores in rising order, and confidence never falling");
        points.push_back(point);
    });
    return points;
}

std::vector<BoostedTree> read_trees(YamlMap& map)
{
    std::vector<BoostedTree> trees;
    map.required("trees", "a list of trees");
    map.maps("trees", [&](YamlMap& tree) { trees.push_back(read_tree(tree)); });
    if (trees.size() > kMostTrees) map.wrong("trees", "more than 5000 trees; expected a small model");
    return trees;
}

FeatureSpread read_spread(YamlMap& map)
{
    FeatureSpread spread;
    std::string feature;
    map.required("feature", "a feature's name");
    map.text("feature", feature);
    spread.feature = feature_named(feature).value_or(Feature::count);
    if (spread.feature == Feature::count) map.wrong("feature", "found '" + feature + "'; expected a feature's name");
    spread.cuts = read_numbers(map, "cuts", "a list of numbers");
    spread.shares = read_numbers(map, "shares", "a list of numbers");
    if (!std::ranges::is_sorted(spread.cuts)) map.wrong("cuts", "expected rising numbers");
    const bool shares = std::ranges::all_of(spread.shares, [](double share) { return share >= 0 && share <= 1; });
    if (!shares || spread.shares.size() != spread.cuts.size() + 1)
        map.wrong("shares", "expected shares from 0 to 1, one more than there are cuts");
    return spread;
}

Validation read_validation(YamlMap& map)
{
    constexpr std::int64_t kMost = 1'000'000'000;
    Validation validation;
    for (const auto& [key, value] : {std::pair{"sessions", &validation.sessions}, std::pair{"posts", &validation.posts},
                                     std::pair{"found", &validation.found}, std::pair{"others", &validation.others},
                                     std::pair{"wrong", &validation.wrong}}) {
        map.required(key, "a count");
        map.integer(key, *value, 0, kMost);
    }
    if (validation.found > validation.posts) map.wrong("found", "expected no more than there were posts");
    map.maps("reliability", [&](YamlMap& row) {
        ReliabilityBin bin;
        row.real("from", bin.from, 0, 1);
        row.real("to", bin.to, 0, 1);
        row.real("mean", bin.mean, 0, 1);
        row.integer("findings", bin.findings, 1, kMost);
        row.integer("right", bin.right, 0, kMost);
        if (bin.right > bin.findings) row.wrong("right", "expected no more than there were findings");
        if (bin.from >= bin.to || (!validation.reliability.empty() && bin.from < validation.reliability.back().to))
            row.wrong("from", "expected rising confidences");
        validation.reliability.push_back(bin);
    });
    return validation;
}

Adaptation read_adaptation(YamlMap& map)
{
    Adaptation adaptation;
    map.required("platform", "a platform's name");
    map.text("platform", adaptation.platform);
    map.text("fitted_on", adaptation.fitted_on);
    adaptation.calibration = read_calibration(map);
    adaptation.trees = read_trees(map);
    return adaptation;
}

}  // namespace

std::expected<DetectorModel, ConfigErrors> load_detector_model(const std::filesystem::path& path)
{
    auto file = path.empty() ? YamlFile::parse("detector.yaml (shipped)", embedded_data("detector.yaml"))
                             : YamlFile::read(path);
    DetectorModel model;
    if (file.errors.empty()) {
        YamlMap top(file, file.root, "");
        top.required("version", "the date of the model");
        top.date("version", model.version);
        top.text("trained_on", model.trained_on);
        top.required("review_by", "the date by which the model is to be checked");
        top.date("review_by", model.review_by);
        top.real("alert_threshold", model.alert_threshold, 0, 1);
        top.real("balanced_threshold", model.balanced_threshold, 0, 1);
        top.real("base_score", model.base_score, -100, 100);
        top.required("calibration", "points of score and confidence");
        model.calibration = read_calibration(top);
        model.trees = read_trees(top);
        top.map("validation", [&](YamlMap& map) { model.validation = read_validation(map); });
        model.measured = read_measured(top, {});
        top.maps("spreads", [&](YamlMap& map) { model.spreads.push_back(read_spread(map)); });
        top.maps("platforms", [&](YamlMap& map) {
            model.platforms.push_back(read_adaptation(map));
            if (adaptation_for(model, model.platforms.back().platform) != &model.platforms.back())
                map.wrong("platform",
                          "found '" + model.platforms.back().platform + "' again; expected each platform once");
        });
    }
    if (!file.errors.empty()) return std::unexpected(file.sorted_errors());
    return model;
}

}  // namespace breakwatch
